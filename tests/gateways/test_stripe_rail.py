"""The gateway against the loopback, and the loopback against the types of the installed SDK."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clearing.payments.gateways.stripe_objects import (
    UnreadableObjectError,
    account_of,
    payout_of,
    transfer_of,
)
from clearing.payments.gateways.stripe_orders import CheckoutOrder, NewAccount, TransferOrder
from clearing.payments.gateways.stripe_rail import Failure, StripeCallError, StripeRail
from clearing.payments.gateways.stripe_signature import EventError, read_event
from clearing.payments.rules.stripe_events import EventFault
from foundation.vocabulary.stripe_keys import StripeKeys
from tests.builders.county import NOW
from tests.builders.stripe import KEYS, SECRET, StripeWorld, a_stripe_world, an_event, signed
from worlds.stripe_loopback.contract import GIVEN, TAKEN, ParameterError, check_parameters, missing_fields
from worlds.stripe_loopback.objects import answered
from worlds.stripe_loopback.server import Fault

NEW = NewAccount("Kotiapu Kaisla Oy", "kaisla@example.invalid", "1234567-1", "12")


@pytest.fixture
def world() -> Iterator[StripeWorld]:
    with a_stripe_world() as world:
        yield world


@pytest.fixture
def order(world: StripeWorld) -> TransferOrder:
    account = world.rail.make_account(NEW, "key", NOW).account
    world.books.put(answered(world.books.of(account)), "account.updated", account)
    return TransferOrder(account, "OMA12R1P1", "OMA12R1", 7_200, "RF18")


def checkout_order(account: str, cents: int = 1_200) -> CheckoutOrder:
    return CheckoutOrder(account, 7, "12", cents, "Lasku 7", "fi", "http://localhost/a", "http://localhost/b")


def test_a_session_is_made_once_for_its_key_read_and_closed(world: StripeWorld, order: TransferOrder) -> None:
    made = world.rail.make_checkout(checkout_order(order.account), "k")
    assert world.rail.make_checkout(checkout_order(order.account), "k") == made
    assert (made.cents, made.currency, made.status, made.is_paid) == (1_200, "eur", "open", False)
    assert made.url == f"{world.loopback.address}/checkout/{made.id}"
    assert (
        refused(lambda: world.rail.make_checkout(checkout_order(order.account, 1), "k")).kind
        is Failure.KEY_REUSED
    )
    assert world.rail.checkout(made.id, order.account) == made
    assert world.rail.expire_checkout(made.id, order.account).status == "expired"
    assert refused(lambda: world.rail.expire_checkout(made.id, order.account)).kind is Failure.REFUSED
    assert refused(lambda: world.rail.checkout("cs_none", order.account)).code == "resource_missing"


def refused(call: object) -> StripeCallError:
    with pytest.raises(StripeCallError) as error:
        call()  # type: ignore[operator]
    return error.value


def test_an_account_is_made_once_for_its_key_and_asks_in_codes(world: StripeWorld) -> None:
    made = world.rail.make_account(NEW, "key", NOW)
    assert world.rail.make_account(NEW, "key", NOW) == made
    assert not made.can_receive
    assert "external_account" in made.asks
    stored = world.books.of(made.account)
    assert stored["metadata"] == {"business_id": "1234567-1", "county": "12"}
    assert stored["settings"]["payouts"]["schedule"]["interval"] == "manual"
    link = world.rail.account_link(
        made.account, refresh_url="http://localhost/a", return_url="http://localhost/b", submitted=False
    )
    assert link.endswith(f"/onboarding/{made.account}")


def test_a_transfer_is_made_once_for_its_key(world: StripeWorld, order: TransferOrder) -> None:
    first = world.rail.make_transfer(order, order.payment)
    assert world.rail.make_transfer(order, order.payment) == first
    assert world.rail.find_transfers(order) == [first]
    assert world.books.balance_cents == 100_000_000 - 7_200
    error = refused(lambda: world.rail.make_transfer(replace(order, amount_cents=1), order.payment))
    assert error.kind is Failure.KEY_REUSED


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_before", "rate_limit", "in_use"])
def test_after_a_fault_nobody_knows_and_the_list_does(
    world: StripeWorld, order: TransferOrder, kind: str
) -> None:
    world.loopback.faults.append(Fault(kind, times=9, path="transfers"))
    assert refused(lambda: world.rail.make_transfer(order, "k")).kind is Failure.LATER
    world.loopback.faults.clear()
    assert len(world.rail.find_transfers(order)) == (kind == "drop_after")


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        ({"account": "acct_nobody"}, Failure.REFUSED, "resource_missing"),
        ({"amount_cents": 100_000_001}, Failure.NO_MONEY, "balance_insufficient"),
    ],
)
def test_what_stripe_refuses_has_its_code(
    world: StripeWorld, order: TransferOrder, change: dict[str, object], kind: Failure, code: str
) -> None:
    error = refused(lambda: world.rail.make_transfer(replace(order, **change), "k"))  # type: ignore[arg-type]
    assert (error.kind, error.code) == (kind, code)


def test_a_refusal_for_lack_of_money_is_kept_for_its_key(world: StripeWorld, order: TransferOrder) -> None:
    world.books.balance_cents = 0
    assert refused(lambda: world.rail.make_transfer(order, "k")).kind is Failure.NO_MONEY
    world.books.balance_cents = 100_000
    assert refused(lambda: world.rail.make_transfer(order, "k")).kind is Failure.NO_MONEY
    assert world.rail.make_transfer(order, "k-2").amount_cents == 7_200


def test_wrong_keys_are_no_refusal_of_the_payment(world: StripeWorld, order: TransferOrder) -> None:
    rail = StripeRail(StripeKeys("12", "sk_other_12345678", (SECRET,)), world.loopback.address)
    assert refused(lambda: rail.make_transfer(order, "k")).kind is Failure.SETUP


def test_reversals_payouts_and_the_list(world: StripeWorld, order: TransferOrder) -> None:
    made = world.rail.make_transfer(order, "k")
    world.rail.reverse_transfer(made.id, order.payment, 7_200, "k-reversal")
    assert world.rail.transfer(made.id).reversed_cents == 7_200
    paid = world.rail.pay_out(order, "RF18", "k-payout")
    assert (paid.payment, paid.amount_cents, paid.status) == (order.payment, 7_200, "pending")
    many = [
        world.rail.make_transfer(replace(order, payment=f"P{n}", amount_cents=1), f"P{n}") for n in range(120)
    ]
    assert len(list(world.rail.transfers_since(NOW - timedelta(days=1)))) == 1 + len(many)
    assert list(world.rail.transfers_since(NOW + timedelta(days=1))) == []


def test_every_answer_has_what_the_types_of_the_sdk_promise(world: StripeWorld, order: TransferOrder) -> None:
    world.rail.pay_out(order, "RF18", "k-payout")
    world.rail.make_transfer(order, "k")
    world.rail.make_checkout(checkout_order(order.account), "k-checkout")
    kinds = {body["object"]: body for body in world.books.held.values()}
    assert kinds.keys() == GIVEN.keys() - {"account_link"}
    assert {kind: missing_fields(kind, body) for kind, body in kinds.items()} == {key: set() for key in kinds}


@pytest.mark.parametrize(
    ("endpoint", "sent", "code", "param"),
    [
        (("POST", "transfers"), {"amount": "1", "destination": "a"}, "parameter_missing", "currency"),
        (
            ("POST", "transfers"),
            {"currency": "eur", "destination": "a", "to": "b"},
            "parameter_unknown",
            "to",
        ),
        (
            ("POST", "transfers"),
            {"currency": "eur", "destination": "a", "amount": "1.5"},
            "parameter_invalid",
            "amount",
        ),
        (("POST", "payouts"), {"currency": "eur"}, "parameter_missing", "amount"),
        (("POST", "account_links"), {"account": "a"}, "parameter_missing", "type"),
        (
            ("POST", "checkout/sessions"),
            {"line_items": {"0": {"price_data": {"unit_amount": "1"}}}},
            "parameter_missing",
            "line_items[0][price_data][currency]",
        ),
        (("POST", "checkout/sessions"), {"locale": "fi", "amount": "1"}, "parameter_unknown", "amount"),
        (
            ("POST", "checkout/sessions"),
            {"line_items": {"0": {"quantity": "one"}}},
            "parameter_invalid",
            "line_items[0][quantity]",
        ),
        (
            ("POST", "accounts"),
            {"capabilities": {"transfer": {}}},
            "parameter_unknown",
            "capabilities[transfer]",
        ),
    ],
)
def test_the_loopback_takes_what_the_types_of_the_sdk_take(
    endpoint: tuple[str, str], sent: dict[str, object], code: str, param: str
) -> None:
    assert endpoint in TAKEN
    with pytest.raises(ParameterError) as error:
        check_parameters(*endpoint, sent)
    assert (error.value.code, error.value.param) == (code, param)


TRANSFER = {
    "id": "tr_1",
    "amount": 1,
    "amount_reversed": 0,
    "currency": "eur",
    "destination": "acct_1",
    "livemode": False,
    "created": 1_760_000_000,
    "metadata": {"payment": "P"},
}


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "1"},
        {"amount": True},
        {"id": None},
        {"created": 10**20},
        {"metadata": ["P"]},
        {"destination": 7},
    ],
)
def test_an_object_that_is_not_as_promised_is_unreadable(change: dict[str, object]) -> None:
    assert transfer_of({**TRANSFER, "destination": {"id": "acct_1"}}).destination == "acct_1"
    with pytest.raises(UnreadableObjectError):
        transfer_of({**TRANSFER, **change})
    with pytest.raises(UnreadableObjectError):
        account_of({"id": 1}, live=False, seen_at=NOW)
    with pytest.raises(UnreadableObjectError):
        payout_of({"id": "po_1"})


EVENT = an_event("transfer.created", TRANSFER, NOW)


def fault_of(payload: bytes, header: str) -> EventFault:
    with pytest.raises(EventError) as error:
        read_event(payload, header, [KEYS], NOW)
    return error.value.fault


def test_an_event_is_read_with_any_secret_of_its_county() -> None:
    second = replace(KEYS, county="05", webhook_secrets=("whsec_other", "whsec_second"))
    event = read_event(*signed(EVENT, NOW, "whsec_second"), [KEYS, second], NOW)
    assert (event.county, event.type, event.id, event.live) == ("05", "transfer.created", "evt_test1", False)


def test_forged_old_and_future_events_are_refused() -> None:
    payload, header = signed(EVENT, NOW)
    assert fault_of(payload + b" ", header) is EventFault.UNSIGNED
    assert fault_of(payload, header.replace("v1=", "v0=")) is EventFault.UNSIGNED
    assert fault_of(*signed(EVENT, NOW, "whsec_forged")) is EventFault.UNSIGNED
    assert fault_of(payload, "") is EventFault.UNSIGNED
    assert fault_of(payload, "t=x,v1=00") is EventFault.UNSIGNED
    assert fault_of(b"\xff", header) is EventFault.UNSIGNED
    assert fault_of(*signed(EVENT, NOW - timedelta(minutes=6))) is EventFault.TOO_OLD
    assert fault_of(*signed(EVENT, NOW + timedelta(minutes=2))) is EventFault.FROM_FUTURE


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": ""},
        {"type": 1},
        {"livemode": "no"},
        {"created": "x"},
        {"data": []},
        {"data": {"object": []}},
    ],
)
def test_a_signed_event_that_cannot_be_read_is_refused(change: dict[str, object]) -> None:
    assert fault_of(*signed({**EVENT, **change}, NOW)) is EventFault.UNREADABLE
    assert datetime.fromtimestamp(EVENT["created"], UTC) == NOW
