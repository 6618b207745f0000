"""Vouchers that are not used or end are judged weekly by county: opened, renewed at each term, closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clearing.upkeep.actions.judge_county import judge_next_county
from foundation.database.columns import days
from foundation.database.tables.alerts import Alert
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client, ClientAbsence
from foundation.database.tables.grants import Balance, Funding
from tests.actions.test_change_visit import MONDAY, VisitScenario
from tests.actions.test_judge_alerts import a_used_visit
from tests.builders import NOW, TODAY


@pytest.fixture
def scenario(session: Session) -> VisitScenario:
    """Visits of a voucher that ends with the year."""
    return VisitScenario(session)


def judged(session: Session, day: date) -> list[tuple[str, object, bool]]:
    """Judge on a day; return the rule, the term and whether it is open, of each alert in order."""
    now, last = datetime.combine(day, NOW.timetz()), 0
    while (done := judge_next_county(session, after=last, now=now)) is not None:
        last = done
    rows = session.scalars(select(Alert).order_by(Alert.id).execution_options(populate_existing=True))
    return [(row.rule, row.figures.get("stage"), row.closed_on is None) for row in rows]


def free_the_hold(session: Session) -> None:
    """Let nothing be held, as when the last visit of a plan is over."""
    session.execute(update(Balance).values(free_cents=Balance.free_cents + Balance.held_cents, held_cents=0))


def test_an_end_without_a_new_decision_is_a_new_alert_at_each_term(
    session: Session, scenario: VisitScenario
) -> None:
    last = date(2026, 12, 31)
    assert judged(session, last - timedelta(days=61)) == []
    assert judged(session, last - timedelta(days=60)) == [("ending", 60, True)]
    assert judged(session, last - timedelta(days=31)) == [("ending", 60, True)]
    assert judged(session, last - timedelta(days=30)) == [("ending", 60, False), ("ending", 30, True)]
    session.execute(update(Client).values(ended_on=TODAY))
    assert judged(session, last - timedelta(days=29))[1] == ("ending", 30, False)


def test_a_voucher_that_holds_and_uses_nothing_is_an_alert_until_it_is_used(
    session: Session, scenario: VisitScenario
) -> None:
    session.execute(update(Funding).values(valid=days(MONDAY, date(2027, 12, 31))))
    day = MONDAY + timedelta(days=42)
    assert judged(session, day) == []  # the plan holds money
    free_the_hold(session)
    assert judged(session, day - timedelta(days=1)) == []
    assert judged(session, day) == [("not_started", None, True)]
    a_used_visit(scenario, MONDAY + timedelta(days=7), 6_000)
    assert judged(session, day + timedelta(days=1)) == [("not_started", None, False)]


def test_days_away_and_stopped_providers_give_no_such_alert(
    session: Session, scenario: VisitScenario
) -> None:
    session.execute(update(Funding).values(valid=days(MONDAY, date(2027, 12, 31))))
    free_the_hold(session)
    absence = ClientAbsence(client_id=scenario.client.id, away=days(MONDAY, MONDAY))
    session.add(absence)
    session.flush()
    day = MONDAY + timedelta(days=42)
    assert judged(session, day) == []
    session.delete(absence)
    stopped = {"stop_code": "provider_not_approved", "stops_on": TODAY, "stop_found_at": NOW}
    session.execute(update(Choice).values(stopped))
    assert judged(session, day) == []


def test_a_warning_by_a_plan_closes_when_the_last_choice_has_ended(
    session: Session, scenario: VisitScenario
) -> None:
    alert = Alert(
        county_id=scenario.funding.county_id,
        client_id=scenario.client.id,
        funding_id=scenario.funding.id,
        rule="stopped",
        first_day=TODAY,
        judged_on=TODAY,
        opened_on=TODAY,
        weeks=1,
        figures={},
    )
    session.add(alert)
    session.flush()
    day = TODAY + timedelta(days=7)
    assert judged(session, day)[0] == ("stopped", None, True)
    session.execute(update(Choice).values(ended_at=NOW, ends_on=TODAY, held_cents=0, held_hundredths=0))
    assert judged(session, day)[0] == ("stopped", None, False)
