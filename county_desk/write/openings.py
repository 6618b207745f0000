"""Store files of opening balances, and what was decided of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Protocol

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from county_desk.rules.opening import OpeningState, OpeningTotal
from foundation.database.tables.openings import Opening
from foundation.vocabulary.roles import Actor


class SubmittedFile(Protocol):
    """What is stored of a file."""

    @property
    def name(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def opens_on(self) -> date: ...


def store_opening(
    session: Session,
    county_id: int,
    file: SubmittedFile,
    totals: Iterable[OpeningTotal],
    *,
    actor: Actor,
    now: datetime,
) -> int | None:
    """Store the file and return its id; None if the same file waits or was accepted."""
    row = {
        "county_id": county_id,
        "file_name": file.name,
        "sha256": sha256(file.content).digest(),
        "content": file.content,
        "opens_on": file.opens_on,
        "state": OpeningState.WAITING.value,
        "totals": [total.as_stored() for total in totals],
        "made_at": now,
        "made_by": actor.person_id,
        "made_by_name": actor.name,
        "why": "",
    }
    return session.scalar(insert(Opening).values(row).on_conflict_do_nothing().returning(Opening.id))


def decide_opening(
    session: Session, opening_id: int, state: OpeningState, *, actor: Actor, now: datetime, why: str = ""
) -> None:
    """Store what was decided, and delete the file."""
    session.execute(
        update(Opening)
        .where(Opening.id == opening_id)
        .values(state=state.value, content=None, decided_at=now, decided_by=actor.person_id, why=why)
    )
