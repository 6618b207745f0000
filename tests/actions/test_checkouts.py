"""Own shares paid at Stripe Checkout: once, whatever the order of events, clicks and crashes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from clearing.co_payments.actions.mark_paid import mark_paid, take_back_mark
from clearing.co_payments.facts.invoices import InvoiceState, Way
from clearing.payments.actions.open_checkout import open_checkout, read_checkout, read_unheard
from clearing.payments.actions.take_stripe_event import take_stripe_event
from clearing.payments.gateways.stripe_orders import CheckoutOrder
from clearing.payments.rules.stripe_checkouts import CheckoutState, later_checkout_state
from clearing.payments.rules.stripe_events import Outcome
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.co_payments import CoPaymentCheckout, CoPaymentReceipt
from foundation.database.tables.stripe import StripeEvent
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal, not_refused
from tests.builders.checkouts import ADDRESSES, Bill, a_bill
from tests.builders.county import NOW, TODAY
from tests.builders.engines import engine_on, release
from tests.builders.stripe import KEYS, SECRET, StripeWorld, a_stripe_world, signed
from worlds.stripe_loopback.objects import Body
from worlds.stripe_loopback.server import Fault


@pytest.fixture
def world() -> Iterator[StripeWorld]:
    with a_stripe_world() as found:
        yield found


@pytest.fixture
def bill(session: Session, world: StripeWorld) -> Bill:
    return a_bill(session, world)


def code_of(result: object) -> str:
    assert isinstance(result, Refusal)
    return result.code


def states(session: Session) -> list[str]:
    return list(session.scalars(select(CoPaymentCheckout.state).order_by(CoPaymentCheckout.id)))


def again(event: Body, number: int) -> Body:
    """The same news in another event."""
    return {**event, "id": f"evt_again{number}"}


def test_a_client_pays_once_on_the_providers_account(session: Session, bill: Bill) -> None:
    key = bill.session_id(session)
    asked = bill.world.books.of(key)
    assert (asked["account"], asked["amount_total"], asked["metadata"]) == (
        bill.account,
        1_200,
        {"invoice": str(bill.invoice_id), "county": "12"},
    )
    assert bill.session_id(session) == key
    event = bill.press(key, "pay")
    assert bill.world.take(session, event) is Outcome.APPLIED
    assert bill.world.take(session, event) is Outcome.KNOWN
    assert bill.world.take(session, again(event, 1)) is Outcome.KNOWN
    assert bill.receipts(session) == (1, 1_200)
    invoice = bill.invoice(session)
    assert (invoice.state(TODAY), invoice.receipts[0].way) == (InvoiceState.PAID, "stripe")
    assert code_of(bill.open(session)) == "nothing_open"
    assert bill.world.books.balance_cents == 100_000_000
    assert verify_books(session).differences == ()


def test_the_payer_who_comes_back_is_enough(session: Session, bill: Bill) -> None:
    rails = {"12": bill.world.rail}
    assert read_checkout(session, rails, bill.invoice_id, now=NOW) is None
    event = bill.press(bill.session_id(session), "pay")
    assert read_checkout(session, rails, bill.invoice_id, now=NOW) is CheckoutState.PAID
    assert bill.world.take(session, event) is Outcome.KNOWN
    assert bill.receipts(session) == (1, 1_200)


def test_a_bank_that_answers_days_later(session: Session, bill: Bill) -> None:
    key = bill.session_id(session)
    promised = bill.press(key, "promise")
    bill.world.take(session, promised)
    assert (states(session), bill.receipts(session)) == (["processing"], (0, 0))
    assert code_of(bill.open(session)) == "payment_processing"
    bill.world.take(session, bill.press(key, "arrive"))
    assert (states(session), bill.receipts(session)) == (["paid"], (1, 1_200))


def test_a_bank_that_refuses_leaves_the_bill_open(session: Session, bill: Bill) -> None:
    key = bill.session_id(session)
    promised, refused = bill.press(key, "promise"), bill.press(key, "refuse")
    bill.world.take(session, refused)
    assert bill.world.take(session, promised) is Outcome.STALE
    assert (states(session), bill.receipts(session)) == (["failed"], (0, 0))
    assert bill.session_id(session) != key


def test_any_order_of_any_events_is_as_if_in_order(session: Session, bill: Bill) -> None:
    key = bill.session_id(session)
    events = [bill.press(key, "promise"), bill.press(key, "arrive")]
    expired = {**events[0], "type": "checkout.session.expired", "id": "evt_expired"}
    expired["data"] = {"object": {**events[0]["data"]["object"], "status": "expired"}}
    for turn, order in enumerate(itertools.permutations([*events, expired])):
        with session.begin_nested() as undone:
            for number, event in enumerate([*order, *order]):
                bill.world.take(session, again(event, 100 * turn + number))
            assert (states(session), bill.receipts(session)) == (["paid"], (1, 1_200))
            undone.rollback()


def test_what_is_forged_old_or_of_the_other_mode_changes_nothing(session: Session, bill: Bill) -> None:
    event = bill.press(bill.session_id(session), "pay")
    assert code_of(_taken(session, event, "whsec_forged12")) == "signature_invalid"
    assert code_of(_taken(session, event, SECRET, NOW - timedelta(minutes=6))) == "event_too_old"
    assert code_of(_taken(session, event, SECRET, NOW + timedelta(minutes=2))) == "event_from_future"
    live = {**event, "id": "evt_live", "livemode": True}
    assert bill.world.take(session, live) is Outcome.OTHER_MODE
    stranger = {**event, "id": "evt_stranger", "account": "acct_stranger"}
    assert bill.world.take(session, stranger) is Outcome.UNMATCHED
    assert bill.receipts(session) == (0, 0)


def _taken(session: Session, event: Body, secret: str, at: datetime = NOW) -> object:
    return take_stripe_event(session, *signed(event, at, secret), [KEYS], now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": {}},
        {"metadata": {"invoice": "999999"}},
        {"metadata": {"invoice": "x"}},
        {"currency": "sek"},
        {"amount_total": "12"},
        {"payment_status": None, "status": None},
    ],
)
def test_a_session_that_is_not_ours_pays_nothing(
    session: Session, bill: Bill, change: dict[str, Any]
) -> None:
    event = bill.press(bill.session_id(session), "pay")
    event = {**event, "data": {"object": {**event["data"]["object"], **change}}}
    assert bill.world.take(session, event) in (Outcome.KNOWN, Outcome.LISTED)
    assert bill.receipts(session) == (0, 0)
    assert session.scalar(select(StripeEvent.code)) is not None


def test_a_session_lost_from_the_book_is_found_again(session: Session, bill: Bill) -> None:
    """As after a restore: Stripe has a paid session of which our row is gone."""
    order = CheckoutOrder(bill.account, bill.invoice_id, "12", 1_200, "Lasku", "fi", "http://a", "http://b")
    made = bill.world.rail.make_checkout(order, "before the restore")
    assert bill.world.take(session, bill.press(made.id, "pay")) is Outcome.APPLIED
    assert bill.receipts(session) == (1, 1_200)


def test_a_correction_makes_a_new_session_of_the_smaller_sum(session: Session, bill: Bill) -> None:
    first = bill.session_id(session)
    bill.scenario.correct(bill.charge_id, quantity=50)
    second = bill.session_id(session)
    assert (bill.world.books.of(first)["status"], bill.world.books.of(second)["amount_total"]) == (
        "expired",
        900,
    )
    assert [note.sum_cents for note in bill.invoice(session).credits] == [-300]
    bill.world.take(session, bill.press(second, "pay"))
    assert bill.invoice(session).state(TODAY) is InvoiceState.PAID


def test_money_that_comes_twice_is_seen_and_not_hidden(session: Session, bill: Bill) -> None:
    key = bill.session_id(session)
    how: dict[str, Any] = {"paid_on": TODAY, "way": Way.BANK, "actor": bill.scenario.settlement.biller}
    mark_paid(session, bill.invoice_id, cents=None, now=NOW, **how)
    bill.world.take(session, bill.press(key, "pay"))
    invoice = bill.invoice(session)
    assert (invoice.state(TODAY), invoice.open_cents) == (InvoiceState.PAID_TOO_MUCH, -1_200)


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "error_before", "error_after"])
def test_an_answer_that_is_lost_gives_the_same_session_later(session: Session, bill: Bill, kind: str) -> None:
    bill.world.loopback.faults.append(Fault(kind, times=9, path="checkout"))
    assert code_of(bill.open(session)) == "stripe_unreachable"
    bill.world.loopback.faults.clear()
    bill.session_id(session)
    sessions = [one for one in bill.world.books.held.values() if one["object"] == "checkout.session"]
    assert (len(sessions), states(session)) == (1, ["open"])


def test_who_takes_no_cards_offers_none(session: Session, bill: Bill) -> None:
    session.execute(text("UPDATE stripe_account SET can_charge_cards = false"))
    assert code_of(bill.open(session)) == "card_not_offered"
    session.execute(text("UPDATE stripe_account SET can_charge_cards = true"))
    how: dict[str, Any] = {**ADDRESSES, "actor": bill.payer, "now": NOW}
    assert code_of(open_checkout(session, {}, bill.invoice_id, **how)) == "card_not_offered"
    assert code_of(open_checkout(session, {"12": bill.world.rail}, 0, **how)) == "invoice_unknown"


def test_an_event_that_was_lost_is_made_up_for_by_reading(fresh_database: str, world: StripeWorld) -> None:
    engine = engine_on(fresh_database)
    sessions = sessionmaker(engine, expire_on_commit=False)
    with sessions.begin() as session:
        bill = a_bill(session, world)
        bill.press(bill.session_id(session), "pay")
    assert read_unheard(sessions, {"12": world.rail}, now=NOW + timedelta(minutes=10)) == 0
    assert read_unheard(sessions, {"12": world.rail}, now=NOW + timedelta(hours=1)) == 1
    with sessions() as session:
        assert bill.receipts(session) == (1, 1_200)
    assert read_unheard(sessions, {"12": world.rail}, now=NOW + timedelta(hours=1)) == 0
    release(engine)


def test_the_database_refuses_a_second_receipt_and_a_second_open_session(
    session: Session, bill: Bill
) -> None:
    bill.world.take(session, bill.press(bill.session_id(session), "pay"))
    copy = select(*(column for column in CoPaymentReceipt.__table__.columns if column.key != "id"))
    columns = [str(column.key) for column in copy.selected_columns]
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(CoPaymentReceipt).from_select(columns, copy))
    session.execute(text("UPDATE co_payment_checkout SET state = 'open'"))
    rows = "SELECT invoice_id, county_id, stripe_account_id, 9, 'k', 's', cents, state, made_at, changed_at"
    names = (
        "invoice_id, county_id, stripe_account_id, number, key, session, cents, state, made_at, changed_at"
    )
    with pytest.raises(IntegrityError, match="one_at_a_time"), session.begin_nested():
        session.execute(text(f"INSERT INTO co_payment_checkout ({names}) {rows} FROM co_payment_checkout"))


def test_a_later_state_is_never_taken_back() -> None:
    for known, seen in itertools.product(CheckoutState, CheckoutState):
        later = later_checkout_state(known, seen)
        assert later in (known, seen)
        assert later_checkout_state(later, known) is later
    assert later_checkout_state(CheckoutState.PAID, CheckoutState.EXPIRED) is CheckoutState.PAID


def test_after_a_lost_payment_only_what_is_still_open_is_asked_for(session: Session, bill: Bill) -> None:
    """A mark is taken back while a payment of the rest is on its way, and its event is lost."""
    how: dict[str, Any] = {"actor": bill.scenario.settlement.biller, "now": NOW}
    marked = mark_paid(session, bill.invoice_id, cents=Money(500), paid_on=TODAY, way=Way.BANK, **how)
    first = bill.session_id(session)
    take_back_mark(session, bill.invoice_id, not_refused(marked), **how)
    bill.press(first, "pay")
    assert bill.session_id(session) != first
    assert list(session.scalars(select(CoPaymentCheckout.cents).order_by(CoPaymentCheckout.id))) == [700, 500]
    assert bill.invoice(session).open_cents == 500
