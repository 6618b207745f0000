"""Visit plans of choices: patterns, days away and changes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, aliased

from clearing.plans.facts.plan import (
    CancellationFee,
    CancelledBy,
    Change,
    LoosePattern,
    PartOfWeek,
    TimedPattern,
    TotalPattern,
    VisitPlan,
)
from foundation.database.columns import any_of_parameter, first_and_last
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import ClientAbsence
from foundation.database.tables.grants import Funding
from foundation.database.tables.plans import PlanChange, PlanPattern, PlanPause
from foundation.database.tables.providers import Offering
from foundation.vocabulary.dates import ONE_DAY, DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity

WEEKDAYS = range(7)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A choice, its client, and the plan without patterns."""

    client_id: int
    plan: VisitPlan


def visit_plans(session: Session, choice_ids: Iterable[int]) -> dict[int, VisitPlan]:
    """Return the visit plan of each of these choices by its id, an ended one up to its last day.

    The pauses are those of the choice, those of its client, and the client's absences.
    """
    session.flush()
    choices = _choices(session, sorted(set(choice_ids)))
    patterns, changes = _patterns(session, choices), _changes(session, choices)
    of_choice, of_client = _pauses(session, choices)
    return {
        key: replace(
            _with_patterns(found.plan, patterns[key]),
            changes=tuple(changes[key]),
            pauses=(*of_choice[key], *of_client[found.client_id]),
        )
        for key, found in choices.items()
    }


_Later = aliased(Choice)
_CHOICES = (
    select(
        Choice.id,
        Funding.client_id,
        Offering.unit,
        Funding.valid,
        Choice.ends_on,
        Choice.withdrawn_at,
        _Later.starts_on,
    )
    .join(Funding, Funding.id == Choice.funding_id)
    .join(Offering, Offering.id == Choice.offering_id)
    .outerjoin(_Later, and_(_Later.replaces_id == Choice.id, _Later.withdrawn_at.is_(None)))
    .where(Choice.id == any_of_parameter())
    .order_by(Choice.id)
)


def _choices(session: Session, ids: list[int]) -> dict[int, _Planned]:
    rows = session.execute(_CHOICES, {"ids": ids})
    return {
        key: _Planned(
            client_id, VisitPlan(key, unit, last_day=_last_day(valid, ends_on, withdrawn_at, begins))
        )
        for key, client_id, unit, valid, ends_on, withdrawn_at, begins in rows
    }


def _last_day(
    valid: Range[date], ends_on: date | None, withdrawn_at: datetime | None, next_begins: date | None
) -> date | None:
    """Return the last day of visits: before the choice that replaces this one; none of an undone choice."""
    if withdrawn_at is not None:
        return date.min
    days = [first_and_last(valid)[1], ends_on, None if next_begins is None else next_begins - ONE_DAY]
    return min((day for day in days if day is not None), default=None)


_PATTERNS = (
    select(PlanPattern)
    .where(PlanPattern.choice_id == any_of_parameter())
    .order_by(PlanPattern.choice_id, PlanPattern.number)
    .execution_options(populate_existing=True)
)


def _patterns(session: Session, ids: Iterable[int]) -> defaultdict[int, list[Row[*tuple[PlanPattern]]]]:
    found: defaultdict[int, list[Row[*tuple[PlanPattern]]]] = defaultdict(list)
    for row in session.execute(_PATTERNS, {"ids": list(ids)}):
        found[row[0].choice_id].append(row)
    return found


def _with_patterns(plan: VisitPlan, rows: Sequence[Row[*tuple[PlanPattern]]]) -> VisitPlan:
    timed = []
    for (row,) in rows:
        quantity = Quantity(row.quantity_hundredths or 0)
        if row.kind == "timed":
            timed.append(_timed(row))
        elif row.kind == "loose":
            part = None if row.part_of_week is None else PartOfWeek(row.part_of_week)
            loose = LoosePattern(
                quantity, PeriodKind(row.per or PeriodKind.WEEK), row.first_day, row.last_day, part
            )
            plan = replace(plan, loose=loose)
        elif row.last_day is not None:
            plan = replace(plan, total=TotalPattern(quantity, row.first_day, row.last_day))
    return replace(plan, timed=tuple(timed))


def _timed(row: PlanPattern) -> TimedPattern:
    assert row.weekdays is not None
    assert row.start_minute is not None
    assert row.length_minutes is not None
    quantity = row.quantity_hundredths
    return TimedPattern(
        weekdays=frozenset(day for day in WEEKDAYS if row.weekdays >> day & 1),
        start_minute=row.start_minute,
        length_minutes=row.length_minutes,
        first_day=row.first_day,
        last_day=row.last_day,
        every_weeks=row.every_weeks or 1,
        quantity=None if quantity is None else Quantity(quantity),
    )


_CHANGES = (
    select(PlanChange)
    .where(PlanChange.choice_id == any_of_parameter())
    .order_by(PlanChange.choice_id, PlanChange.day, PlanChange.number)
    .execution_options(populate_existing=True)
)


def _changes(session: Session, ids: Iterable[int]) -> defaultdict[int, list[Change]]:
    found: defaultdict[int, list[Change]] = defaultdict(list)
    for row in session.scalars(_CHANGES, {"ids": list(ids)}):
        quantity = row.quantity_hundredths
        change = Change(
            day=row.day,
            number=row.number,
            is_cancelled=row.is_cancelled,
            to_day=row.to_day,
            start_minute=row.start_minute,
            length_minutes=row.length_minutes,
            quantity=None if quantity is None else Quantity(quantity),
            fee=fee_of(row.fee_share_percent, row.fee_cents, row.fee_hundredths),
            cancelled_by=None if row.cancelled_by is None else CancelledBy(row.cancelled_by),
            cancelled_at=row.cancelled_at,
        )
        found[row.choice_id].append(change)
    return found


def fee_of(share_percent: int | None, cents: int | None, hundredths: int | None) -> CancellationFee | None:
    """Return the fee of a cancelled visit from its columns."""
    if share_percent is None or hundredths is None:
        return None
    return CancellationFee(share_percent, None if cents is None else Money(cents), Quantity(hundredths))


_Windows = defaultdict[int, list[DateWindow]]
_PAUSES = (
    select(PlanPause.choice_id, PlanPause.client_id, PlanPause.first_day, PlanPause.last_day)
    .where(
        or_(
            PlanPause.choice_id == any_of_parameter("choices"),
            PlanPause.client_id == any_of_parameter("clients"),
        )
    )
    .order_by(PlanPause.id)
)
_ABSENCES = (
    select(ClientAbsence.client_id, ClientAbsence.away)
    .where(ClientAbsence.client_id == any_of_parameter("clients"))
    .order_by(ClientAbsence.id)
)


def _pauses(session: Session, choices: dict[int, _Planned]) -> tuple[_Windows, _Windows]:
    """Return the days away by choice id and by client id."""
    clients = list({found.client_id for found in choices.values()})
    of_choice: _Windows = defaultdict(list)
    of_client: _Windows = defaultdict(list)
    rows = session.execute(_PAUSES, {"choices": list(choices), "clients": clients})
    for choice_id, client_id, first, last in rows:
        if last is None or last >= first:
            window = DateWindow(first, last or date.max)
            if choice_id is not None:
                of_choice[choice_id].append(window)
            elif client_id is not None:
                of_client[client_id].append(window)
    for client_id, away in session.execute(_ABSENCES, {"clients": clients}):
        first, last = first_and_last(away)
        of_client[client_id].append(DateWindow(first, last or date.max))
    return of_choice, of_client
