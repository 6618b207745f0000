"""Card payments that went back: refunds and disputes made inside Stripe, in any order, once."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clearing.co_payments.actions.decide_returned import decide_returned
from clearing.co_payments.actions.mark_paid import mark_paid
from clearing.co_payments.facts.invoices import InvoiceState, Way
from clearing.co_payments.facts.returns import ReturnChoice
from clearing.payments.rules.stripe_events import Outcome
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.co_payments import CoPaymentReturn, CoPaymentReturnChoice
from foundation.database.tables.outbox import OutboxMessage
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from tests.builders.checkouts import Bill, a_bill, returned_events
from tests.builders.county import NOW, TODAY
from tests.builders.people import a_person
from tests.builders.stripe import StripeWorld, a_stripe_world
from worlds.stripe_loopback.contract import TOLD, missing_fields
from worlds.stripe_loopback.objects import Body

PARTS = ("paid_cents", "returned_cents", "open_cents", "undecided_cents", "waived_cents", "disputed_cents")


@pytest.fixture
def world() -> Iterator[StripeWorld]:
    with a_stripe_world() as found:
        yield found


@pytest.fixture
def bill(session: Session, world: StripeWorld) -> Bill:
    found = a_bill(session, world)
    a_person(session, Role.PROVIDER_OWNER, name="Olli Omistaja", provider_id=found.scenario.provider_id)
    return found


def paid(session: Session, bill: Bill) -> Body:
    """Pay the bill by card; return the event, which is not taken yet."""
    return bill.press(bill.session_id(session), "pay")


def take(session: Session, bill: Bill, events: list[Body]) -> list[object]:
    return [bill.world.take(session, event) for event in events]


def sums(session: Session, bill: Bill) -> tuple[int, ...]:
    invoice = bill.invoice(session)
    return tuple(int(getattr(invoice, name)) for name in PARTS)


def state(session: Session, bill: Bill) -> InvoiceState:
    return bill.invoice(session).state(TODAY)


def mails(session: Session) -> int:
    query = select(func.count()).where(OutboxMessage.key.like("co_payment_return:%"))
    return session.scalar(query) or 0


def decide(session: Session, bill: Bill, choice: ReturnChoice) -> Refusal | None:
    return decide_returned(session, bill.invoice_id, choice, actor=bill.scenario.settlement.biller, now=NOW)


def test_a_refund_waits_for_the_provider_and_is_owed_again_or_not(session: Session, bill: Bill) -> None:
    first = paid(session, bill)
    refund = returned_events(first, [("refund", "re_1", 500, "succeeded")])
    assert set(take(session, bill, [first, *refund])) == {Outcome.APPLIED}
    assert sums(session, bill) == (1_200, 500, 0, 500, 0, 0)
    assert state(session, bill) is InvoiceState.RETURNED
    assert mails(session) == 1
    assert decide(session, bill, ReturnChoice.OWED) is None
    assert sums(session, bill) == (1_200, 500, 500, 0, 0, 0)
    assert state(session, bill) is InvoiceState.OPEN
    again = decide(session, bill, ReturnChoice.WAIVED)
    assert isinstance(again, Refusal)
    assert again.code == "nothing_returned"
    take(session, bill, returned_events(first, [("refund", "re_2", 700, "succeeded")], charge=1_200))
    assert sums(session, bill) == (1_200, 1_200, 500, 700, 0, 0)
    decide(session, bill, ReturnChoice.WAIVED)
    assert sums(session, bill) == (1_200, 1_200, 500, 0, 700, 0)
    how = {"paid_on": TODAY, "way": Way.BANK, "actor": bill.scenario.settlement.biller, "now": NOW}
    mark_paid(session, bill.invoice_id, cents=None, **how)  # type: ignore[arg-type]
    assert sums(session, bill) == (1_700, 1_200, 0, 0, 700, 0)
    assert state(session, bill) is InvoiceState.PAID
    assert verify_books(session).differences == ()


def test_all_given_back_and_waived_is_nothing_to_pay(session: Session, bill: Bill) -> None:
    first = paid(session, bill)
    take(session, bill, [first, *returned_events(first, [("refund", "re_1", 1_200, "succeeded")])])
    decide(session, bill, ReturnChoice.WAIVED)
    assert state(session, bill) is InvoiceState.CREDITED
    bill.scenario.correct(bill.charge_id, quantity=50)
    assert sums(session, bill)[2] == 0


def test_the_sums_of_a_bill_add_up_after_what_was_waived_is_corrected_or_stays(
    session: Session, bill: Bill
) -> None:
    """Waived is only what would be owed otherwise: not what was credited later, nor a refund that failed."""
    first = paid(session, bill)
    refund, failed = returned_events(
        first, [("refund", "re_1", 1_000, "succeeded"), ("refund", "re_1", 1_000, "failed")]
    )
    take(session, bill, [first, refund])
    decide(session, bill, ReturnChoice.WAIVED)
    assert sums(session, bill) == (1_200, 1_000, 0, 0, 1_000, 0)
    bill.scenario.correct(bill.charge_id, quantity=100)
    assert sums(session, bill) == (1_200, 1_000, 0, 0, 400, 0)
    take(session, bill, [failed])
    assert sums(session, bill) == (1_200, 0, -600, 0, 0, 0)


def test_only_what_the_provider_asks_again_is_said_to_be_owed_again(session: Session, bill: Bill) -> None:
    """Two parts went back: one is waived, the other is still owed, and then the third waits."""
    first = paid(session, bill)
    story = [("refund", f"re_{cents}", cents, "succeeded") for cents in (500, 300, 200)]
    waived, owed, waits = returned_events(first, story)
    take(session, bill, [first, waived])
    decide(session, bill, ReturnChoice.WAIVED)
    take(session, bill, [owed])
    assert bill.invoice(session).owed_again_cents == 0
    decide(session, bill, ReturnChoice.OWED)
    take(session, bill, [waits])
    assert sums(session, bill) == (1_200, 1_000, 300, 200, 500, 0)
    assert bill.invoice(session).owed_again_cents == 300


def test_what_was_paid_twice_is_settled_by_giving_it_back(session: Session, bill: Bill) -> None:
    first = paid(session, bill)
    how = {"paid_on": TODAY, "way": Way.BANK, "actor": bill.scenario.settlement.biller, "now": NOW}
    mark_paid(session, bill.invoice_id, cents=None, **how)  # type: ignore[arg-type]
    take(session, bill, [first])
    assert state(session, bill) is InvoiceState.PAID_TOO_MUCH
    take(session, bill, returned_events(first, [("refund", "re_1", 1_200, "succeeded")]))
    assert sums(session, bill) == (2_400, 1_200, 0, 0, 0, 0)
    assert state(session, bill) is InvoiceState.PAID


def test_each_decision_is_about_what_went_back_since(session: Session, bill: Bill) -> None:
    """Paid by card and bank, both given back, owed again; paid again by bank: nothing is open."""
    first = paid(session, bill)
    how = {"paid_on": TODAY, "way": Way.BANK, "actor": bill.scenario.settlement.biller, "now": NOW}
    mark_paid(session, bill.invoice_id, cents=None, **how)  # type: ignore[arg-type]
    take(session, bill, [first])
    story = [("refund", "re_1", 1_200, "succeeded"), ("refund", "re_2", 1_200, "succeeded")]
    take(session, bill, returned_events(first, story))
    assert sums(session, bill) == (2_400, 2_400, 0, 1_200, 0, 0)
    decide(session, bill, ReturnChoice.OWED)
    assert sums(session, bill) == (2_400, 2_400, 1_200, 0, 0, 0)
    mark_paid(session, bill.invoice_id, cents=None, **how)  # type: ignore[arg-type]
    assert sums(session, bill) == (3_600, 2_400, 0, 0, 0, 0)


def test_a_dispute_is_shown_and_counts_when_it_is_lost(session: Session, bill: Bill) -> None:
    first = paid(session, bill)
    story = [("dispute", "dp_1", 1_200, status) for status in ("needs_response", "under_review", "lost")]
    opened, reviewed, lost = returned_events(first, story)
    take(session, bill, [first, opened])
    assert sums(session, bill) == (1_200, 0, 0, 0, 0, 1_200)
    assert (state(session, bill), mails(session)) == (InvoiceState.PAID, 1)
    take(session, bill, [lost, reviewed])
    assert sums(session, bill) == (1_200, 1_200, 0, 1_200, 0, 0)
    assert (state(session, bill), mails(session)) == (InvoiceState.RETURNED, 2)


def test_a_dispute_that_is_won_and_a_refund_that_fails_change_nothing(session: Session, bill: Bill) -> None:
    first = paid(session, bill)
    story = [
        ("dispute", "dp_1", 1_200, "needs_response"),
        ("dispute", "dp_1", 1_200, "won"),
        ("refund", "re_1", 400, "pending"),
        ("refund", "re_1", 400, "failed"),
    ]
    take(session, bill, [first, *returned_events(first, story)])
    assert sums(session, bill) == (1_200, 0, 0, 0, 0, 0)
    assert state(session, bill) is InvoiceState.PAID


def test_any_order_of_all_events_is_as_if_in_order(session: Session, bill: Bill) -> None:
    """Also the payment itself may be heard of last; a failed refund and then another, and a lost dispute."""
    first = paid(session, bill)
    story = [
        ("refund", "re_1", 400, "succeeded"),
        ("refund", "re_1", 400, "failed"),
        ("refund", "re_2", 300, "succeeded"),
        ("dispute", "dp_1", 900, "needs_response"),
        ("dispute", "dp_1", 900, "lost"),
    ]
    events = [first, *returned_events(first, story, charge=400)]
    orders = [*itertools.islice(itertools.permutations(events), 3), *shuffled(events, 40)]
    for turn, order in enumerate(orders):
        with session.begin_nested() as undone:
            for number, event in enumerate([*order, *order]):
                bill.world.take(session, {**event, "id": f"evt_{turn}_{number}"})
            assert sums(session, bill) == (1_200, 1_200, 0, 1_200, 0, 0), [e["type"] for e in order]
            assert mails(session) >= 1
            undone.rollback()


def shuffled(events: list[Body], times: int) -> list[tuple[Body, ...]]:
    dice = random.Random(12)
    return [tuple(dice.sample(events, len(events))) for _ in range(times)]


def test_returns_of_others_and_unreadable_ones_change_nothing(session: Session, bill: Bill) -> None:
    first = paid(session, bill)
    [refund] = returned_events(first, [("refund", "re_1", 500, "succeeded")])
    body = refund["data"]["object"]
    bad = [
        {**refund, "account": "acct_stranger"},
        {**refund, "livemode": True},
        {**refund, "data": {"object": {**body, "payment_intent": "pi_other"}}},
        *(
            {**refund, "data": {"object": {**body, **change}}}
            for change in ({"currency": "sek"}, {"amount": 0}, {"amount": "5"}, {"object": "x"}, {"id": None})
        ),
    ]
    take(session, bill, [first, *({**event, "id": f"evt_b{n}"} for n, event in enumerate(bad))])
    assert sums(session, bill) == (1_200, 0, 0, 0, 0, 0)
    assert session.scalar(select(func.count(CoPaymentReturn.id))) == 1


@pytest.mark.parametrize("kind", TOLD)
def test_what_the_events_carry_has_the_fields_of_the_sdk(session: Session, bill: Bill, kind: str) -> None:
    [event] = returned_events(paid(session, bill), [(kind, "x_1", 500, "succeeded")])
    assert missing_fields(kind, event["data"]["object"]) == set()


def test_a_choice_is_kept(session: Session, bill: Bill) -> None:
    first = paid(session, bill)
    take(session, bill, [first, *returned_events(first, [("refund", "re_1", 500, "succeeded")])])
    decide(session, bill, ReturnChoice.OWED)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE co_payment_return_choice SET choice = 'waived'"))
    assert session.scalar(select(CoPaymentReturnChoice.choice)) == "owed"
