"""M9 for clients' payments: bills paid at Checkout, given back and disputed, on providers' own accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, Protocol

from benchmarks.programme.api_client import Json
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Instance, cents_of
from benchmarks.programme.vouchers import STEADY, VISITS_A_DAY, Voucher, grant, visit
from worlds.stripe_loopback.objects import Body, ended_session, session_object
from worlds.stripe_loopback.returns import RETURN_EVENTS, refunded_charge, returned_object

PRICE = "32.00"
"""Two euros an hour over the voucher's value: the client's own share."""
SECOND_MONTH = 40 * VISITS_A_DAY
DUE = "2026-12-21"
_SESSION = """
INSERT INTO co_payment_checkout (invoice_id, county_id, stripe_account_id, number, key, session, cents, state,
  made_at, changed_at)
SELECT i.id, i.county_id, a.id, 1, %(session)s, %(session)s, i.sum_cents, 'open', %(then)s, %(then)s
FROM co_payment_invoice i JOIN stripe_account a ON a.provider_id = i.provider_id
WHERE i.id = %(invoice)s"""
_ACCOUNT = """
SELECT a.account FROM co_payment_invoice i JOIN stripe_account a ON a.provider_id = i.provider_id
WHERE i.id = %s"""
Ending = tuple[str, tuple[tuple[str, int, str], ...], tuple[str, int, int, int]]
ENDINGS: tuple[Ending, ...] = (
    ("pay", (), ("paid", 0, 0, 0)),
    ("arrive", (), ("paid", 0, 0, 0)),
    ("refuse", (), ("open", 0, 0, 0)),
    ("expire", (), ("open", 0, 0, 0)),
    ("pay", (("refund", 20, "pending"), ("refund", 20, "succeeded")), ("returned", 20, 20, 0)),
    ("arrive", (("refund", 30, "succeeded"), ("refund", 30, "failed")), ("paid", 0, 0, 0)),
    ("pay", (("dispute", 50, "needs_response"), ("dispute", 50, "lost")), ("returned", 50, 50, 0)),
    ("pay", (("dispute", 50, "needs_response"), ("dispute", 50, "won")), ("paid", 0, 0, 0)),
    ("pay", (("dispute", 50, "needs_response"), ("dispute", 50, "under_review")), ("paid", 0, 0, 50)),
)
"""How a payment ends, what happens to it then (kind, cents, status), and what the bill shows: its state, and
what went back, waits for the provider, and is disputed."""


class Teller(Protocol):
    """What remembers the events that happened."""

    def add(self, kind: str, body: Body, at: datetime, account: str | None = None, **more: Any) -> Body:
        """Tell one event."""


@dataclass(slots=True)
class Bill:
    """A bill of 50 cents, the account to which it is paid, and what is true of it after all events."""

    provider: str
    id: int
    account: str
    expected: tuple[str, int, int, int] = ("open", 0, 0, 0)


def make_bills(instance: Instance, clients: int) -> list[Bill]:
    """Charge visits with an own share, two months for each client, and make the bills of them."""
    vouchers = [
        grant(instance, [9_000_000], index=index)[0] for index, _ in zip(cycle(STEADY), range(clients))
    ]
    made = [_invoice(instance, voucher, number) for voucher in vouchers for number in (0, SECOND_MONTH)]
    with instance.connect() as connection:
        found = [
            Bill(provider, int(bill["id"]), str(row[0]))
            for provider, bill in made
            if (row := connection.execute(_ACCOUNT, (bill["id"],)).fetchone())
        ]
    require(found, "no bill can be paid by card")
    return found


def _invoice(instance: Instance, voucher: Voucher, number: int) -> tuple[str, Json]:
    provider = voucher.provider or ""
    biller = instance.api("provider_biller", provider=provider)
    sent = visit(voucher.code, f"M9-{voucher.decision}-{number}", number) | {"unit_price": PRICE}
    biller.post("/charges", sent)
    month = str(sent["service_day"])[:7]
    asked = {"county": "12", "client": voucher.client, "month": month, "due_on": DUE}
    bill = biller.post("/my/co-payment-invoices", asked)
    require(cents_of(bill["sum"]) == 50, f"a bill of {bill['sum']}")
    return provider, bill


def tell_payments(instance: Instance, bills: list[Bill], story: Teller, tries: int, now: datetime) -> None:
    """Tell so many payments of each bill that came to nothing, and one that ends in its own way.

    Of the last payment our row is stored, as when somebody pays; the others are as after a restore.
    """
    endings: Iterator[Ending] = cycle(ENDINGS)
    for bill in bills:
        seconds = iter(range(1, 1_000_000))
        for number in range(tries):
            session = _session(bill, f"cs_{bill.id}x{number}")
            _end(story, bill, session, "refuse" if number % 2 else "expire", now)
        session = _session(bill, f"cs_{bill.id}")
        with instance.connect() as connection:
            connection.execute(_SESSION, {"session": session["id"], "invoice": bill.id, "then": now})
        how, after, bill.expected = next(endings)
        paid = _end(story, bill, session, how, now)
        for turn, (kind, cents, status) in enumerate(after):
            at = now + timedelta(seconds=next(seconds))
            body = returned_object(kind, f"{kind[:2]}_{bill.id}", paid, cents, status)
            story.add(RETURN_EVENTS[kind], body, at, bill.account)
            if kind == "refund" and turn == 0:
                story.add(RETURN_EVENTS["charge"], refunded_charge(paid, cents), at, bill.account)


def _session(bill: Bill, key: str) -> Body:
    line = {"price_data": {"currency": "eur", "unit_amount": "50"}, "quantity": "1"}
    sent = {"mode": "payment", "line_items": {"0": line}, "metadata": {"invoice": str(bill.id)}}
    return session_object(key, sent, 0)


def _end(story: Teller, bill: Bill, session: Body, how: str, now: datetime) -> Body:
    """Tell how a payment ends; return its session."""
    if how == "expire":
        ended = ended_session(session, "expired")
        story.add("checkout.session.expired", ended, now, bill.account)
        return ended
    if how in ("arrive", "refuse"):
        story.add("checkout.session.completed", ended_session(session, "complete"), now, bill.account)
    ended = ended_session(session, "complete", paid=how != "refuse")
    endings = {"pay": "completed", "arrive": "async_payment_succeeded", "refuse": "async_payment_failed"}
    story.add(f"checkout.session.{endings[how]}", ended, now, bill.account)
    return ended


def compare_bills(instance: Instance, bills: list[Bill]) -> None:
    """Require that each bill shows what its events say in their right order, each counted once."""
    for bill in bills:
        api = instance.api("provider_biller", provider=bill.provider)
        shown = api.get(f"/my/co-payment-invoices/{bill.id}")
        sums = [cents_of(shown[name]) for name in ("returned", "undecided", "disputed")]
        require((shown["state"], *sums) == bill.expected, f"bill {bill.id}: {shown}, not {bill.expected}")
        state = bill.expected[0]
        require(cents_of(shown["paid"]) == (0 if state == "open" else 50), f"bill {bill.id}: {shown}")
        require(cents_of(shown["open"]) == (50 if state == "open" else 0), f"bill {bill.id}: {shown}")
        require(
            len(shown["receipts"]) == (state != "open"), f"bill {bill.id} is paid more than once: {shown}"
        )
