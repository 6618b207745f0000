"""Visit plans in the database: what is stored is read again, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from clearing.plans.facts.plan import Change, LoosePattern, PartOfWeek, TimedPattern, TotalPattern, VisitPlan
from clearing.plans.load.visit_plans import visit_plans
from clearing.plans.write.visit_plans import (
    delete_change,
    end_pause,
    store_change,
    store_patterns,
    store_pause,
)
from foundation.database.migrate import downgrade, upgrade
from foundation.database.tables.choices import Choice
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Quantity
from tests.builders import NOW, a_choice, a_client, a_county, a_funding, a_provider, an_offering

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)
EVENINGS = TimedPattern(frozenset({0, 3}), 17 * 60, 120, MONDAY, None, 1)
SATURDAYS = TimedPattern(frozenset({5}), 10 * 60, 240, MONDAY, date(2026, 12, 31), 2, Quantity(500))
LOOSE = LoosePattern(Quantity(600), PeriodKind.WEEK, MONDAY, None, PartOfWeek.EVENING)
TOTAL = TotalPattern(Quantity(2000), MONDAY, date(2026, 12, 31))


@pytest.fixture
def choice(session: Session) -> Choice:
    """A choice without a plan, for an offering by the hour."""
    county = a_county(session)
    offering = an_offering(session, county, a_provider(session, county))
    made = a_choice(session, a_funding(session, county, a_client(session, county)), offering)
    session.execute(text("DELETE FROM plan_pattern"))
    return made


def keys(choice: Choice) -> dict[str, int]:
    return {"funding_id": choice.funding_id, "county_id": choice.county_id}


@pytest.mark.parametrize(
    "parts",
    [{"timed": (EVENINGS, SATURDAYS)}, {"loose": LOOSE}, {"total": TOTAL}],
    ids=["timed", "loose", "total"],
)
def test_a_plan_is_read_as_it_was_stored(session: Session, choice: Choice, parts: dict[str, Any]) -> None:
    plan = VisitPlan(choice.id, "hour", **parts)
    store_patterns(session, plan, **keys(choice))
    ends = replace(plan, last_day=date(2026, 12, 31))  # the last day of the voucher
    assert visit_plans(session, [choice.id]) == {choice.id: ends}


def test_a_plan_ends_with_its_choice(session: Session, choice: Choice) -> None:
    store_patterns(session, VisitPlan(choice.id, "hour", loose=LOOSE), **keys(choice))
    choice.ends_on = SUNDAY
    assert visit_plans(session, [choice.id])[choice.id].last_day == SUNDAY


def test_changes_replace_one_another_and_can_be_taken_back(session: Session, choice: Choice) -> None:
    store_patterns(session, VisitPlan(choice.id, "hour", timed=(EVENINGS,)), **keys(choice))
    moved = Change(MONDAY, 1, to_day=SUNDAY, start_minute=600, length_minutes=60)
    for change in (moved, replace(moved, is_cancelled=True)):
        by: dict[str, Any] = {**keys(choice), "choice_id": choice.id, "why": "", "made_by": None, "now": NOW}
        store_change(session, change, **by)
        assert visit_plans(session, [choice.id])[choice.id].changes == (change,)
    delete_change(session, choice_id=choice.id, day=MONDAY, number=1)
    assert visit_plans(session, [choice.id])[choice.id].changes == ()


def test_pauses_are_those_of_the_choice_its_client_and_absences(session: Session, choice: Choice) -> None:
    client = session.scalars(text("SELECT client_id FROM funding")).one()
    session.execute(
        text("INSERT INTO client_absence (client_id, away) VALUES (:id, '[2026-12-24,2026-12-27)')"),
        {"id": client},
    )
    who: dict[str, Any] = {"county_id": choice.county_id, "made_by": None, "now": NOW}
    of: dict[str, Any] = {"choice_id": choice.id, "funding_id": choice.funding_id}
    store_pause(session, first_day=MONDAY, last_day=None, client_id=client, **who)
    ended = store_pause(session, first_day=MONDAY, last_day=SUNDAY, **of, **who)
    never = store_pause(session, first_day=date(2027, 1, 1), last_day=None, **of, **who)
    end_pause(session, ended, last_day=MONDAY, ended_by=None, now=NOW)
    end_pause(session, never, last_day=date(2026, 12, 31), ended_by=None, now=NOW)
    assert visit_plans(session, [choice.id])[choice.id].pauses == (
        DateWindow(MONDAY, MONDAY),
        DateWindow(MONDAY, date.max),
        DateWindow(date(2026, 12, 24), date(2026, 12, 26)),
    )


PATTERN = {
    "number": "1", "kind": "'timed'", "weekdays": "9", "start_minute": "1020", "length_minutes": "120",
    "every_weeks": "1", "first_day": "'2026-11-23'",
}  # fmt: skip
UNTIMED = {"weekdays": "NULL", "start_minute": "NULL", "length_minutes": "NULL", "every_weeks": "NULL"}


@pytest.mark.parametrize(
    ("changed", "refused_by"),
    [
        ({"weekdays": "NULL"}, "ck_plan_pattern_columns"),
        ({"weekdays": "0"}, "ck_plan_pattern_weekdays"),
        ({"start_minute": "1440"}, "ck_plan_pattern_start_minute"),
        ({"length_minutes": "2160"}, "ck_plan_pattern_length_minutes"),
        ({"every_weeks": "3"}, "ck_plan_pattern_every_weeks"),
        ({"last_day": "'2026-11-22'"}, "ck_plan_pattern_days"),
        ({"quantity_hundredths": "0"}, "ck_plan_pattern_quantity"),
        ({"per": "'week'"}, "ck_plan_pattern_columns"),
        ({**UNTIMED, "kind": "'loose'", "quantity_hundredths": "100"}, "ck_plan_pattern_columns"),
        ({**UNTIMED, "kind": "'total'", "quantity_hundredths": "100"}, "ck_plan_pattern_columns"),
        ({"funding_id": "999"}, "fk_plan_pattern_choice_id"),
        ({}, None),
    ],
)  # fmt: skip
def test_the_database_refuses_a_pattern_that_cannot_be(
    session: Session, choice: Choice, changed: dict[str, str], refused_by: str | None
) -> None:
    of = {"choice_id": str(choice.id), **{name: str(key) for name, key in keys(choice).items()}}
    row = {**of, **PATTERN, **changed}
    statement = text(f"INSERT INTO plan_pattern ({', '.join(row)}) VALUES ({', '.join(row.values())})")
    if refused_by is None:
        session.execute(statement)
        return
    with pytest.raises(DatabaseError, match=refused_by), session.begin_nested():
        session.execute(statement)


@pytest.mark.parametrize(("first", "fits"), [(SUNDAY, False), (date(2026, 11, 30), True)])
def test_pauses_of_a_choice_do_not_overlap(session: Session, choice: Choice, first: date, fits: bool) -> None:
    who: dict[str, Any] = {"county_id": choice.county_id, "made_by": None, "now": NOW}
    of: dict[str, Any] = {"choice_id": choice.id, "funding_id": choice.funding_id}
    store_pause(session, first_day=MONDAY, last_day=SUNDAY, **of, **who)
    if fits:
        store_pause(session, first_day=first, last_day=None, **of, **who)
        return
    with pytest.raises(DatabaseError, match="ex_plan_pause_of_choice"), session.begin_nested():
        store_pause(session, first_day=first, last_day=None, **of, **who)


def test_the_migration_gives_choices_their_plans(fresh_database: str) -> None:
    engine = create_engine(fresh_database)
    with Session(engine) as session, session.begin():
        county = a_county(session)
        offering = an_offering(session, county, a_provider(session, county))
        funding = a_funding(session, county, a_client(session, county))
        weekly = a_choice(session, funding, offering, starts_on=MONDAY, ends_on=SUNDAY)
        total = a_choice(session, funding, offering, starts_on=MONDAY)
        total.quantity_hundredths, total.quantity_per_week_hundredths = 2000, None
        ids = (weekly.id, total.id)
    downgrade(fresh_database, "0034")
    upgrade(fresh_database)
    with Session(engine) as session:
        plans = visit_plans(session, ids)
    engine.dispose()
    assert plans[ids[0]].loose == LoosePattern(
        Quantity(300), PeriodKind.WEEK, MONDAY, None, PartOfWeek.DAYTIME
    )
    assert plans[ids[0]].last_day == SUNDAY
    assert plans[ids[1]].total == TotalPattern(Quantity(2000), MONDAY, date(2026, 12, 31))
