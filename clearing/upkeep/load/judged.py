"""What fundings were judged by last, and the limits that are in force."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.upkeep.facts.judged import JudgedFunding
from clearing.upkeep.facts.thresholds import THRESHOLDS, Thresholds
from clearing.upkeep.rules.stored_course import choice_from_json, course_from_json
from foundation.database.columns import any_of
from foundation.database.tables.judged_courses import JudgedCourse, ThresholdChange

_NAMES = frozenset(field.name for field in fields(Thresholds))


def judged_fundings(session: Session, county_id: int) -> list[JudgedFunding]:
    """Return what each funding of a county was judged by last."""
    query = select(JudgedCourse).where(JudgedCourse.county_id == county_id).order_by(JudgedCourse.funding_id)
    return [_judged(row) for row in session.scalars(query)]


def judged_before(session: Session, funding_ids: Collection[int]) -> dict[int, JudgedFunding]:
    """Return what each of these fundings was judged by last, by id; not those that have not been judged."""
    query = select(JudgedCourse).where(JudgedCourse.funding_id == any_of(funding_ids))
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {row.funding_id: _judged(row) for row in rows}


def _judged(row: JudgedCourse) -> JudgedFunding:
    return JudgedFunding(
        funding_id=row.funding_id,
        client_id=row.client_id,
        judged_on=row.judged_on,
        known_day=row.known_day,
        in_units=row.in_units,
        delay_days=row.delay_days,
        course=None if row.course is None else course_from_json(row.course),
        before=None if row.before is None else course_from_json(row.before),
        choices=tuple(choice_from_json(each) for each in row.choices),
    )


def unreported_by_provider(judged: Iterable[JudgedFunding]) -> dict[int, tuple[date, ...]]:
    """Return the days of past visits that wait for a charge, by provider, in order."""
    found: defaultdict[int, list[date]] = defaultdict(list)
    for choice in (choice for funding in judged for choice in funding.choices):
        found[choice.provider_id] += choice.unreported
    return {key: tuple(sorted(days)) for key, days in found.items()}


def thresholds_on(session: Session, county_id: int, day: date) -> Thresholds:
    """Return the limits of a county's warnings that are in force on a day."""
    query = (
        select(ThresholdChange.limits)
        .where(ThresholdChange.county_id == county_id, ThresholdChange.state == "accepted")
        .where(ThresholdChange.valid_from <= day)
        .order_by(ThresholdChange.valid_from.desc(), ThresholdChange.id.desc())
        .limit(1)
    )
    stored: dict[str, Any] | None = session.scalar(query)
    return THRESHOLDS if stored is None else thresholds_from(stored)


def thresholds_from(stored: dict[str, Any]) -> Thresholds:
    """Return stored limits; a limit that came later has its default."""
    return Thresholds(**{name: value for name, value in stored.items() if name in _NAMES})
