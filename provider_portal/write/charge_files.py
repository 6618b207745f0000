"""Rows of charge files: each provider's file is stored once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.charges import ChargeFile
from foundation.database.tables.uploads import ChargeFileLeft, ChargeFileRefused
from provider_portal.rules.refused_rows import RefusedPart


def begin_file(
    session: Session, *, provider_id: int, name: str, sha256: str, rows: int, now: datetime, by: int | None
) -> int | None:
    """Store the file's row and return its id; None if the provider has sent the same bytes before.

    A simultaneous request with the same bytes waits here until the first has committed.
    """
    values = {
        "provider_id": provider_id,
        "name": name,
        "sha256": sha256,
        "received_at": now,
        "received_by": by,
        "rows": rows,
        "accepted": 0,
        "refused": 0,
        "on_hold": 0,
        "duplicates": 0,
        "results": [],
    }
    stored = insert(ChargeFile).values(**values).on_conflict_do_nothing().returning(ChargeFile.id)
    return session.scalar(stored)


def finish_file(
    session: Session, file_id: int, counts: dict[str, int], results: Sequence[Sequence[Any]]
) -> None:
    """Store the answers to the rows of the file, each as `[row, charge id, duplicate, outcome]`."""
    session.execute(
        update(ChargeFile).where(ChargeFile.id == file_id).values(**counts, results=list(map(list, results)))
    )


def keep_refused(session: Session, file_id: int, part: RefusedPart) -> None:
    """Store the refused rows of a file as they came."""
    values = {"charge_file_id": file_id, "kind": part.kind, "content": part.content}
    session.execute(insert(ChargeFileRefused).values(**values).on_conflict_do_nothing())


def keep_left(session: Session, file_id: int, rows: Sequence[tuple[int, str]], *, ended_on: date) -> None:
    """Store which rows of a file were not taken in: the number and the reference of each."""
    values = {"ended_on": ended_on, "count": len(rows), "rows": list(map(list, rows))}
    session.execute(insert(ChargeFileLeft).values(charge_file_id=file_id, **values))
