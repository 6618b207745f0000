"""A visit that a client cancels late: its fee stays held until it is charged, or can no longer be."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.facts.answers import ChargeAnswer
from clearing.plans.actions.replan_holds import replan_holds
from clearing.plans.facts.plan import CancellationFee, CancelledBy
from clearing.plans.load.visit_plans import visit_plans
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.plans import FundingToReplan, PlanChange
from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.roles import Actor
from marketplace.actions.pause_plan import DaysAway, Paused, pause_plan
from marketplace.load.visit_list import visit_by_id
from provider_portal.actions.charge_visit import mark_not_given
from tests.actions.test_change_visit import MONDAY, VisitScenario, done
from tests.builders import a_charge
from tests.builders.killed_steps import KillableSteps

START = datetime(2026, 11, 23, 17, tzinfo=HELSINKI)
FREE_UNTIL, LATE = START - timedelta(hours=24), START - timedelta(hours=1)
AFTERWARDS = START + timedelta(days=1)
HELD, FEE = 12 * 6000, 3600
"""Twelve visits of two hours at 60 € of county money; half of the price of 72 € is within its share."""
ACTOR = Actor(None, None, "test")


class Late(VisitScenario):
    """The offering's rule is a notice of 24 hours and half of the price; the voucher is granted in hours."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, quantity_hundredths=3000)
        self.offering.cancel_notice_hours, self.offering.cancel_share_percent = 24, 50
        session.flush()

    def units(self) -> int:
        """Return the hundredths of an hour that are held."""
        return self.balance().held_hundredths

    def charge(self, now: datetime = AFTERWARDS, **fields: str) -> ChargeAnswer:
        """Charge the cancelled visit of Monday at the price that the list and the fee allow."""
        sent = a_charge(self.funding, service_day=MONDAY.isoformat(), quantity="2", visit=self.visit().text)
        sent |= {"start": "17:00", "end": "19:00", "cancel_reason": "client_cancelled", "notice_hours": "0"}
        del sent["unit_price"]
        [answer] = take_in_charges(
            self.session, provider_id=self.provider.id, sent=[sent | fields], actor=ACTOR, now=now
        )
        return answer

    def plan_again(self, now: datetime) -> None:
        """Plan the holds again, as every night."""
        replan_holds(self.session, self.funding.id, now=now)


@pytest.fixture
def late(session: Session) -> Late:
    """The usual one."""
    return Late(session)


def test_who_cancelled_when_and_for_how_much_is_kept(late: Late) -> None:
    assert done(late.cancel(MONDAY, now=LATE)).fee == CancellationFee(50, Money(FEE), Quantity(200))
    [change] = visit_plans(late.session, [late.choice_id])[late.choice_id].changes
    assert (change.cancelled_by, change.cancelled_at) == (CancelledBy.CLIENT, LATE)
    done(late.restore(MONDAY, now=LATE))
    assert visit_plans(late.session, [late.choice_id])[late.choice_id].changes == ()


def test_a_late_fee_stays_held_until_it_is_charged(late: Late) -> None:
    free = late.balance().free_cents
    done(late.cancel(MONDAY, now=LATE))
    assert (late.held(), late.units()) == (HELD - 6000 + FEE, 2400)
    late.plan_again(AFTERWARDS)
    answer = late.charge()
    assert (answer.outcome, answer.county_pays_cents, answer.co_payment_cents) == ("accepted", FEE, 0)
    assert (late.held(), late.units(), late.balance().free_cents) == (HELD - 6000, 2200, free + 6000 - FEE)
    before = late.balance().held_cents
    late.plan_again(AFTERWARDS)
    assert (late.balance().held_cents, late.session.query(FundingToReplan).count()) == (before, 0)
    assert "visit_charged" in [found.code for found in late.charge(reference="R-2").findings]


def test_a_fee_that_nobody_charges_is_free_after_the_late_days(late: Late) -> None:
    done(late.cancel(MONDAY, now=LATE))
    last = START + timedelta(days=late.county.late_days)
    late.session.execute(text("UPDATE plan_pattern SET last_day = '2026-11-23'"))
    late.plan_again(last)
    assert (late.held(), late.units()) == (FEE, 200)
    late.plan_again(last + timedelta(days=1))
    assert (late.held(), late.units()) == (0, 0)


@pytest.mark.parametrize("cents", ["17.99", "18.00", "18.01"])
def test_no_more_is_accepted_than_was_said(late: Late, cents: str) -> None:
    done(late.cancel(MONDAY, now=LATE))
    late.offering.cancel_share_percent = 100
    late.session.flush()
    answer = late.charge(unit_price=cents)
    assert (answer.outcome == "accepted") == (cents != "18.01")


def test_no_more_units_are_accepted_than_the_visit_had(late: Late) -> None:
    done(late.cancel(MONDAY, now=LATE))
    answer = late.charge(end="20:00", quantity="3", unit_price="10.00")
    assert [found.code for found in answer.findings] == ["cancellation_rule"]


def test_a_visit_cancelled_in_good_time_or_by_its_provider_costs_nothing(late: Late) -> None:
    done(late.cancel(MONDAY, now=FREE_UNTIL))
    assert late.held() == HELD - 6000
    done(late.restore(MONDAY, now=FREE_UNTIL))
    visit = visit_by_id(late.session, late.visit(), LATE)
    assert visit is not None
    assert mark_not_given(late.session, visit=visit, why="provider: ill", actor=ACTOR, now=LATE) is None
    assert late.held() == HELD - 6000
    change = late.session.query(PlanChange).one()
    assert (change.cancelled_by, change.cancelled_at, change.fee_cents) == ("provider", LATE, 0)
    for name in (late.visit().text, ""):
        assert [found.code for found in late.charge(visit=name).findings] == ["cancellation_rule"]


def test_days_away_entered_later_do_not_take_the_fee_away(late: Late) -> None:
    done(late.cancel(MONDAY, now=LATE))
    away = DaysAway(MONDAY, date(2026, 11, 29))
    client_id = late.client.id
    made = pause_plan(late.session, client_id=client_id, away=away, actor=late.actor, now=LATE)
    assert isinstance(made, Paused)
    assert late.held() == HELD - 2 * 6000 + FEE
    assert late.charge().outcome == "accepted"


class LateSteps(KillableSteps):
    """A client who cancels late, and the charge of the fee."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            self.late = Late(session)
            session.flush()
            session.expunge_all()

    def cancel(self, session: Session) -> object:
        """Cancel the visit of Monday late."""
        self.late.session = session
        return done(self.late.cancel(MONDAY, now=LATE))

    def charge(self, session: Session, reference: str = "R-1") -> str:
        """Charge the fee; return the outcome."""
        self.late.session = session
        return self.late.charge(reference=reference).outcome

    def balance(self) -> tuple[int, int, int]:
        """Check that the books agree; return what is held, in cents and units, and what is charged."""
        with Session(self.engine) as session:
            assert verify_books(session).differences == ()
            self.late.session = session
            found = self.late.balance()
            return found.held_cents, found.held_hundredths, found.charged_cents


@pytest.fixture
def steps(fresh_database: str) -> Iterator[LateSteps]:
    """One with a database of its own."""
    steps = LateSteps(fresh_database)
    yield steps
    steps.close()


def test_a_killed_late_cancellation_can_be_repeated(steps: LateSteps) -> None:
    before = steps.balance()
    for place in ("ledger.after_postings", "ledger.after_holds", "plans.after_holds", "plans.after_reaches"):
        assert steps.killed(steps.cancel, place) == signal.SIGKILL
        assert steps.balance() == before
    steps.commit(steps.cancel)
    assert steps.balance() == (HELD - 6000 + FEE, 2400, 0)


def test_of_many_charges_of_one_fee_only_one_is_accepted(steps: LateSteps) -> None:
    steps.commit(steps.cancel)

    def charge(number: int) -> str:
        with Session(steps.engine) as session, session.begin():
            late = object.__new__(Late)
            vars(late).update(vars(steps.late) | {"session": session})
            return late.charge(reference=f"R-{number}").outcome

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(charge, range(20)))
    assert sorted(outcomes) == ["accepted", *["refused"] * 19]
    assert steps.balance() == (HELD - 6000, 2200, FEE)
