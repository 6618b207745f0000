"""Vouchers that are not used or end are judged weekly by county: opened, renewed at each term, closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clearing.upkeep.actions.judge_alerts import judge_next
from clearing.upkeep.actions.judge_county import judge_next_county
from clearing.upkeep.load.judged import judged_fundings
from county_desk.load.worklist import load_worklist
from foundation.database.columns import days
from foundation.database.tables.alerts import Alert
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client, ClientAbsence
from foundation.database.tables.grants import Balance, Funding
from foundation.database.tables.providers import Approval, ApprovalState
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


def test_a_voucher_of_which_nothing_was_chosen_in_21_days_is_an_alert(
    session: Session, scenario: VisitScenario
) -> None:
    session.execute(update(Funding).values(valid=days(MONDAY, date(2027, 12, 31))))
    session.execute(update(Choice).values(withdrawn_at=NOW, ended_at=NOW))
    free_the_hold(session)
    day = MONDAY + timedelta(days=21)
    assert judged(session, day - timedelta(days=1)) == []
    assert judged(session, day) == [("not_started", None, True)]
    alert = session.scalars(select(Alert)).one()
    assert (alert.figures["is_chosen"], alert.figures["days_since"]) == (0, 22)
    assert load_worklist(session, scenario.county.id, day=day).not_chosen.total == 0
    session.delete(alert)
    session.flush()
    assert load_worklist(session, scenario.county.id, day=day).not_chosen.total == 1
    session.execute(update(Funding).values(provider_id=scenario.provider.id))
    assert judged(session, day) == []


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


def test_a_provider_that_reports_late_and_is_suspended_gets_both_warnings_until_it_does_not(
    session: Session, scenario: VisitScenario
) -> None:
    day = MONDAY + timedelta(days=22)
    judge_plans(session, day)
    assert judged(session, day) == [("ending", 30, True), ("reports_late", None, True)]
    late = session.scalars(select(Alert).where(Alert.rule == "reports_late")).one()
    assert (late.figures["unreported"], late.figures["oldest"], late.client_id) == (3, "2026-11-23", None)
    suspend(session, day)
    rules = [rule for rule, _stage, is_open in judged(session, day) if is_open]
    assert rules == ["ending", "reports_late", "provider_at_risk"]
    risk = session.scalars(select(Alert).where(Alert.rule == "provider_at_risk")).one()
    assert (risk.figures["reasons"], risk.figures["clients"]) == ("suspended", 1)
    session.execute(update(Choice).values(ended_at=NOW, ends_on=TODAY, held_cents=0, held_hundredths=0))
    after = day + timedelta(days=7)
    assert [rule for rule, _stage, is_open in judged(session, after) if is_open] == ["ending"]


def judge_plans(session: Session, day: date) -> None:
    """Judge what is read from plans, as the job does before the counties."""
    judge_next(session, after=0, most=10, now=datetime.combine(day, NOW.timetz()))


def suspend(session: Session, day: date) -> None:
    """Suspend every approval from a day."""
    for approval in session.scalars(select(Approval)):
        session.add(ApprovalState(approval_id=approval.id, state="suspended", from_day=day, set_at=NOW))
    session.flush()


def test_what_was_judged_is_kept_with_the_week_before(session: Session, scenario: VisitScenario) -> None:
    day = MONDAY + timedelta(days=22)
    for later in (0, 0, 7):
        judge_plans(session, day + timedelta(days=later))
    [stored] = judged_fundings(session, scenario.funding.county_id)
    assert stored.course is not None
    assert stored.before is not None
    assert (stored.course.visits, stored.before.visits) == (9, 7)
    assert stored.choices[0].unreported[0] == MONDAY
    judged(session, day + timedelta(days=9))
    assert judged_fundings(session, scenario.funding.county_id) == []
