"""Opening balances: submit a file of vouchers in use, and accept or reject it as another person.

Nothing is half in: with one wrong row nothing is stored, and accepting brings everything in or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from county_desk.actions.open_vouchers import Openings, open_vouchers
from county_desk.load.openings import StoredOpening, locked_opening
from county_desk.rules.opening import OpeningRefusal, OpeningState, OpeningTotal, agree, totals_of
from county_desk.write.openings import decide_opening, store_opening
from foundation.tabular.import_report import RefusedRow
from foundation.tabular.table import Table
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

RandomBits = Callable[[int], int]
ReadTable = Callable[[bytes], Table]


@dataclass(frozen=True, slots=True)
class OpeningFile:
    """A submitted file: its name, its bytes, and the day from which the program pays."""

    name: str
    content: bytes
    opens_on: date


@dataclass(frozen=True, slots=True)
class OpeningReport:
    """What a file brings in, or the rows that are wrong. `opening_id` is None if nothing was stored."""

    rows: int
    refused: tuple[RefusedRow, ...]
    totals: tuple[OpeningTotal, ...]
    opening_id: int | None = None


def submit_opening(
    session: Session,
    file: OpeningFile,
    openings: Openings,
    table: Table,
    *,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
) -> OpeningReport | Refusal:
    """Carry everything out and undo it; if all rows are right, keep the file for a second person.

    `openings` are the county and what reads its rows. Refused with `opening_file_known` if this very file
    waits or was accepted.
    """
    with session.begin_nested() as everything:
        result = open_vouchers(session, table, openings, actor=actor, now=now)
        session.flush()
        everything.rollback()
    totals = totals_of(result.opened)
    report = OpeningReport(table.row_count, tuple(result.refused), totals)
    if dry_run or result.refused:
        return report
    opening_id = store_opening(session, openings.county_id, file, totals, actor=actor, now=now)
    if opening_id is None:
        return Refusal(OpeningRefusal.FILE_KNOWN, "file")
    _record(session, openings.county_id, opening_id, "opening.submit", actor, now)
    return OpeningReport(report.rows, (), totals, opening_id)


def accept_opening(
    session: Session, opening_id: int, openings: Openings, read: ReadTable, *, actor: Actor, now: datetime
) -> OpeningReport | Refusal:
    """Bring everything in, if it still gives the totals that the first person saw.

    What the choices hold may differ: it depends on the day.

    Refused with `opening_unknown`, `opening_decided`, `same_person`, or `opening_changed`: something in the
    books has changed since, so that a row is wrong now or the totals differ. Then nothing comes in.
    """
    stored = locked_opening(session, openings.county_id, opening_id)
    if refusal := _why_not(stored, actor):
        return refusal
    assert stored is not None
    assert stored.content is not None
    table = read(stored.content)
    with session.begin_nested() as everything:
        result = open_vouchers(session, table, openings, actor=actor, now=now)
        totals = totals_of(result.opened)
        is_changed = bool(result.refused) or not agree(totals, stored.totals)
        if is_changed:
            everything.rollback()
    if is_changed:
        return Refusal(OpeningRefusal.CHANGED)
    decide_opening(session, opening_id, OpeningState.ACCEPTED, actor=actor, now=now)
    _record(session, openings.county_id, opening_id, "opening.accept", actor, now)
    return OpeningReport(table.row_count, (), totals, opening_id)


def reject_opening(
    session: Session, county_id: int, opening_id: int, *, why: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Delete the file with a reason; the person who submitted it may do so too, to correct it."""
    stored = locked_opening(session, county_id, opening_id)
    if stored is None:
        return Refusal(OpeningRefusal.UNKNOWN)
    if stored.state is not OpeningState.WAITING:
        return Refusal(OpeningRefusal.DECIDED)
    if not why.strip():
        return Refusal(OpeningRefusal.WHY_MISSING, "why")
    decide_opening(session, opening_id, OpeningState.REJECTED, actor=actor, now=now, why=why.strip())
    _record(session, county_id, opening_id, "opening.reject", actor, now, why.strip())
    return None


def _why_not(stored: StoredOpening | None, actor: Actor) -> Refusal | None:
    if stored is None:
        return Refusal(OpeningRefusal.UNKNOWN)
    if stored.state is not OpeningState.WAITING:
        return Refusal(OpeningRefusal.DECIDED)
    if actor.person_id is None or actor.person_id == stored.made_by:
        return Refusal(OpeningRefusal.SAME_PERSON)
    return None


def _record(
    session: Session, county_id: int, opening_id: int, act: str, actor: Actor, now: datetime, why: str = ""
) -> None:
    subject = ("opening", opening_id)
    record(session, actor=actor, now=now, act=act, subject=subject, county_id=county_id, why=why)
