"""Charge files as their provider sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, case, column, func, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.load.answers import stored_answer
from clearing.charges.load.charge_register import StoredCharge, charges_by_id
from clearing.disclosure.facts.looks import ClientKey
from foundation.database.tables.charges import Charge, ChargeFile
from foundation.database.tables.grants import Funding
from foundation.database.tables.uploads import ChargeFileLeft, ChargeFileWork
from provider_portal.load.elapsed import milliseconds_since
from provider_portal.rules.time_left import Pace

StoredResult = tuple[int, int | None, bool, str]
"""A row's answer as stored: the row, the charge id, whether it is a duplicate, the outcome."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file, whose `state` is `waiting`, `running`, `stopped`, `failed`, `done` or `ended`.

    When it is `done`, `accepted`, `refused`, `on_hold` and `duplicates` add up to `rows`. Before, they are 0,
    and `rows_done` rows have been decided, `rows_before` of them before this attempt began `elapsed_ms` ago.
    One that is `stopped` may be gone on with until `go_on_until`; it is `ended` if nobody did, and
    `not_taken_in` rows were not decided.
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
    rows_before: int = 0
    elapsed_ms: int = 0
    go_on_until: date | None = None
    not_taken_in: int = 0

    @property
    def is_decided(self) -> bool:
        """Whether no more of its rows will be decided."""
        return self.state in ("done", "ended")

    def is_over(self, today: date) -> bool:
        """Return whether it was stopped and nobody may go on any more."""
        return self.state == "ended" or (self.go_on_until is not None and self.go_on_until < today)

    @property
    def seconds_left(self) -> int | None:
        """How long the rows that are left will take; None if nothing is known of it."""
        pace = Pace(self.rows, self.rows_done, self.rows_before, self.elapsed_ms)
        return pace.seconds_left if self.state == "running" else None


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
    func.coalesce(ChargeFileWork.state, case((ChargeFileLeft.count > 0, "ended"), else_="done")),
    func.coalesce(ChargeFileWork.rows_done, ChargeFile.rows - func.coalesce(ChargeFileLeft.count, 0)),
    func.coalesce(ChargeFileWork.rows_before, 0),
    milliseconds_since(ChargeFileWork.begun_at),
    func.coalesce(ChargeFileWork.go_on_until, ChargeFileLeft.ended_on),
    func.coalesce(ChargeFileLeft.count, 0),
)
_FILE = _FILE.outerjoin(ChargeFileWork, ChargeFileWork.charge_file_id == ChargeFile.id)
_FILE = _FILE.outerjoin(ChargeFileLeft, ChargeFileLeft.charge_file_id == ChargeFile.id)


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


def stopped_files(session: Session, provider_id: int, *, ended_since: date) -> list[StoredFile]:
    """Return the provider's files that are stopped, or have ended on that day or later; newest first."""
    is_shown = or_(ChargeFileWork.state == "stopped", ChargeFileLeft.ended_on >= ended_since)
    query = _FILE.where(ChargeFile.provider_id == provider_id, is_shown).order_by(ChargeFile.id.desc())
    return [StoredFile(*row) for row in session.execute(query)]


def row_answers(session: Session, file_id: int, *, first: int, count: int) -> list[RowAnswer]:
    """Return the answers to some of the file's rows, in the order of the file."""
    window = _results_of(file_id).where(_RESULT.c.place > first, _RESULT.c.place <= first + count)
    return _answers(session, session.scalars(window).all()) if count else []


def rows_to_check(session: Session, file_id: int, count: int) -> tuple[list[RowAnswer], int]:
    """Return the first rows that were not accepted, and the count of all of them."""
    found = _results_of(file_id).where(_OUTCOME != "accepted")
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return _answers(session, session.scalars(found.limit(count)).all()), total


def refused_rows(session: Session, file_id: int, at_a_time: int = 5_000) -> Iterator[RowAnswer]:
    """Yield the refused rows with their stored charges, in the order of the file."""
    return _in_order(session, _results_of(file_id).where(_OUTCOME == "refused"), at_a_time)


def all_rows(session: Session, file_id: int, at_a_time: int = 5_000) -> Iterator[RowAnswer]:
    """Yield the answers to all rows with their stored charges, in the order of the file."""
    return _in_order(session, _results_of(file_id), at_a_time)


def _in_order(session: Session, results: Select[Any], at_a_time: int) -> Iterator[RowAnswer]:
    found, last = results.add_columns(_RESULT.c.place), 0
    while part := session.execute(found.where(_RESULT.c.place > last).limit(at_a_time)).all():
        yield from _answers(session, [result for result, _ in part])
        last = part[-1].place


def clients_of_rows(session: Session, file_id: int, *, only_refused: bool) -> list[ClientKey]:
    """Return the client of each row whose voucher is known, in the order of the file."""
    results = _results_of(file_id)
    if only_refused:
        results = results.where(_OUTCOME == "refused")
    row = results.add_columns(_RESULT.c.place).subquery()
    query = (
        select(Funding.client_id, Charge.county_id, Charge.id)
        .select_from(row)
        .join(Charge, Charge.id == row.c.value[1].as_integer())
        .join(Funding, Funding.id == Charge.funding_id)
        .order_by(row.c.place)
    )
    return [ClientKey(client, county, str(charge)) for client, county, charge in session.execute(query)]


def names_sent(session: Session, file_id: int) -> list[str]:
    """Return the names of all columns that the refused rows were sent with, as they came first."""
    row = _results_of(file_id).where(_OUTCOME == "refused").add_columns(_RESULT.c.place).subquery()
    sent = func.jsonb_object_keys(Charge.sent).table_valued(column("name", Text)).render_derived("sent")
    query = (
        select(sent.c.name)
        .select_from(row)
        .join(Charge, Charge.id == row.c.value[1].as_integer())
        .join(sent, true())
        .group_by(sent.c.name)
        .order_by(func.min(row.c.place), sent.c.name)
    )
    return list(session.scalars(query))


_RESULT = (
    func.jsonb_array_elements(ChargeFile.results)
    .table_valued(column("value", JSONB), with_ordinality="place")
    .render_derived("result")
)
_OUTCOME: ColumnElement[str] = _RESULT.c.value[3].astext


def _results_of(file_id: int) -> Select[Any]:
    """Return the query for the stored results of a file, in its order."""
    return (
        select(_RESULT.c.value)
        .select_from(ChargeFile)
        .join(_RESULT, true())
        .where(ChargeFile.id == file_id)
        .order_by(_RESULT.c.place)
    )


def _answers(session: Session, results: Sequence[Sequence[Any]]) -> list[RowAnswer]:
    stored = charges_by_id(session, [result[1] for result in results])
    return [_row_answer(result, stored[result[1]]) for result in results]


def _row_answer(result: Sequence[Any], charge: StoredCharge) -> RowAnswer:
    row, _, duplicate, outcome = result
    return RowAnswer(row, replace(stored_answer(charge), outcome=outcome, duplicate=duplicate), charge)


def _one(session: Session, query: Select[*tuple[Any, ...]]) -> StoredFile | None:
    row = session.execute(query).one_or_none()
    return None if row is None else StoredFile(*row)
