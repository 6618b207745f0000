"""Hours that providers give, the visits that are planned in them, and what is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.free_times import FreeHours, FreeSlot, TakenTime
from clearing.plans.load.visit_plans import visit_plans
from clearing.plans.rules.visits import visits_of
from foundation.database.columns import any_of, first_and_last
from foundation.database.tables.choices import Choice
from foundation.database.tables.free_times import ClosedDays, FreeTimes
from foundation.database.tables.free_times import FreeHours as HoursRow
from foundation.database.tables.free_times import FreeHoursOffering as HoursOffering
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Provider
from foundation.vocabulary.dates import HELSINKI, ONE_DAY, DateWindow

_LONGEST_VISIT = 2 * ONE_DAY
_NO_CLASSES = TimeClasses.of(())


def lock_provider(session: Session, provider_id: int) -> None:
    """Let one at a time change the provider's hours or work out what is free of them."""
    query = select(Provider.id).where(Provider.id == provider_id)
    session.scalar(query.with_for_update(key_share=True))


def next_with_hours(session: Session, after: int) -> int | None:
    """Return the next provider after an id that gives hours, or has given them."""
    givers = union(select(HoursRow.provider_id), select(FreeTimes.provider_id)).subquery()
    query = select(givers.c.provider_id).where(givers.c.provider_id > after)
    return session.scalar(query.order_by(givers.c.provider_id).limit(1))


def hours_of(session: Session, provider_id: int) -> dict[int, FreeHours]:
    """Return the hours that a provider gives, by id in the order of the week."""
    offered: defaultdict[int, set[int]] = defaultdict(set)
    links = select(HoursOffering).where(HoursOffering.provider_id == provider_id)
    for link in session.scalars(links):
        offered[link.free_hours_id].add(link.offering_id)
    query = select(HoursRow).where(HoursRow.provider_id == provider_id)
    rows = session.scalars(query.order_by(HoursRow.weekday, HoursRow.start_minute, HoursRow.id))
    return {row.id: _hours(row, offered[row.id]) for row in rows}


def _hours(row: HoursRow, offering_ids: Iterable[int]) -> FreeHours:
    return FreeHours(
        row.weekday,
        row.start_minute,
        row.end_minute,
        row.first_day,
        row.last_day,
        row.at_once,
        frozenset(offering_ids),
    )


def closed_days_of(session: Session, provider_id: int) -> dict[int, DateWindow]:
    """Return the windows in which a provider takes nobody new, by id in order of time."""
    query = select(ClosedDays).where(ClosedDays.provider_id == provider_id)
    query = query.order_by(ClosedDays.first_day, ClosedDays.id)
    return {row.id: DateWindow(row.first_day, row.last_day) for row in session.scalars(query)}


def taken_times(session: Session, offering_ids: Collection[int], window: DateWindow) -> tuple[TakenTime, ...]:
    """Return the planned visits with times of clients who chose these offerings."""
    first = window.first - _LONGEST_VISIT
    query = (
        select(Choice.id, Choice.offering_id, Funding.valid)
        .join(Funding, Funding.id == Choice.funding_id)
        .where(Choice.offering_id == any_of(offering_ids), Choice.withdrawn_at.is_(None))
        .where(or_(Choice.ends_on.is_(None), Choice.ends_on >= first))
    )
    rows = {row.id: row for row in session.execute(query)}
    plans = visit_plans(session, rows)
    return tuple(
        taken
        for key, plan in plans.items()
        for taken in _of_plan(rows[key], plan, DateWindow(first, window.last))
    )


def _of_plan(row: Any, plan: Any, window: DateWindow) -> Iterator[TakenTime]:
    last = min(window.last, first_and_last(row.valid)[1] or window.last)
    if last < window.first:
        return
    for visit in visits_of(plan, _NO_CLASSES, DateWindow(window.first, last)):
        if visit.start is not None and visit.end is not None:
            yield TakenTime(row.offering_id, _local(visit.start), _local(visit.end))


def _local(moment: datetime) -> datetime:
    return moment.astimezone(HELSINKI).replace(tzinfo=None)


def slots_of_provider(session: Session, provider_id: int) -> dict[int, tuple[FreeSlot, ...]]:
    """Return what was free when it was worked out last, by the offerings for which hours are given."""
    query = select(FreeTimes.offering_id, FreeTimes.slots).where(FreeTimes.provider_id == provider_id)
    return {key: slots_from(slots) for key, slots in session.execute(query)}


def slots_from(stored: Iterable[Any]) -> tuple[FreeSlot, ...]:
    """Return slots as they are stored in a row of `free_times`."""
    return tuple(FreeSlot(date.fromisoformat(day), start, end) for day, start, end in stored)
