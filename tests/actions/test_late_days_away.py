"""Days away that begin when a visit is too near to be cancelled free: the visit keeps its fee (R-35)."""

from __future__ import annotations

import signal
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from clearing.plans.facts.plan import CancellationFee
from clearing.plans.load.visit_plans import visit_plans
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import not_refused
from marketplace.actions.pause_plan import DaysAway, Paused, end_pause, pause_plan
from tests.actions.test_change_visit import MONDAY, THURSDAY, done
from tests.actions.test_late_cancellations import AFTERWARDS, FEE, FREE_UNTIL, HELD, LATE, Late, LateSteps

LAST = date(2026, 11, 29)


@pytest.fixture
def late(session: Session) -> Late:
    """The usual one."""
    return Late(session)


def away(late: Late, now: datetime, *, one: bool = True) -> Paused:
    """Be away from Monday to Sunday, from one helper or from all."""
    days = DaysAway(MONDAY, LAST, late.choice_id if one else None)
    return not_refused(
        pause_plan(late.session, client_id=late.client.id, away=days, actor=late.actor, now=now)
    )


@pytest.mark.parametrize("one", [True, False])
def test_a_visit_that_is_too_near_keeps_its_fee(late: Late, one: bool) -> None:
    made = away(late, LATE, one=one)
    assert [each.visit.day for each in made.late] == [MONDAY]
    assert [each.terms.cost_cents for each in made.late] == [FEE]
    assert (late.held(), late.units()) == (HELD - 2 * 6000 + FEE, 2200)
    answer = late.charge()
    assert (answer.outcome, answer.county_pays_cents, answer.co_payment_cents) == ("accepted", FEE, 0)


@pytest.mark.parametrize("one", [True, False])
def test_days_away_in_good_time_cost_nothing(late: Late, one: bool) -> None:
    assert away(late, FREE_UNTIL, one=one).late == ()
    assert late.held() == HELD - 2 * 6000


def test_nothing_is_charged_for_days_away_from_one_helper_that_began_in_good_time(late: Late) -> None:
    """Whatever notice the provider states; without days away it is its word."""
    days = DaysAway(date(2026, 11, 22), LAST, late.choice_id)
    act = {"client_id": late.client.id, "away": days, "actor": late.actor, "now": FREE_UNTIL}
    made = not_refused(pause_plan(late.session, **act))  # type: ignore[arg-type]
    assert [found.code for found in late.charge(visit="").findings] == ["cancellation_rule"]
    not_refused(end_pause(late.session, pause_id=made.pause_id, actor=late.actor, now=FREE_UNTIL))
    assert late.charge(visit="").outcome == "accepted"


def test_the_fee_is_that_of_cancelling_the_visit_alone(late: Late) -> None:
    fee = done(late.cancel(MONDAY, now=LATE)).fee
    done(late.restore(MONDAY, now=LATE))
    away(late, LATE)
    [change] = visit_plans(late.session, [late.choice_id])[late.choice_id].changes
    assert change.fee == fee == CancellationFee(50, Money(FEE), Quantity(200))


def test_days_away_that_end_again_bring_the_visit_back(late: Late) -> None:
    made = away(late, LATE)
    not_refused(end_pause(late.session, pause_id=made.pause_id, actor=late.actor, now=LATE))
    assert visit_plans(late.session, [late.choice_id])[late.choice_id].changes == ()
    assert (late.held(), late.units()) == (HELD, 2400)


def test_a_visit_whose_time_has_passed_stays_cancelled(late: Late) -> None:
    made = away(late, LATE)
    not_refused(end_pause(late.session, pause_id=made.pause_id, actor=late.actor, now=AFTERWARDS))
    [change] = visit_plans(late.session, [late.choice_id])[late.choice_id].changes
    assert change.is_cancelled
    assert late.charge().outcome == "accepted"


def test_a_visit_that_the_client_had_cancelled_stays_so(late: Late) -> None:
    done(late.cancel(THURSDAY, now=FREE_UNTIL))
    made = away(late, LATE)
    not_refused(end_pause(late.session, pause_id=made.pause_id, actor=late.actor, now=LATE))
    [change] = visit_plans(late.session, [late.choice_id])[late.choice_id].changes
    assert (change.day, change.is_cancelled) == (THURSDAY, True)


def test_without_a_rule_nothing_is_late(late: Late) -> None:
    late.offering.cancel_notice_hours = late.offering.cancel_share_percent = 0
    late.session.flush()
    assert away(late, LATE).late == ()


class AwaySteps(LateSteps):
    """The client is away late instead of cancelling."""

    def be_away(self, session: Session) -> object:
        """Be away from Monday to Sunday."""
        self.late.session = session
        return away(self.late, LATE)


def test_killed_late_days_away_can_be_repeated(fresh_database: str) -> None:
    steps = AwaySteps(fresh_database)
    before = steps.balance()
    for place in ("ledger.after_postings", "ledger.after_holds", "plans.after_holds", "plans.after_reaches"):
        assert steps.killed(steps.be_away, place) == signal.SIGKILL
        assert steps.balance() == before
    steps.commit(steps.be_away)
    assert steps.balance() == (HELD - 2 * 6000 + FEE, 2200, 0)
    steps.close()
