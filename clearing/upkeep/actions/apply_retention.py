"""Remove data whose time is over, kind by kind and in batches; or only count them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from clearing.ledger.write.audit import record
from clearing.upkeep.actions.expire_fundings import TIMETABLE
from clearing.upkeep.facts.kinds_of_data import Kind
from clearing.upkeep.facts.removals import REMOVALS
from clearing.upkeep.load.retention import DueRows, due_keys, due_rows
from clearing.upkeep.rules.retention_rules import Period, rules_on
from clearing.upkeep.write.retention import remove_rows, store_count
from foundation.vocabulary.dates import helsinki_day

REMOVED = "retention.remove"
ROWS_AT_ONCE = 1000


def periods_on(now: datetime) -> Iterator[tuple[Kind, Period]]:
    """Yield each kind that the job removes, with its period on the day of a moment."""
    for kind, rule in rules_on(helsinki_day(now)).items():
        if rule.period is not None and kind in REMOVALS:
            yield kind, rule.period


def retention_due(session: Session, *, now: datetime) -> dict[Kind, DueRows]:
    """Return what a run at a moment would remove and leave; nothing changes."""
    today = helsinki_day(now)
    return {kind: due_rows(session, kind, period, today) for kind, period in periods_on(now)}


def apply_retention(sessions: sessionmaker[Session], *, most: int = ROWS_AT_ONCE, now: datetime) -> int:
    """Remove what is due, each batch in a transaction of its own; return how many rows. Safe to repeat.

    The audit log keeps the number for each kind, and nothing of the rows.
    """
    return sum(_apply(sessions, kind, period, most, now) for kind, period in periods_on(now))


def _apply(sessions: sessionmaker[Session], kind: Kind, period: Period, most: int, now: datetime) -> int:
    removed, today = 0, helsinki_day(now)
    while count := _remove_batch(sessions, kind, period, most, now):
        removed += count
    with sessions.begin() as session:
        held = due_rows(session, kind, period, today).held
        store_count(session, kind, removed=removed, held=held, now=now)
        if removed:
            subject, detail = ("data", kind.value), {"rows": removed, "held": held}
            record(session, actor=TIMETABLE, now=now, act=REMOVED, subject=subject, detail=detail)
    return removed


def _remove_batch(
    sessions: sessionmaker[Session], kind: Kind, period: Period, most: int, now: datetime
) -> int:
    today = helsinki_day(now)
    with sessions.begin() as session:
        keys = due_keys(session, kind, period, today, most=most)
        if keys:
            remove_rows(session, kind, keys, today=today)
    return len(keys)
