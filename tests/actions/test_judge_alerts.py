"""Early warnings are judged weekly from the plan: opened, counted, closed, one of each rule for a client."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from clearing.plans.facts.plan import VisitPlan
from clearing.upkeep.actions.judge_alerts import judge_next
from foundation.database.columns import days
from foundation.database.tables.alerts import Alert
from foundation.database.tables.charges import Charge
from foundation.database.tables.clients import ClientAbsence
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.choose_offering import choose_offering
from marketplace.rules.wishes import Wish
from tests.actions.test_change_visit import MONDAY, MONDAYS, VisitScenario
from tests.actions.test_choose_offering import a_stored_charge
from tests.builders import NOW, a_client, a_funding


@pytest.fixture
def scenario(session: Session) -> VisitScenario:
    """Twelve visits of 60 € of county money, on Mondays and Thursdays until the end of the year."""
    return VisitScenario(session)


def judged(session: Session, day: date) -> dict[str, tuple[int, date | None, date | None]]:
    """Judge on a day; return the weeks, the first and the last day of each alert."""
    now = datetime.combine(day, NOW.timetz())
    last = judge_next(session, after=0, most=10, now=now)
    assert last is None or judge_next(session, after=last, most=10, now=now) is None
    rows = session.scalars(select(Alert).order_by(Alert.id).execution_options(populate_existing=True))
    return {row.rule: (row.weeks, row.opened_on, row.closed_on) for row in rows}


def a_used_visit(scenario: VisitScenario, day: date, cents: int, later_days: int = 0) -> None:
    """Store an accepted charge of a day, as a row only."""
    row = a_stored_charge(scenario, scenario.choice_id)
    values = {"state": "accepted", "service_day": day, "county_pays_cents": cents}
    values |= {"price_cents": cents, "co_payment_cents": 0, "reference": f"R{row.id}"}
    received = datetime.combine(day + timedelta(days=later_days), NOW.timetz())
    scenario.session.execute(update(Charge).where(Charge.id == row.id).values(**values, received_at=received))


TUESDAY = date(2026, 12, 22)


def test_less_use_than_planned_is_an_alert_in_the_second_week(
    session: Session, scenario: VisitScenario
) -> None:
    assert judged(session, TUESDAY - timedelta(days=7)) == {}  # before day 28
    assert judged(session, TUESDAY) == {"cannot_use": (1, None, None)}
    assert judged(session, TUESDAY) == {"cannot_use": (1, None, None)}
    week = TUESDAY + timedelta(days=7)
    assert judged(session, week)["cannot_use"] == (2, week, None)
    alert = session.scalars(select(Alert).where(Alert.rule == "cannot_use")).one()
    assert (alert.figures["planned"], alert.figures["charged"]) == (11 * 6000, 0)
    assert alert.figures["visits"] == 11
    a_used_visit(scenario, MONDAY, 60_000)
    assert judged(session, week + timedelta(days=1))["cannot_use"] == (2, week, week + timedelta(days=1))


def test_an_alert_that_waits_for_its_second_week_is_forgotten(
    session: Session, scenario: VisitScenario
) -> None:
    judged(session, TUESDAY)
    a_used_visit(scenario, MONDAY, 54_000)
    assert "cannot_use" not in judged(session, TUESDAY + timedelta(days=7))


def test_days_away_are_not_missed(session: Session, scenario: VisitScenario) -> None:
    absence = ClientAbsence(client_id=scenario.client.id, away=days(MONDAY, date(2026, 12, 20)))
    session.add(absence)
    session.flush()
    assert judged(session, date(2026, 12, 31)) == {}


def test_no_visit_for_over_five_weeks_is_an_alert_at_once(session: Session, scenario: VisitScenario) -> None:
    day = date(2026, 12, 31)
    assert judged(session, day)["stopped"] == (1, day, None)
    alert = session.scalars(select(Alert).where(Alert.rule == "stopped")).one()
    assert (alert.figures["days_since"], alert.figures["choice"]) == (38, scenario.choice_id)


def test_most_of_the_money_used_early_is_an_alert_at_once(session: Session, scenario: VisitScenario) -> None:
    for number in range(8):
        a_used_visit(scenario, MONDAY + timedelta(days=number), 11_500)
    assert judged(session, TUESDAY)["level"] == (1, TUESDAY, None)
    assert "stopped" not in judged(session, TUESDAY)


def test_what_the_provider_reports_late_moves_the_day_that_is_known(
    session: Session, scenario: VisitScenario
) -> None:
    a_used_visit(scenario, MONDAY, 6_000, later_days=12)
    assert judged(session, TUESDAY) == {}  # known until 9 December: 17 days
    session.execute(update(Charge).values(received_at=NOW + timedelta(days=3)))
    judged(session, TUESDAY + timedelta(days=2))
    alert = session.scalars(select(Alert).where(Alert.rule == "cannot_use")).one()
    assert alert.figures["day"] == "2026-12-22"
    assert alert.is_uncertain  # a visit of November has waited for its charge for over 14 days


def test_many_fundings_are_read_with_as_many_statements_as_one(
    session: Session, scenario: VisitScenario
) -> None:
    alone = statements_of_judging(session)
    for _ in range(4):
        choose_again(session, scenario)
    assert statements_of_judging(session) == alone


def choose_again(session: Session, scenario: VisitScenario) -> None:
    """Let another client choose the same visits."""
    values = {"PERSONAL_ASSISTANCE": {"any": 3000}}
    funding = a_funding(session, scenario.county, a_client(session, scenario.county), unit_values=values)
    wish = Wish.of_plan(VisitPlan(0, "hour", timed=(MONDAYS,)), MONDAY, None)
    actor = Actor(None, Role.WORKER, "test")
    made = choose_offering(
        session, funding_id=funding.id, offering_id=scenario.offering.id, wish=wish, actor=actor, now=NOW
    )
    not_refused(made)


def statements_of_judging(session: Session) -> int:
    """Judge all fundings at once, before there is an alert; return how many statements that takes."""
    session.flush()
    session.expunge_all()
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    judge_next(session, after=0, most=100, now=datetime.combine(MONDAY + timedelta(days=7), NOW.timetz()))
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
