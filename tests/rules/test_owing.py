"""What a client owes a provider: lines of invoices and credit notes, VAT, and what may be marked as paid."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.co_payments.facts.invoices import Invoice, InvoiceState, Receipt
from clearing.co_payments.facts.shares import OwnShare
from clearing.co_payments.rules.invoicing import due_day_refusal, receipt_refusal, reference_of
from clearing.co_payments.rules.owing import lines_to_credit, lines_to_invoice, owed_by_month
from clearing.co_payments.rules.vat import vat_inside, vat_parts
from foundation.vocabulary.identifiers import parse_reference_number
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal

DAY = date(2026, 11, 16)
SERVICE = ("PERSONAL_ASSISTANCE", "Apu", "Hjälp", "Help")


def share(owed: int, invoiced: int = 0, *, key: int = 1, **more: object) -> OwnShare:
    values = {
        "charge_id": key,
        "provider_id": 3,
        "provider": "Oy",
        "client_id": 1,
        "client_number": "C-1",
        "client_name": "Aino",
        "county_id": 12,
        "funding_id": 1,
        "service_day": DAY,
        "service": SERVICE,
        "unit": "hour",
        "quantity": Quantity(200),
        "owed_cents": Money(owed),
        "invoiced_cents": Money(invoiced),
        "invoiced_quantity": Quantity(200 if invoiced else 0),
        "vat_percent_hundredths": 0,
        "waits": False,
        "turns": 1 if invoiced else 0,
        "invoice_id": 7 if invoiced else None,
    }
    return OwnShare(**{**values, **more})  # type: ignore[arg-type]


def invoice(cents: int, *receipts: int, to_credit: int = 0) -> Invoice:
    return Invoice(
        id=7,
        county_id=12,
        provider_id=3,
        client_id=1,
        client_number="C-1",
        client_name="Aino",
        language="fi",
        number=1,
        month=DAY.replace(day=1),
        sum_cents=Money(cents),
        reference=reference_of(3, 1),
        made_on=DAY,
        due_on=DAY + timedelta(days=14),
        payee_name="Oy",
        payee_business_id="1234567-1",
        payee_phone="1",
        payee_email="a@example.invalid",
        iban="FI5810171000000122",
        bic="NDEAFIHH",
        lines=(),
        credits=(),
        receipts=tuple(Receipt(key, Money(paid), DAY, "bank", None) for key, paid in enumerate(receipts)),
        to_credit_cents=Money(to_credit),
        waits=False,
    )


@pytest.mark.parametrize(
    ("own", "to_invoice", "to_credit"),
    [
        (share(1200), [(1, 1200)], {}),
        (share(1200, 1200), [], {}),
        (share(600, 1200), [], {7: [(2, -600)]}),
        (share(0, 1200), [], {7: [(2, -1200)]}),
        (share(1200, 600, turns=2), [(3, 600)], {}),
        (share(1200, waits=True), [], {}),
        (share(0, 1200, waits=True), [], {}),
        (share(0), [], {}),
    ],
)
def test_a_share_is_invoiced_or_credited_by_the_difference(
    own: OwnShare, to_invoice: list[tuple[int, int]], to_credit: dict[int, list[tuple[int, int]]]
) -> None:
    assert [(line.turn, line.cents) for line in lines_to_invoice([own])] == to_invoice
    found = {
        key: [(line.turn, line.cents) for line in lines] for key, lines in lines_to_credit([own]).items()
    }
    assert found == to_credit


def test_what_is_owed_is_summed_by_client_and_month() -> None:
    earlier = DAY - timedelta(days=30)
    shares = [
        share(1200),
        share(500, key=2, waits=True),
        share(0, 300, key=3),
        share(900, 900, key=4, service_day=earlier),
        share(100, key=5, client_id=2),
    ]
    owed = owed_by_month(shares)
    assert [(each.month.month, each.client_id) for each in owed] == [(11, 1), (11, 2), (10, 1)]
    first = owed[0]
    assert (first.own_cents, first.invoiced_cents, first.waiting_cents) == (1700, 300, 500)
    assert (first.to_invoice_cents, first.to_credit_cents) == (1200, -300)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.booleans()), max_size=8))
def test_after_invoice_and_credits_everything_that_does_not_wait_is_invoiced(
    drawn: list[tuple[int, int, bool]],
) -> None:
    shares = [
        share(owed, invoiced, key=key, waits=waits, invoice_id=7)
        for key, (owed, invoiced, waits) in enumerate(drawn)
    ]
    lines = [*lines_to_invoice(shares), *(line for part in lines_to_credit(shares).values() for line in part)]
    assert len({line.charge_id for line in lines}) == len(lines)
    changed = {line.charge_id: line.cents for line in lines}
    for own in shares:
        expected = own.invoiced_cents if own.waits else own.owed_cents
        assert own.invoiced_cents + changed.get(own.charge_id, 0) == expected


@pytest.mark.parametrize(
    ("cents", "rate", "vat"),
    [(12_400, 2_400, 2_400), (1_000, 0, 0), (125, 2_550, 25), (-12_550, 2_550, -2_550), (1, 2_550, 0)],
)
def test_vat_is_inside_the_sum(cents: int, rate: int, vat: int) -> None:
    assert vat_inside(cents, rate) == vat


def test_vat_is_rounded_once_for_each_rate() -> None:
    lines = [*lines_to_invoice([share(101, key=key, vat_percent_hundredths=2_550) for key in range(3)])]
    [part] = vat_parts(lines)
    assert (part.cents, part.vat_cents, part.net_cents) == (303, 62, 241)


@pytest.mark.parametrize(("days", "code"), [(6, "due_too_soon"), (7, None), (90, None), (91, "due_too_late")])
def test_the_due_day_has_bounds(days: int, code: str | None) -> None:
    refusal = due_day_refusal(DAY + timedelta(days=days), DAY)
    assert (refusal and refusal.code) == code


@pytest.mark.parametrize(
    ("of", "cents", "day", "code"),
    [
        (invoice(1200), 1200, DAY, None),
        (invoice(1200), 1, DAY, None),
        (invoice(1200), 1201, DAY, "paid_too_much"),
        (invoice(1200), 0, DAY, "paid_nothing"),
        (invoice(1200), 1200, DAY + timedelta(days=1), "paid_in_future"),
        (invoice(1200), 1200, DAY - timedelta(days=1), "paid_too_early"),
        (invoice(1200, 1200), 1, DAY, "nothing_open"),
        (invoice(1200, to_credit=-600), 601, DAY, "paid_too_much"),
    ],
)
def test_money_is_marked_for_what_is_open(of: Invoice, cents: int, day: date, code: str | None) -> None:
    refusal = receipt_refusal(of, cents, day, DAY)
    assert (refusal.code if isinstance(refusal, Refusal) else None) == code


@pytest.mark.parametrize(
    ("of", "later", "state"),
    [
        (invoice(1200), 14, InvoiceState.OPEN),
        (invoice(1200), 15, InvoiceState.OVERDUE),
        (invoice(1200, 1200), 15, InvoiceState.PAID),
        (invoice(1200, 600), 1, InvoiceState.OPEN),
        (invoice(1200, to_credit=-1200), 1, InvoiceState.CREDITED),
        (invoice(1200, 1200, to_credit=-200), 1, InvoiceState.PAID_TOO_MUCH),
    ],
)
def test_the_state_follows_from_what_is_open(of: Invoice, later: int, state: InvoiceState) -> None:
    assert of.state(DAY + timedelta(days=later)) is state


def test_references_of_a_provider_differ_and_are_right() -> None:
    found = {reference_of(11, number) for number in range(1, 1_000)}
    assert len(found) == 999
    assert all(parse_reference_number(reference) == reference for reference in found)
