"""Store what fundings were judged by."""

from datetime import date

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clearing.upkeep.facts.judged import JudgedFunding
from clearing.upkeep.rules.stored_course import choice_as_json, course_as_json
from foundation.database.tables.judged_courses import JudgedCourse


def store_judged(session: Session, funding: JudgedFunding, county_id: int) -> None:
    """Store what a funding was judged by, in place of the last judgement."""
    values = {
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
    statement = insert(JudgedCourse).values(funding_id=funding.funding_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["funding_id"], set_=values))


def delete_judged(session: Session, funding_id: int) -> None:
    """Delete what a funding was judged by: it is not open any more."""
    session.execute(delete(JudgedCourse).where(JudgedCourse.funding_id == funding_id))


def delete_judged_before(session: Session, county_id: int, day: date) -> None:
    """Delete what was judged before a day: those fundings have no plan any more."""
    old = JudgedCourse.judged_on < day
    session.execute(delete(JudgedCourse).where(JudgedCourse.county_id == county_id, old))
