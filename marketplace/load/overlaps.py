"""A client's other planned visits at the same minute: elsewhere (R-28), or of the same service (R-27).

Without times nobody knows the minute: help of the same service beside it is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.visits import PlannedVisit
from clearing.plans.load.visit_plans import visit_plans
from clearing.plans.rules.overlaps import first_overlap
from clearing.plans.rules.visits import visits_of
from clearing.reasons import OVERLAPS_OTHER_PROVIDER, POSSIBLE_DOUBLE, Finding, report
from foundation.database.columns import first_and_last
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering
from foundation.vocabulary.dates import DateWindow
from marketplace.rules.reasons import SAME_HELP_TWICE
from marketplace.rules.replacing_choices import Replacing

_TOUCHED = timedelta(days=2)
"""A visit lasts under 36 hours, so it may reach into another day."""
_NO_CLASSES = TimeClasses.of(())


def overlap_warning(
    session: Session,
    visits: Sequence[PlannedVisit],
    *,
    client_id: int,
    provider_id: int,
    change: Replacing | None = None,
) -> tuple[Finding, ...]:
    """Return the warning that the client has a visit at another provider at the same minute, if it is so.

    `change`: one of the client's choices ends because of the new one.
    """
    if not any(visit.start for visit in visits):
        return ()
    elsewhere = (Funding.client_id == client_id, Choice.provider_id != provider_id)
    others = _other_visits(session, visits, elsewhere, change)
    return (report(OVERLAPS_OTHER_PROVIDER),) if first_overlap(visits, others) else ()


def planned_double(
    session: Session,
    visits: Sequence[PlannedVisit],
    *,
    funding_id: int,
    offering_id: int,
    choice_id: int | None = None,
    change: Replacing | None = None,
) -> tuple[Finding, ...]:
    """Return the finding that another choice has a visit of the same service at the same minute, if it is so.

    Clearing would hold the second charge of the two (R-27): same provider, voucher and service.

    Args:
        choice_id: The choice of the visits themselves, if it has been made.
        change: One of the client's choices ends because of the new one.
    """
    if not any(visit.start for visit in visits):
        return ()
    of_service = _of_service(funding_id, offering_id, choice_id)
    overlap = first_overlap(visits, _other_visits(session, visits, of_service, change))
    return () if overlap is None else (report(POSSIBLE_DOUBLE),)


def same_help_twice(
    session: Session,
    visits: Sequence[PlannedVisit],
    *,
    funding_id: int,
    offering_id: int,
    change: Replacing | None = None,
) -> tuple[Finding, ...]:
    """Return the warning that another choice gives the same help then, one of the two without times.

    Which visits the provider charges for which plan is then not known. Two charges of one day with the same
    quantity and price look like one visit, and the second one waits for a person (R-27).
    """
    if not visits:
        return ()
    first, last = min(visit.day for visit in visits), max(visit.day for visit in visits)
    others = [
        visit
        for visit in _other_visits(session, visits, _of_service(funding_id, offering_id, None), change)
        if first <= visit.day <= last
    ]
    without_times = any(visit.start is None for visit in (*visits, *others))
    return (report(SAME_HELP_TWICE),) if others and without_times else ()


def _of_service(funding_id: int, offering_id: int, choice_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """Return what other choices of the same voucher, service and provider as an offering are."""
    own = select(Offering.service_id, Offering.provider_id).where(Offering.id == offering_id).subquery()
    alike = select(Offering.id).join(
        own, and_(Offering.service_id == own.c.service_id, Offering.provider_id == own.c.provider_id)
    )
    return (
        Choice.funding_id == funding_id,
        Choice.offering_id.in_(alike),
        Choice.id != (choice_id or 0),
    )


def _other_visits(
    session: Session,
    visits: Sequence[PlannedVisit],
    of_choices: Iterable[ColumnElement[bool]],
    change: Replacing | None,
) -> Iterable[PlannedVisit]:
    days = [visit.day for visit in visits]
    first, last = min(days) - _TOUCHED, max(days) + _TOUCHED
    query = (
        select(Choice.id, Funding.valid)
        .join(Funding, Funding.id == Choice.funding_id)
        .where(*of_choices)
        .where(Choice.withdrawn_at.is_(None), or_(Choice.ends_on.is_(None), Choice.ends_on >= first))
    )
    windows = {key: first_and_last(valid)[1] or last for key, valid in session.execute(query)}
    for key, plan in visit_plans(session, windows).items():
        until = min(last, windows[key])
        if change is not None and change.choice_id == key:
            until = min(until, change.last_day)
        if first <= until:
            yield from visits_of(plan, _NO_CLASSES, DateWindow(first, until))
