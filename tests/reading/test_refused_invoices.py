"""Refused lines of a UBL invoice are given back as an invoice that the XSD and the schematron accept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest

from provider_portal.reading.invoice_file import read_invoice_file
from provider_portal.reading.refused_lines import only_lines, with_reasons
from tests.architecture.sources import ROOT
from tests.builders.provider_api import ProviderApi
from tests.builders.schematron import faults_of

EXAMPLE = (ROOT / "docs/invoices/example-ubl.xml").read_text("utf-8")
CENT = Decimal("0.01")
RATES = (("S", "25.5"), ("S", "14"), ("S", "10"), ("E", "0"), ("Z", "0"))
REASON = "price_over_list · Hinta <99,00 €> & muut -- katso hinnasto ---"


@dataclass(frozen=True)
class Amount:
    """A line, or a charge on the whole invoice, with its VAT."""

    xml: str
    net: Decimal
    rate: tuple[str, str]


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def category(rate: tuple[str, str], name: str, exempt: str = "") -> str:
    reason = f"<cbc:TaxExemptionReason>{exempt}</cbc:TaxExemptionReason>" if rate[0] == "E" and exempt else ""
    scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    percent = f"<cbc:ID>{rate[0]}</cbc:ID><cbc:Percent>{rate[1]}</cbc:Percent>"
    return f"<cac:{name}>{percent}{reason}{scheme}</cac:{name}>"


def money(name: str, amount: Decimal) -> str:
    return f'<cbc:{name} currencyID="EUR">{cents(amount)}</cbc:{name}>'


def a_line(random: Random, number: int) -> Amount:
    rate = random.choice(RATES)
    quantity, price = Decimal(random.randint(1, 900)) / 100, Decimal(random.randint(100, 9_900)) / 100
    discount = cents(quantity * price / 10) if random.random() < 0.2 else Decimal()
    net = cents(quantity * price) - discount
    less = (
        "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>"
        f"<cbc:AllowanceChargeReason>Alennus</cbc:AllowanceChargeReason>{money('Amount', discount)}"
        "</cac:AllowanceCharge>"
    )
    base = '<cbc:BaseQuantity unitCode="HUR">1</cbc:BaseQuantity>' if random.random() < 0.3 else ""
    return Amount(
        f"<cac:InvoiceLine><cbc:ID>{number}</cbc:ID>"
        f'<cbc:InvoicedQuantity unitCode="HUR">{quantity}</cbc:InvoicedQuantity>'
        f"{money('LineExtensionAmount', net)}{less if discount else ''}"
        f"<cac:Item><cbc:Name>Käynti &amp; matka</cbc:Name>"
        f"{category(rate, 'ClassifiedTaxCategory')}</cac:Item>"
        f"<cac:Price>{money('PriceAmount', price)}{base}</cac:Price></cac:InvoiceLine>",
        net,
        rate,
    )


def an_extra(random: Random) -> Amount:
    net, rate = Decimal(random.randint(100, 5_000)) / 100, random.choice(RATES)
    return Amount(
        "<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>"
        f"<cbc:AllowanceChargeReason>Toimitus</cbc:AllowanceChargeReason>{money('Amount', net)}"
        f"{category(rate, 'TaxCategory')}</cac:AllowanceCharge>",
        net,
        rate,
    )


def totals(lines: list[Amount], extras: list[Amount]) -> str:
    """Return the VAT breakdown and the totals of an invoice."""
    bases: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for each in (*lines, *extras):
        bases[each.rate] += each.net
    vats = {rate: cents(base * Decimal(rate[1]) / 100) for rate, base in bases.items()}
    parts = "".join(
        f"<cac:TaxSubtotal>{money('TaxableAmount', base)}{money('TaxAmount', vats[rate])}"
        f"{category(rate, 'TaxCategory', 'AVL 37 §')}</cac:TaxSubtotal>"
        for rate, base in bases.items()
    )
    net, vat = sum(bases.values(), Decimal()), sum(vats.values(), Decimal())
    charges = sum((each.net for each in extras), Decimal())
    return (
        f"<cac:TaxTotal>{money('TaxAmount', vat)}{parts}</cac:TaxTotal><cac:LegalMonetaryTotal>"
        f"{money('LineExtensionAmount', sum((each.net for each in lines), Decimal()))}"
        f"{money('TaxExclusiveAmount', net)}{money('TaxInclusiveAmount', net + vat)}"
        f"{money('ChargeTotalAmount', charges) if extras else ''}"
        f"{money('PayableAmount', net + vat)}</cac:LegalMonetaryTotal>"
    )


def random_invoice(random: Random) -> bytes:
    """Return an invoice of some lines, with the parties of our example."""
    lines = [a_line(random, number) for number in range(1, random.randint(2, 9))]
    extras = [an_extra(random) for _ in range(random.choice((0, 0, 1, 2)))]
    head = EXAMPLE[: EXAMPLE.index("  <cac:TaxTotal>")]
    if not any(each.rate[0] == "E" for each in (*lines, *extras)):
        head = head.replace("AVL 37 §", "")
    body = "".join(each.xml for each in extras) + totals(lines, extras) + "".join(each.xml for each in lines)
    return f"{head}{body}</Invoice>".encode()


@pytest.mark.parametrize("seed", range(150))
def test_any_lines_of_an_invoice_are_an_invoice(seed: int) -> None:
    random = Random(seed)
    invoice = random_invoice(random)
    assert faults_of(invoice) == [], "the invoice of the test itself"
    rows = read_invoice_file(invoice).row_count
    refused = sorted(random.sample(range(1, rows + 1), random.randint(1, rows)))
    given_back = with_reasons(only_lines(invoice, refused), dict.fromkeys(refused, REASON))
    assert faults_of(given_back) == [], given_back.decode()
    assert given_back.count(b"<!-- Omatori:") == len(refused)
    assert read_invoice_file(given_back).row_count == len(refused)


@pytest.mark.parametrize("without", ["TaxCategory", "Amount", "AllowanceChargeReason"])
def test_a_charge_on_the_whole_that_lacks_a_part_is_given_back(without: str) -> None:
    charge = an_extra(Random(1)).xml
    start = charge.index(f"<c{'a' if without == 'TaxCategory' else 'b'}c:{without}")
    end = charge.index(f"{without}>", start + len(without) + 6) + len(without) + 1
    head = EXAMPLE.index("  <cac:TaxTotal>")
    invoice = f"{EXAMPLE[:head]}{charge[:start]}{charge[end:]}{EXAMPLE[head:]}".encode()
    given_back = with_reasons(only_lines(invoice, [1]), {1: REASON})
    assert b"InvoiceLine" in given_back
    assert b"AllowanceCharge>" not in given_back
    assert read_invoice_file(given_back).row_count == 1


def test_the_refused_lines_of_a_sent_invoice_are_an_invoice(provider_api: ProviderApi) -> None:
    data = EXAMPLE.replace(">VOUCHER<", f">{provider_api.voucher}<").replace(">72.00<", ">99.00<", 1).encode()
    sent = provider_api.send_file(data, content_type="application/xml").get_json()
    assert (sent["accepted"], sent["refused"]) == (1, 1)
    refused = provider_api.get(f"/charge-files/{sent['id']}/refused")
    assert refused.mimetype == "application/xml"
    assert faults_of(refused.data) == [], refused.text
