"""Store what fundings were judged by."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clearing.upkeep.facts.judged import JudgedFunding
from clearing.upkeep.rules.stored_course import choice_as_json, course_as_json
from foundation.database.columns import any_of
from foundation.database.tables.judged_courses import JudgedCourse


def store_judged(session: Session, judged: Iterable[tuple[JudgedFunding, int]]) -> None:
    """Store what fundings were judged by, each with its county, in place of the last judgement."""
    rows = [
        {
            "funding_id": funding.funding_id,
            "county_id": county_id,
            "client_id": funding.client_id,
            "judged_on": funding.judged_on,
            "known_day": funding.known_day,
            "in_units": funding.in_units,
            "delay_days": funding.delay_days,
            "course": None if funding.course is None else course_as_json(funding.course),
            "before": None if funding.before is None else course_as_json(funding.before),
            "choices": [choice_as_json(choice) for choice in funding.choices],
        }
        for funding, county_id in judged
    ]
    if rows:
        statement = insert(JudgedCourse)
        replaced = {name: statement.excluded[name] for name in rows[0] if name != "funding_id"}
        session.execute(statement.on_conflict_do_update(index_elements=["funding_id"], set_=replaced), rows)


def delete_judged(session: Session, funding_ids: Collection[int]) -> None:
    """Delete what fundings were judged by: they are not open any more."""
    session.execute(delete(JudgedCourse).where(JudgedCourse.funding_id == any_of(funding_ids)))


def delete_judged_before(session: Session, county_id: int, day: date) -> None:
    """Delete what was judged before a day: those fundings have no plan any more."""
    old = JudgedCourse.judged_on < day
    session.execute(delete(JudgedCourse).where(JudgedCourse.county_id == county_id, old))
