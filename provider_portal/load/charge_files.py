"""Charge files as their provider sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.load.answers import stored_answer
from clearing.charges.load.charge_register import StoredCharge, charges_by_id
from foundation.database.tables.charges import ChargeFile
from foundation.database.tables.uploads import ChargeFileWork

StoredResult = tuple[int, int | None, bool, str]
"""A row's answer as stored: the row, the charge id, whether it is a duplicate, the outcome."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file, whose `state` is `waiting`, `running`, `failed` or `done`.

    When it is `done`, `accepted`, `refused`, `on_hold` and `duplicates` add up to `rows`. Before, they are 0,
    and `rows_done` rows have been decided.
    """

    id: int
    name: str
    sha256: str
    received_at: datetime
    rows: int
    accepted: int
    refused: int
    on_hold: int
    duplicates: int
    state: str
    rows_done: int


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """The answer to one row; rows are numbered as in a spreadsheet (the header is row 1)."""

    row: int
    answer: ChargeAnswer
    charge: StoredCharge | None = None

    @property
    def stored(self) -> StoredResult:
        """The answer as it is stored."""
        return self.row, self.answer.id, self.answer.duplicate, self.answer.outcome


_FILE: Select[*tuple[Any, ...]] = select(
    ChargeFile.id,
    ChargeFile.name,
    ChargeFile.sha256,
    ChargeFile.received_at,
    ChargeFile.rows,
    ChargeFile.accepted,
    ChargeFile.refused,
    ChargeFile.on_hold,
    ChargeFile.duplicates,
    func.coalesce(ChargeFileWork.state, "done"),
    func.coalesce(ChargeFileWork.rows_done, ChargeFile.rows),
).outerjoin(ChargeFileWork, ChargeFileWork.charge_file_id == ChargeFile.id)


def file_by_id(session: Session, provider_id: int, file_id: int) -> StoredFile | None:
    """Return one of the provider's files; None if it does not exist or belongs to another provider."""
    return _one(session, _FILE.where(ChargeFile.id == file_id, ChargeFile.provider_id == provider_id))


def file_by_sha256(session: Session, provider_id: int, sha256: str) -> StoredFile | None:
    """Return the provider's file with this hash; None if it was not sent."""
    return _one(session, _FILE.where(ChargeFile.sha256 == sha256, ChargeFile.provider_id == provider_id))


def newest_files(session: Session, provider_id: int, count: int = 10) -> list[StoredFile]:
    """Return the provider's files, newest first."""
    query = _FILE.where(ChargeFile.provider_id == provider_id).order_by(ChargeFile.id.desc()).limit(count)
    return [StoredFile(*row) for row in session.execute(query)]


def row_answers(session: Session, file_id: int, *, first: int, count: int) -> list[RowAnswer]:
    """Return the answers to some of the file's rows, in the order of the file."""
    return _answers(session, _results(session, file_id)[first : first + count])


def refused_rows(session: Session, file_id: int) -> list[RowAnswer]:
    """Return the refused rows with their stored charges, in the order of the file."""
    refused = [result for result in _results(session, file_id) if result[3] == "refused"]
    return _answers(session, refused)


def _results(session: Session, file_id: int) -> list[Sequence[Any]]:
    return session.scalar(select(ChargeFile.results).where(ChargeFile.id == file_id)) or []


def _answers(session: Session, results: Sequence[Sequence[Any]]) -> list[RowAnswer]:
    answers: list[RowAnswer] = []
    for start in range(0, len(results), _SLICE):
        part = results[start : start + _SLICE]
        stored = charges_by_id(session, [result[1] for result in part])
        answers += [_row_answer(result, stored[result[1]]) for result in part]
    return answers


_SLICE = 5_000


def _row_answer(result: Sequence[Any], charge: StoredCharge) -> RowAnswer:
    row, _, duplicate, outcome = result
    return RowAnswer(row, replace(stored_answer(charge), outcome=outcome, duplicate=duplicate), charge)


def _one(session: Session, query: Select[*tuple[Any, ...]]) -> StoredFile | None:
    row = session.execute(query).one_or_none()
    return None if row is None else StoredFile(*row)
