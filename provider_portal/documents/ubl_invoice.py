"""A self-billed invoice as UBL 2.1 after EN 16931-1: what a provider's bookkeeping program reads.

It names no client and no voucher.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from clearing.eligibility.facts.kinds import VatExemption
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import format_hundredths
from foundation.web.catalogues import N_, translate
from provider_portal.documents.exemptions import exemption_code, exemption_reason
from provider_portal.rules.invoice_parts import InvoiceKind, InvoiceLine, SelfBilledInvoice

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
ROOT = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"
EN_16931 = "urn:cen.eu:en16931:2017"
BUSINESS_ID = "0212"
"""ISO 6523: the Finnish organisation identifier."""
SELF_BILLED = "Itselaskutus – Självfakturering – Self-billing"
"""The words that the invoice must have (VAT Act 1501/1993, section 209 e), in each language."""
CREDIT_TRANSFER, ONLINE_PAYMENT = "58", "68"
UNITS = {"hour": "HUR", "day": "DAY", "month": "MON", "km": "KMT", "visit": "E48"}
"""UN/ECE Recommendation 20; other units are pieces."""
PIECE = "C62"
NOT_PAID_YET = N_("The county pays it with the next payment.")
PRICE_STEP = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or who pays. Parts of the address may be empty; the country is Finland."""

    name: str
    business_id: str
    street: str = ""
    postcode: str = ""
    town: str = ""

    @property
    def vat_id(self) -> str:
        """The VAT identifier of a Finnish company."""
        return "FI" + self.business_id.replace("-", "")


@dataclass(frozen=True, slots=True)
class PaidBy:
    """How it is paid: the account (empty: Stripe), the reference of the bank line, the day if known."""

    name: str
    iban: str
    reference: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class InvoiceHead:
    """What an invoice says besides its amounts. `corrected`: numbers of the invoices that it corrects."""

    number: str
    issued_on: date
    seller: Party
    buyer: Party
    paid_by: PaidBy | None
    corrected: Sequence[str]
    run_hash: str
    check_link: str


class _Writer:
    """Writes elements one after the other; `scope` goes into one and comes back."""

    def __init__(self, root: etree._Element) -> None:
        self.at = root

    def text(self, name: str, value: str, **attributes: str) -> None:
        """Write a basic element; an empty value writes none."""
        if value:
            etree.SubElement(self.at, f"{{{CBC}}}{name}", attributes).text = value

    def cents(self, name: str, cents: int) -> None:
        """Write an amount in euros."""
        self.text(name, format_hundredths(cents), currencyID="EUR")

    def scope(self, *names: str) -> _Scope:
        """Open aggregate elements inside one another."""
        return _Scope(self, names)


class _Scope:
    def __init__(self, writer: _Writer, names: Sequence[str]) -> None:
        self.writer, self.names, self.outer = writer, names, writer.at

    def __enter__(self) -> None:
        for name in self.names:
            self.writer.at = etree.SubElement(self.writer.at, f"{{{CAC}}}{name}")

    def __exit__(self, *_error: object) -> None:
        self.writer.at = self.outer


def ubl_invoice(head: InvoiceHead, invoice: SelfBilledInvoice, language: Language) -> bytes:
    """Return the invoice, or the credit note, as an XML file."""
    kind = "Invoice" if invoice.kind is InvoiceKind.INVOICE else "CreditNote"
    root = etree.Element(
        f"{{{ROOT.format(kind)}}}{kind}", nsmap={None: ROOT.format(kind), "cac": CAC, "cbc": CBC}
    )
    writer = _Writer(root)
    _head(writer, head, invoice)
    _parties(writer, head, invoice)
    _payment(writer, head, language)
    _vat(writer, invoice)
    _sums(writer, invoice)
    for number, line in enumerate(invoice.lines, 1):
        note = _line_note(line, invoice.exemptions, language)
        _line(writer, kind, number, line, note)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _head(writer: _Writer, head: InvoiceHead, invoice: SelfBilledInvoice) -> None:
    writer.text("CustomizationID", EN_16931)
    writer.text("ID", head.number)
    writer.text("IssueDate", head.issued_on.isoformat())
    if invoice.kind is InvoiceKind.INVOICE:
        if head.paid_by is not None and head.paid_by.due_on is not None:
            writer.text("DueDate", head.paid_by.due_on.isoformat())
        writer.text("InvoiceTypeCode", invoice.kind)
    else:
        writer.text("CreditNoteTypeCode", invoice.kind)
    writer.text("Note", f"{SELF_BILLED}. SHA-256: {head.run_hash}. {head.check_link}")
    writer.text("DocumentCurrencyCode", "EUR")
    days = [line.charge.day for line in invoice.lines]
    with writer.scope("InvoicePeriod"):
        writer.text("StartDate", min(days).isoformat())
        writer.text("EndDate", max(days).isoformat())
    for number in head.corrected:
        with writer.scope("BillingReference", "InvoiceDocumentReference"):
            writer.text("ID", number)


def _parties(writer: _Writer, head: InvoiceHead, invoice: SelfBilledInvoice) -> None:
    is_taxed = any(vat.rate_hundredths for vat in invoice.vat)
    with writer.scope("AccountingSupplierParty", "Party"):
        _address(writer, head.seller)
        with writer.scope("PartyTaxScheme"):
            writer.text("CompanyID", head.seller.vat_id if is_taxed else head.seller.business_id)
            with writer.scope("TaxScheme"):
                writer.text("ID", "VAT" if is_taxed else "TAX")
        _legal(writer, head.seller)
    with writer.scope("AccountingCustomerParty", "Party"):
        _address(writer, head.buyer)
        _legal(writer, head.buyer)


def _address(writer: _Writer, party: Party) -> None:
    with writer.scope("PostalAddress"):
        writer.text("StreetName", party.street)
        writer.text("CityName", party.town)
        writer.text("PostalZone", party.postcode)
        with writer.scope("Country"):
            writer.text("IdentificationCode", "FI")


def _legal(writer: _Writer, party: Party) -> None:
    with writer.scope("PartyLegalEntity"):
        writer.text("RegistrationName", party.name)
        writer.text("CompanyID", party.business_id, schemeID=BUSINESS_ID)


def _payment(writer: _Writer, head: InvoiceHead, language: Language) -> None:
    paid_by = head.paid_by
    if paid_by is not None:
        with writer.scope("PaymentMeans"):
            writer.text("PaymentMeansCode", CREDIT_TRANSFER if paid_by.iban else ONLINE_PAYMENT)
            writer.text("PaymentID", paid_by.reference)
            if paid_by.iban:
                with writer.scope("PayeeFinancialAccount"):
                    writer.text("ID", paid_by.iban)
                    writer.text("Name", paid_by.name)
    if paid_by is None or paid_by.due_on is None:
        with writer.scope("PaymentTerms"):
            writer.text("Note", translate(NOT_PAID_YET, language))


def _vat(writer: _Writer, invoice: SelfBilledInvoice) -> None:
    with writer.scope("TaxTotal"):
        writer.cents("TaxAmount", invoice.vat_cents)
        for vat in invoice.vat:
            with writer.scope("TaxSubtotal"):
                writer.cents("TaxableAmount", vat.net_cents)
                writer.cents("TaxAmount", vat.vat_cents)
                _category(writer, "TaxCategory", vat.rate_hundredths, invoice.exemptions)


def _category(
    writer: _Writer, name: str, rate: int, exemptions: Sequence[VatExemption] | None = None
) -> None:
    """Write a category of VAT; `exemptions` are the reasons of a sum, which a line does not have here."""
    with writer.scope(name):
        writer.text("ID", "S" if rate else "E")
        writer.text("Percent", format_hundredths(rate))
        if exemptions is not None and not rate:
            writer.text("TaxExemptionReasonCode", exemption_code(exemptions))
            writer.text("TaxExemptionReason", exemption_reason(exemptions))
        with writer.scope("TaxScheme"):
            writer.text("ID", "VAT")


def _sums(writer: _Writer, invoice: SelfBilledInvoice) -> None:
    with writer.scope("LegalMonetaryTotal"):
        writer.cents("LineExtensionAmount", invoice.net_cents)
        writer.cents("TaxExclusiveAmount", invoice.net_cents)
        writer.cents("TaxInclusiveAmount", invoice.gross_cents)
        if invoice.prepaid_cents:
            writer.cents("PrepaidAmount", invoice.prepaid_cents)
        if invoice.rounding_cents:
            writer.cents("PayableRoundingAmount", invoice.rounding_cents)
        writer.cents("PayableAmount", invoice.payable_cents)


def _line_note(line: InvoiceLine, exemptions: Sequence[VatExemption], language: Language) -> str:
    """Return what a line corrects and, where an invoice has two reasons of exemption, which one it has."""
    charge, parts = line.charge, []
    if charge.corrects:
        parts.append(translate("corrects %(reference)s", language, reference=charge.corrects))
    if charge.exemption and len(exemptions) > 1:
        parts.append(exemption_reason([charge.exemption]))
    return ". ".join(parts)


def _line(writer: _Writer, kind: str, number: int, line: InvoiceLine, note: str) -> None:
    charge, unit = line.charge, PIECE if line.in_pieces else UNITS.get(line.charge.unit, PIECE)
    invoiced = "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity"
    with writer.scope(f"{kind}Line"):
        writer.text("ID", str(number))
        writer.text("Note", note)
        writer.text(invoiced, format_hundredths(line.quantity), unitCode=unit)
        writer.cents("LineExtensionAmount", line.net_cents)
        with writer.scope("InvoicePeriod"):
            writer.text("StartDate", charge.day.isoformat())
            writer.text("EndDate", charge.day.isoformat())
        with writer.scope("DocumentReference"):
            writer.text("ID", charge.reference)
            writer.text("DocumentTypeCode", "130")
        with writer.scope("Item"):
            writer.text("Name", charge.name)
            with writer.scope("BuyersItemIdentification"):
                writer.text("ID", charge.service)
            _category(writer, "ClassifiedTaxCategory", charge.vat_hundredths)
        with writer.scope("Price"):
            writer.text("PriceAmount", _unit_price(line), currencyID="EUR")


def _unit_price(line: InvoiceLine) -> str:
    """Return the net price of a unit, never negative, with so many decimals that the line comes out of it."""
    if not line.quantity:
        return "0.00"
    price = abs(Decimal(line.net_cents) / Decimal(line.quantity))
    text = f"{price.quantize(PRICE_STEP, rounding=ROUND_HALF_UP):f}"
    return text.rstrip("0").ljust(text.index(".") + 3, "0")
