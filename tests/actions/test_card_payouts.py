"""Card money goes to the provider's bank once a day, and never what the county's own payouts carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import requests
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from clearing.payments.actions.pay_out_cards import pay_out_cards
from clearing.payments.load.card_money import county_cents_on_the_way
from clearing.payments.rules.card_payouts import card_payout_cents
from tests.builders.checkouts import Bill, a_bill
from tests.builders.county import NOW
from tests.builders.engines import release
from tests.builders.killed_steps import KillableSteps
from tests.builders.stripe import StripeWorld, a_stripe_world
from tests.builders.stripe_run import HalfAndHalf
from worlds.stripe_loopback.pages import pages
from worlds.stripe_loopback.server import Fault


@dataclass
class Paid:
    """A bill of 12 € that was paid by card."""

    steps: KillableSteps
    sessions: sessionmaker[Session]
    world: StripeWorld
    bill: Bill

    def pay_out(self, days: int = 0) -> int:
        return pay_out_cards(self.sessions, {"12": self.world.rail}, now=NOW + timedelta(days=days))

    def payouts(self) -> list[int]:
        return [one["amount"] for one in self.world.books.held.values() if one["object"] == "payout"]


@pytest.fixture
def paid(fresh_database: str) -> Iterator[Paid]:
    steps, held = KillableSteps(fresh_database), []
    with a_stripe_world() as world:
        steps.commit(lambda session: held.append(a_bill(session, world)))
        event = held[0].press(str(steps.commit(held[0].session_id)), "pay")
        steps.commit(lambda session: world.take(session, event))
        yield Paid(steps, sessionmaker(steps.engine, expire_on_commit=False), world, held[0])
    steps.close()


def test_card_money_is_paid_out_once_a_day(paid: Paid) -> None:
    assert [paid.pay_out(), paid.pay_out(), paid.pay_out(1)] == [1, 0, 0]
    assert paid.payouts() == [1_200]
    assert [event["type"] for event in paid.world.books.events[-1:]] == ["payout.created"]


def test_what_was_given_back_is_not_paid_out(paid: Paid) -> None:
    """As the loopback plays it: somebody presses the button of a refund at Stripe."""
    [session] = [one for one in paid.world.books.held.values() if one["object"] == "checkout.session"]
    paid.world.loopback.page = pages
    address = f"{paid.world.loopback.address}/checkout/{session['id']}"
    requests.post(address, data={"do": "refund"}, allow_redirects=False, timeout=10)
    event = paid.world.books.events[-1]
    paid.steps.commit(lambda session: paid.world.take(session, event))
    assert paid.steps.commit(paid.bill.invoice).undecided_cents == 1_200  # type: ignore[attr-defined]
    assert (paid.pay_out(), paid.payouts()) == (0, [])


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_after"])
def test_an_answer_that_is_lost_pays_out_once(paid: Paid, kind: str) -> None:
    paid.world.loopback.faults.append(Fault(kind, times=9, path="payouts"))
    assert paid.pay_out() == 0
    paid.world.loopback.faults.clear()
    paid.pay_out()
    paid.pay_out(1)
    assert paid.payouts() == [1_200]


def test_killed_after_the_call_it_pays_out_once(paid: Paid) -> None:
    killed = lambda _session: paid.pay_out()  # noqa: E731
    assert paid.steps.killed(killed, "stripe.cards.after_payout") != 0
    paid.pay_out()
    assert paid.payouts() == [1_200]


@pytest.mark.parametrize(
    "column", ["pays_out = false", "disabled_reason = 'x'", "gone_at = now()", "payout_failed_at = now()"]
)
def test_an_account_that_cannot_pay_out_waits(paid: Paid, column: str) -> None:
    paid.steps.commit(lambda session: session.execute(text(f"UPDATE stripe_account SET {column}")))
    assert (paid.pay_out(), paid.payouts()) == (0, [])


def test_another_bank_gets_nothing_for_48_hours(paid: Paid) -> None:
    """As of what the county pays: who takes an account over does not get the money at once."""
    changed = {"at": NOW - timedelta(hours=1)}
    query = text("UPDATE stripe_account SET bank_changed_at = :at")
    paid.steps.commit(lambda session: session.execute(query, changed))
    assert (paid.pay_out(), paid.pay_out(1), paid.payouts()) == (0, 0, [])
    assert (paid.pay_out(2), paid.payouts()) == (1, [1_200])


def test_what_the_county_sends_is_left_to_its_own_payout(fresh_database: str) -> None:
    """It is held back from the moment at which it is sent; after its own payout nothing of it is left."""
    with a_stripe_world() as world:
        half = HalfAndHalf(fresh_database, world)

        def on_the_way() -> list[int]:
            with half.sessions() as session:
                keys = session.scalars(text("SELECT id FROM stripe_account ORDER BY id")).all()
                return [county_cents_on_the_way(session, key) for key in keys]

        assert on_the_way() == [0, 0]
        half.sent()
        assert on_the_way() == [7_200, 7_200]
        half.send()
        assert on_the_way() == [0, 0]
        assert [world.rail.available_cents(account) for account in half.accounts] == [0, 0]
        release(half.engine)


@pytest.mark.parametrize(
    ("available", "on_the_way", "cents"),
    [(1_200, 0, 1_200), (8_400, 7_200, 1_200), (0, 7_200, 0), (-5, 0, 0)],
)
def test_only_card_money_is_paid_out(available: int, on_the_way: int, cents: int) -> None:
    assert card_payout_cents(available, on_the_way) == cents
