"""Holds are planned again: by marks when something changes, every night for what time alone changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.plans.actions.plan_again import plan_marked, plan_next
from clearing.plans.rules.plan_changes import PlanReach, must_be_reported
from foundation.database.columns import days
from foundation.database.tables.choices import Choice
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person
from foundation.database.tables.plans import FundingToReplan
from foundation.database.tables.providers import Price, ProviderPaper
from foundation.vocabulary.money import Money
from tests.actions.test_change_visit import MONDAY, VisitScenario
from tests.actions.test_choose_offering import a_supporter
from tests.builders import NOW, TODAY, approve
from tests.builders.books import check_books


@pytest.fixture
def scenario(session: Session) -> VisitScenario:
    """Twelve visits of two hours; nothing is marked. The client can be reached by mail."""
    scenario = VisitScenario(session)
    session.execute(text("DELETE FROM funding_to_replan"))
    session.execute(
        update(Person).where(Person.id == scenario.actor.person_id).values(email="aino@example.fi")
    )
    return scenario


def marked(session: Session) -> list[int]:
    return list(session.scalars(select(FundingToReplan.funding_id)))


def mails(session: Session) -> list[str]:
    return [row.body["to"] for row in session.scalars(select(OutboxMessage))]


def reach(session: Session, choice_id: int) -> tuple[object, ...]:
    row = session.get_one(Choice, choice_id, populate_existing=True)
    return row.held_cents, row.lasts_until, row.stopped_by, row.own_unit_cents


def test_a_new_price_marks_the_funding_and_its_client_hears_of_a_higher_own_share(
    session: Session, scenario: VisitScenario
) -> None:
    assert reach(session, scenario.choice_id) == (72_000, date(2026, 12, 31), None, 600)
    session.execute(
        update(Price).where(Price.offering_id == scenario.offering.id).values(unit_price_cents=3700)
    )
    assert marked(session) == [scenario.funding.id]
    assert plan_marked(session, most=10, now=NOW) == 1
    assert (marked(session), mails(session)) == ([], ["aino@example.fi"])
    # the county pays 30 € an hour as before
    assert reach(session, scenario.choice_id) == (72_000, date(2026, 12, 31), None, 700)
    assert plan_marked(session, most=10, now=NOW) == 0


def test_a_provider_that_stops_holds_nothing_for_visits_that_nobody_gives(
    session: Session, scenario: VisitScenario
) -> None:
    approve(
        session, scenario.county, scenario.provider, "PERSONAL_ASSISTANCE", state=ApprovalState.SUSPENDED,
        from_day=date(2026, 12, 1),
    )  # fmt: skip
    assert marked(session) == [scenario.funding.id]
    plan_marked(session, most=10, now=NOW)
    assert reach(session, scenario.choice_id) == (3 * 6000, date(2026, 12, 2), "rule", 600)
    assert mails(session) == ["aino@example.fi"]
    check_books(session)


def stop_of(session: Session, choice_id: int) -> tuple[object, ...]:
    row = session.get_one(Choice, choice_id, populate_existing=True)
    return row.stop_code, row.stops_on, row.stop_found_at


def test_a_provider_that_stops_is_a_task_with_a_mail_to_the_client_and_the_helper(
    session: Session, scenario: VisitScenario
) -> None:
    helper = a_supporter(scenario, may_choose=False)
    update_helper = update(Person).where(Person.id == helper.person_id).values(email="tuki@example.fi")
    session.execute(update_helper)
    name = "PERSONAL_ASSISTANCE"
    suspended = {"state": ApprovalState.SUSPENDED, "from_day": TODAY + timedelta(days=1)}
    approve(session, scenario.county, scenario.provider, name, **suspended)  # type: ignore[arg-type]
    plan_marked(session, most=10, now=NOW)
    assert stop_of(session, scenario.choice_id) == ("provider_suspended", MONDAY, NOW)
    assert mails(session) == ["aino@example.fi", "tuki@example.fi"]
    sent = " ".join(str(row.body) for row in session.scalars(select(OutboxMessage)))
    assert scenario.provider.name not in sent
    plan_next(session, after=0, most=10, now=NOW + timedelta(days=1))
    assert stop_of(session, scenario.choice_id) == ("provider_suspended", MONDAY, NOW)
    assert len(mails(session)) == 2
    again = {"state": ApprovalState.APPROVED, "from_day": TODAY + timedelta(days=2)}
    approve(session, scenario.county, scenario.provider, name, **again)  # type: ignore[arg-type]
    plan_marked(session, most=10, now=NOW + timedelta(days=2))
    assert stop_of(session, scenario.choice_id) == (None, None, None)


def test_papers_that_end_stop_the_plan_and_are_a_task_when_the_day_is_near(
    session: Session, scenario: VisitScenario
) -> None:
    until = days(date(2026, 1, 1), date(2026, 12, 15))
    session.execute(
        update(ProviderPaper).where(ProviderPaper.provider_id == scenario.provider.id).values(valid=until)
    )
    plan_marked(session, most=10, now=NOW)
    first = date(2026, 12, 17)
    assert stop_of(session, scenario.choice_id) == ("provider_papers_expired", first, NOW)


def test_papers_that_end_much_later_are_no_task(session: Session, scenario: VisitScenario) -> None:
    until = days(date(2026, 1, 1), date(2026, 12, 15))
    session.execute(
        update(ProviderPaper).where(ProviderPaper.provider_id == scenario.provider.id).values(valid=until)
    )
    early = NOW - timedelta(days=30)
    plan_next(session, after=0, most=10, now=early)
    assert stop_of(session, scenario.choice_id)[1:] == (date(2026, 12, 17), None)


def test_what_was_not_charged_goes_free_after_the_late_days(
    session: Session, scenario: VisitScenario
) -> None:
    def night(after_monday: int) -> int:
        now = datetime.combine(MONDAY, NOW.timetz()) + timedelta(days=after_monday)
        assert plan_next(session, after=0, most=10, now=now) == scenario.funding.id
        assert plan_next(session, after=scenario.funding.id, most=10, now=now) is None
        return scenario.held()

    assert night(60) == 12 * 6000
    assert night(61) == 11 * 6000
    assert night(64) == 10 * 6000


def test_an_ended_price_stops_the_plan(session: Session, scenario: VisitScenario) -> None:
    until = days(date(2026, 1, 1), date(2026, 12, 15))
    session.execute(update(Price).where(Price.offering_id == scenario.offering.id).values(valid=until))
    plan_marked(session, most=10, now=NOW)
    held, lasts_until, stopped_by, _ = reach(session, scenario.choice_id)
    assert (held, lasts_until, stopped_by) == (7 * 6000, date(2026, 12, 16), "rule")


@pytest.mark.parametrize(
    ("until", "own", "reported"),
    [(0, 600, False), (7, 600, False), (8, 600, True), (-8, 600, True), (0, 660, False), (0, 661, True),
     (0, 500, False)],
)  # fmt: skip
def test_when_a_client_is_told(until: int, own: int, reported: bool) -> None:
    before = PlanReach(TODAY, Money(600))
    after = PlanReach(TODAY + timedelta(days=until), Money(own))
    assert must_be_reported(before, after) is reported
    assert not must_be_reported(PlanReach(None, None), after)
