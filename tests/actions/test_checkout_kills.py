"""Killed at each fail point of a payment at Stripe Checkout, and clicked twice at once: paid once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from clearing.co_payments.actions.decide_returned import decide_returned
from clearing.co_payments.facts.returns import ReturnChoice
from clearing.payments.actions.open_checkout import read_checkout
from foundation.database.tables.co_payments import CoPaymentCheckout
from foundation.database.tables.stripe import StripeEvent
from tests.builders.checkouts import Bill, a_bill, returned_events
from tests.builders.county import NOW
from tests.builders.killed_steps import KillableSteps
from tests.builders.stripe import StripeWorld, a_stripe_world


@dataclass
class Paying:
    """A bill in a database of its own, whose steps are committed or killed."""

    steps: KillableSteps
    world: StripeWorld
    bill: Bill

    def sessions_at_stripe(self) -> list[str]:
        """Return the ids of the sessions that Stripe has."""
        return [key for key, one in self.world.books.held.items() if one["object"] == "checkout.session"]

    def paid(self) -> tuple[int, int]:
        """Return the number of receipts and their sum."""
        found = self.steps.commit(self.bill.receipts)
        assert isinstance(found, tuple)
        return found

    def checkouts(self) -> object:
        """Return how many payments are in the book."""
        return self.steps.commit(lambda session: session.scalar(select(func.count(CoPaymentCheckout.id))))


@pytest.fixture
def paying(fresh_database: str) -> Iterator[Paying]:
    steps = KillableSteps(fresh_database)
    with a_stripe_world() as world:
        held: list[Bill] = []
        steps.commit(lambda session: held.append(a_bill(session, world)))
        yield Paying(steps, world, held[0])
    steps.close()


@pytest.mark.parametrize("point", ["checkout.call.after", "checkout.open.before_commit"])
def test_killed_between_the_call_and_the_commit_there_is_one_session(paying: Paying, point: str) -> None:
    assert paying.steps.killed(paying.bill.open, point) != 0
    assert (len(paying.sessions_at_stripe()), paying.checkouts()) == (1, 0)
    key = paying.steps.commit(paying.bill.session_id)
    assert paying.sessions_at_stripe() == [key]
    event = paying.bill.press(str(key), "pay")
    paying.steps.commit(lambda session: paying.world.take(session, event))
    assert (paying.paid(), paying.checkouts()) == ((1, 1_200), 1)


@pytest.mark.parametrize(
    "point", ["checkout.paid.after_receipt", "stripe.event.after_row", "stripe.event.before_commit"]
)
def test_killed_while_an_event_is_taken_it_counts_once_when_repeated(paying: Paying, point: str) -> None:
    event = paying.bill.press(str(paying.steps.commit(paying.bill.session_id)), "pay")
    assert paying.steps.killed(lambda session: paying.world.take(session, event), point) != 0
    assert paying.paid() == (0, 0)
    assert paying.steps.commit(lambda session: session.scalar(select(func.count(StripeEvent.id)))) == 0
    for _ in range(2):
        paying.steps.commit(lambda session: paying.world.take(session, event))
    assert paying.paid() == (1, 1_200)


def test_killed_while_a_refund_is_taken_or_decided_it_counts_once(paying: Paying) -> None:
    event = paying.bill.press(str(paying.steps.commit(paying.bill.session_id)), "pay")
    [refund] = returned_events(event, [("refund", "re_1", 500, "succeeded")])
    paying.steps.commit(lambda session: paying.world.take(session, event))
    taken = lambda session: paying.world.take(session, refund)  # noqa: E731
    assert paying.steps.killed(taken, "checkout.return.after_row") != 0
    assert paying.steps.commit(lambda session: paying.bill.invoice(session).returned_cents) == 0
    for _ in range(2):
        paying.steps.commit(taken)
    biller = paying.bill.scenario.settlement.biller

    def decide(session: Session) -> object:
        return decide_returned(session, paying.bill.invoice_id, ReturnChoice.OWED, actor=biller, now=NOW)

    assert paying.steps.killed(decide, "co_payment.choice.after_row") != 0
    results = together(paying, [decide] * 3)
    assert [result is None for result in results].count(True) == 1
    assert paying.steps.commit(lambda session: paying.bill.invoice(session).open_cents) == 500


def test_killed_while_the_payer_comes_back_the_next_look_pays_once(paying: Paying) -> None:
    paying.bill.press(str(paying.steps.commit(paying.bill.session_id)), "pay")
    rails = {"12": paying.world.rail}

    def look(session: Session) -> object:
        return read_checkout(session, rails, paying.bill.invoice_id, now=NOW)

    assert paying.steps.killed(look, "checkout.paid.after_receipt") != 0
    assert paying.paid() == (0, 0)
    for _ in range(2):
        paying.steps.commit(look)
    assert paying.paid() == (1, 1_200)


def test_many_clicks_at_once_lead_to_one_session(paying: Paying) -> None:
    links = together(paying, [paying.bill.open] * 4)
    assert len(set(links)) == 1
    assert (len(paying.sessions_at_stripe()), paying.checkouts()) == (1, 1)


def test_the_event_and_the_payer_at_once_pay_once(paying: Paying) -> None:
    key = str(paying.steps.commit(paying.bill.session_id))
    event, rails = paying.bill.press(key, "pay"), {"12": paying.world.rail}
    other = {**event, "id": "evt_other"}
    together(
        paying,
        [
            lambda session: paying.world.take(session, event),
            lambda session: paying.world.take(session, event),
            lambda session: paying.world.take(session, other),
            lambda session: read_checkout(session, rails, paying.bill.invoice_id, now=NOW),
        ],
    )
    assert paying.paid() == (1, 1_200)


def together(paying: Paying, steps: list[object]) -> list[object]:
    """Run steps in threads that begin at the same time, each in a transaction of its own."""
    sessions = sessionmaker(paying.steps.engine, expire_on_commit=False)
    start, results = threading.Barrier(len(steps)), []

    def run(step: object) -> None:
        start.wait()
        with sessions.begin() as session:
            results.append(step(session))  # type: ignore[operator]

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(steps)
    return results
