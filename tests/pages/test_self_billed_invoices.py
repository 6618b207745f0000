"""The sums of a self-billed invoice, and the EN 16931 schematron over its UBL, for many settlements."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from clearing.eligibility.facts.kinds import VatExemption
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity
from provider_portal.documents.ubl_invoice import InvoiceHead, PaidBy, Party, ubl_invoice
from provider_portal.rules.invoice_parts import BilledCharge, InvoiceKind, SelfBilledInvoice
from provider_portal.rules.self_billed import invoice_of
from provider_portal.rules.self_billing import InvoiceRefusalCode, why_no_invoice
from tests.architecture.sources import ROOT
from tests.builders.schematron import faults_of

DAY = date(2026, 11, 20)
RATES = (0, 1350, 1400, 2400, 2550)
UNITS = ("hour", "visit", "day", "night", "month", "km", "piece")
HEAD = InvoiceHead(
    number="12-43",
    issued_on=date(2026, 11, 27),
    seller=Party("Kotiapu Äng & Kaisla Oy", "1234567-1", "Asematie 2", "50100", "Mikkeli"),
    buyer=Party("Etelä-Savon hyvinvointialue", "3221300-0"),
    paid_by=None,
    corrected=(),
    run_hash="d4" * 32,
    check_link="https://omatori.example/tilitys/30bcd94a-aa39-45e2-a6e2-5ef33ba67a73",
)
PAID_BY = PaidBy("Kotiapu Äng & Kaisla Oy", "FI2112345600000785", "RF0743", date(2026, 11, 30))


def a_charge(cents: int, rate: int = 0, *, quantity: int = 200, number: int = 1, **more: Any) -> BilledCharge:
    values: dict[str, Any] = {
        "service": "PERSONAL_ASSISTANCE",
        "name": "Henkilökohtainen apu",
        "unit": "hour",
    }
    exemption = None if rate else VatExemption.SOCIAL_WELFARE
    values |= {"day": DAY, "corrects": None, "exemption": exemption} | more
    sign = -1 if cents < 0 else 1
    return BilledCharge(
        reference=f"R-{number}",
        quantity=Quantity(sign * quantity),
        county_cents=Money(cents),
        vat_hundredths=rate,
        **values,
    )


@st.composite
def settled(draw: st.DrawFn) -> list[BilledCharge]:
    """Return the charges and corrections of a settlement, of all rates and units."""
    cents = st.one_of(st.integers(-90_00, 300_00), st.integers(-3, 3), st.integers(-90_000_00, 90_000_00))
    rows = draw(
        st.lists(
            st.tuples(
                cents,
                st.sampled_from(RATES),
                st.integers(0, 2_000_00),
                st.sampled_from(UNITS),
                st.integers(0, 60),
                st.sampled_from(VatExemption),
            ),
            min_size=1,
            max_size=25,
        )
    )
    return [
        a_charge(
            amount,
            rate,
            quantity=quantity,
            number=number,
            unit=unit,
            day=DAY - timedelta(days=ago),
            corrects="R-0" if amount < 0 else None,
            exemption=None if rate else exemption,
        )
        for number, (amount, rate, quantity, unit, ago, exemption) in enumerate(rows, 1)
    ]


def written(invoice: SelfBilledInvoice, head: InvoiceHead = HEAD) -> Any:
    """Return the root of the XML, which the schematron and the XSD of UBL have passed."""
    data = ubl_invoice(head, invoice, Language.FI)
    assert faults_of(data) == []
    return etree.fromstring(data)


def amount(root: Any, name: str) -> Decimal:
    return Decimal(root.findtext(f".//{{*}}LegalMonetaryTotal/{{*}}{name}") or "0")


@settings(max_examples=150, deadline=None)
@given(charges=settled(), carried=st.one_of(st.just(0), st.integers(-200_00, 200_00)))
def test_every_invoice_passes_the_schematron_and_pays_the_bank_line(
    charges: list[BilledCharge], carried: int
) -> None:
    due = sum(charge.county_cents for charge in charges) + carried
    invoice = invoice_of(charges, Money(carried))
    paid_by = PAID_BY if due > 0 else None
    root = written(invoice, HEAD if paid_by is None else _paid(paid_by))
    assert amount(root, "PayableAmount") == Decimal(abs(due)) / 100
    assert etree.QName(root).localname == ("CreditNote" if due < 0 else "Invoice")
    assert (invoice.kind is InvoiceKind.CREDIT_NOTE) == (due < 0)
    nets: dict[int, int] = defaultdict(int)
    for line in invoice.lines:
        nets[line.charge.vat_hundredths] += line.net_cents
        assert line.quantity * line.net_cents >= 0
    assert nets == {vat.rate_hundredths: vat.net_cents for vat in invoice.vat}
    assert abs(invoice.rounding_cents) <= len([vat for vat in invoice.vat if vat.rate_hundredths])
    for vat in invoice.vat:
        exact = Decimal(vat.net_cents * vat.rate_hundredths) / 10_000
        assert vat.vat_cents == int(exact.to_integral_value(ROUND_HALF_UP))
    for line in root.iter("{*}InvoiceLine", "{*}CreditNoteLine"):
        units = Decimal(line.findtext("{*}InvoicedQuantity") or line.findtext("{*}CreditedQuantity"))
        price = Decimal(line.findtext("{*}Price/{*}PriceAmount"))
        net = Decimal(line.findtext("{*}LineExtensionAmount"))
        assert (units * price).quantize(Decimal("0.01"), ROUND_HALF_UP) == net


def _paid(paid_by: PaidBy) -> InvoiceHead:
    return InvoiceHead(
        HEAD.number,
        HEAD.issued_on,
        HEAD.seller,
        HEAD.buyer,
        paid_by,
        ("12-7", "12-9"),
        "ab" * 32,
        "https://x",
    )


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ((b">72.00</cbc:PayableAmount>", b">72.10</cbc:PayableAmount>"), "BR-CO-16"),
        ((b">389<", b">999<"), "BR-CL-01"),
        ((b"<cbc:CompanyID>1234567-1</cbc:CompanyID>", b""), "BR-E-02"),
        ((b">E</cbc:ID>", b">S</cbc:ID>"), "BR-S-05"),
    ],
)
def test_the_schematron_sees_a_planted_fault(fault: tuple[bytes, bytes], rule: str) -> None:
    data = ubl_invoice(HEAD, invoice_of([a_charge(72_00)], Money(0)), Language.FI)
    assert faults_of(data) == []
    assert rule in {found.partition(" ")[0] for found in faults_of(data.replace(*fault))}


def test_the_example_that_we_read_passes_too() -> None:
    assert faults_of((ROOT / "docs/invoices/example-ubl.xml").read_bytes()) == []


def test_vat_is_that_of_the_service_day() -> None:
    invoice = invoice_of([a_charge(125_50, 2550), a_charge(124_00, 2400, number=2)], Money(0))
    assert [(vat.rate_hundredths, vat.net_cents, vat.vat_cents) for vat in invoice.vat] == [
        (2550, 100_00, 25_50),
        (2400, 100_00, 24_00),
    ]
    root = written(invoice)
    assert [each.text for each in root.iter("{*}Percent")] == ["25.50", "24.00", "25.50", "24.00"]
    assert root.findtext(".//{*}PartyTaxScheme/{*}CompanyID") == "FI12345671"
    assert root.find(".//{*}TaxExemptionReason") is None


def test_social_welfare_is_exempt_with_its_reason() -> None:
    root = written(invoice_of([a_charge(72_00)], Money(0)))
    assert root.findtext(".//{*}TaxExemptionReasonCode") == "VATEX-EU-132-1G"
    assert "37 §" in root.findtext(".//{*}TaxExemptionReason")
    assert "Itselaskutus" in root.findtext("{*}Note")
    assert root.findtext("{*}InvoiceTypeCode") == "389"


def reasons(root: Any) -> tuple[list[str], list[str]]:
    """Return the codes and the words of the exemptions; the schematron allows one of each."""
    codes = root.findall(".//{*}TaxExemptionReasonCode")
    return [each.text for each in codes], [each.text for each in root.findall(".//{*}TaxExemptionReason")]


def test_health_care_is_exempt_by_its_own_section() -> None:
    codes, words = reasons(
        written(invoice_of([a_charge(72_00, exemption=VatExemption.HEALTH_CARE)], Money(0)))
    )
    assert codes == ["VATEX-EU-132-1C"]
    assert ["34 §" in text and "37 §" not in text for text in words] == [True]


def test_both_reasons_in_one_invoice_are_told_apart_by_line() -> None:
    nursing = a_charge(50_00, exemption=VatExemption.HEALTH_CARE, corrects="R-0")
    charges = [nursing, a_charge(72_00, number=2), a_charge(125_50, 2550, number=3)]
    root = written(invoice_of(charges, Money(0)))
    codes, words = reasons(root)
    assert codes == ["VATEX-EU-132"]
    assert ["34 §" in text and "37 §" in text for text in words] == [True]
    notes = [line.findtext("{*}Note") or "" for line in root.iter("{*}InvoiceLine")]
    assert [("34 §" in note, "37 §" in note) for note in notes] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert notes[0].startswith("oikaisee R-0. Arvonlisäverolaki 34 §")
    (exempt,) = [each for each in root.iter("{*}TaxSubtotal") if each.findtext("{*}TaxCategory/{*}ID") == "E"]
    assert exempt.findtext("{*}TaxableAmount") == "122.00"


def test_corrections_are_negative_lines_or_a_credit_note() -> None:
    charge, correction = a_charge(72_00), a_charge(-18_00, quantity=50, number=2, corrects="R-1")
    mixed = written(invoice_of([charge, correction], Money(0)))
    assert [each.text for each in mixed.iter("{*}LineExtensionAmount")] == ["54.00", "72.00", "-18.00"]
    alone = written(invoice_of([correction], Money(0)))
    assert alone.findtext("{*}CreditNoteTypeCode") == "261"
    assert alone.findtext(".//{*}CreditedQuantity") == "0.50"
    assert amount(alone, "PayableAmount") == 18
    assert alone.findtext(".//{*}CreditNoteLine/{*}Note") == "oikaisee R-1"


def test_what_earlier_settlements_left_is_paid_too() -> None:
    owed = written(invoice_of([a_charge(72_00)], Money(10_00)), _paid(PAID_BY))
    assert amount(owed, "PrepaidAmount") == -10
    assert amount(owed, "PayableAmount") == 82
    debt = written(invoice_of([a_charge(72_00)], Money(-10_00)), _paid(PAID_BY))
    assert amount(debt, "PrepaidAmount") == 10
    assert amount(debt, "PayableAmount") == 62


def test_a_correction_of_money_alone_is_one_piece() -> None:
    root = written(invoice_of([a_charge(72_00), a_charge(-5_00, quantity=0, number=2)], Money(0)))
    quantity = root.findall(".//{*}InvoicedQuantity")[1]
    assert (quantity.text, quantity.get("unitCode")) == ("-1.00", "C62")


APPROVED = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("approved_on", "days", "lines", "code"),
    [
        (None, [(DAY, None)], 1, InvoiceRefusalCode.NOT_APPROVED),
        (APPROVED, [], 1, InvoiceRefusalCode.NOT_AGREED),
        (APPROVED, [(APPROVED + timedelta(days=1), None)], 1, InvoiceRefusalCode.AGREED_LATER),
        (APPROVED, [(DAY, APPROVED - timedelta(days=1))], 1, InvoiceRefusalCode.NOT_AGREED),
        (APPROVED, [(DAY, APPROVED)], 1, None),
        (APPROVED, [(APPROVED, None)], 1, None),
        (APPROVED, [(APPROVED, None)], 0, InvoiceRefusalCode.NO_LINES),
    ],
)
def test_an_invoice_needs_an_agreement_before_it(
    approved_on: date | None,
    days: list[tuple[date, date | None]],
    lines: int,
    code: InvoiceRefusalCode | None,
) -> None:
    refusal = why_no_invoice(approved_on=approved_on, agreed_days=days, line_count=lines)
    assert (None if refusal is None else refusal.code) == code
