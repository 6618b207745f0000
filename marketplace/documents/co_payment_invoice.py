"""An invoice of own shares, or a credit note of one, as a PDF file.

It says what was invoiced on its day, whatever has happened since: the same invoice gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from clearing.co_payments.facts.invoices import Credit, Invoice, InvoiceLine
from clearing.co_payments.rules.vat import VatPart, vat_parts
from foundation.documents.barcode import barcode_svg
from foundation.documents.pdf import make_pdf
from foundation.documents.qr import modules_svg, transfer_qr_modules
from foundation.vocabulary.bank_barcode import (
    as_creditor_reference,
    barcode_digits,
    grouped_iban,
    grouped_reference,
)
from foundation.vocabulary.labels import said_unit
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import N_, translate
from foundation.web.formats import LOCALES, day_text, money_text, month_text, number_text, quantity_text
from marketplace.load.names import Names

TEMPLATE = Path(__file__).with_name("co_payment_invoice.typ")
HEAD = (N_("Day"), N_("Service"), N_("How much"), N_("You pay"))


def invoice_file(invoice: Invoice, language: Language) -> bytes:
    """Return the invoice as a PDF file."""
    return make_pdf(TEMPLATE, invoice_values(invoice, language), at=_at(invoice.made_on))


def credit_file(invoice: Invoice, note: Credit, language: Language) -> bytes:
    """Return a credit note of the invoice as a PDF file."""
    return make_pdf(TEMPLATE, credit_values(invoice, note, language), at=_at(note.made_on))


def invoice_values(invoice: Invoice, language: Language) -> dict[str, object]:
    """Return everything that the invoice says, in the reader's language."""
    total, due = money_text(invoice.sum_cents, language), day_text(invoice.due_on, language)
    return {
        **_shared(invoice, invoice.lines, invoice.made_on, language),
        "title": translate("Invoice %(number)s", language, number=invoice.number),
        "lead": translate("Pay %(sum)s by %(day)s.", language, sum=total, day=due),
        "why": translate("The county pays a part of your visits. You pay the rest yourself.", language),
        "sum": translate("You pay %(sum)s.", language, sum=total),
        "pay": _payment(invoice, language),
        **_codes(invoice, language),
    }


def credit_values(invoice: Invoice, note: Credit, language: Language) -> dict[str, object]:
    """Return everything that the credit note says, in the reader's language."""
    total = money_text(-note.sum_cents, language)
    lead = translate("You owe %(sum)s less.", language, sum=total)
    why = translate("Visits of invoice %(number)s were corrected.", language, number=invoice.number)
    return {
        **_shared(invoice, note.lines, note.made_on, language),
        "title": translate("Credit note %(number)s", language, number=note.number),
        "lead": lead,
        "why": why,
        "sum": money_text(note.sum_cents, language),
        "pay": [],
    }


def _at(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _shared(
    invoice: Invoice, lines: Sequence[InvoiceLine], made_on: date, language: Language
) -> dict[str, object]:
    business_id = translate("Business ID %(number)s", language, number=invoice.payee_business_id)
    month = month_text(invoice.month, language)
    return {
        "lang": LOCALES[language].partition("_")[0],
        "plain": language is Language.SELKO,
        "payee": invoice.payee_name,
        "contact": business_id,
        "day": day_text(made_on, language),
        "to": f"{invoice.client_name or ''} {invoice.client_number or ''}".strip(),
        "visits_title": translate("Visits in %(month)s", language, month=month),
        "head": [translate(text, language) for text in HEAD],
        "rows": [_row(line, language) for line in lines],
        "vat": [_vat_text(part, language) for part in vat_parts(lines)],
        "ask_title": translate("Who to ask", language),
        "ask": [
            translate(
                "Call %(name)s: %(phone)s.", language, name=invoice.payee_name, phone=invoice.payee_phone
            ),
            translate("Or write: %(email)s.", language, email=invoice.payee_email),
            translate("Was a visit not right? Say so in Omatori before you pay.", language),
        ],
    }


def _row(line: InvoiceLine, language: Language) -> list[str]:
    units = quantity_text(line.quantity, said_unit(line.unit, [line.service[0]]), language)
    name = Names(*line.service[1:]).in_language(language)
    return [day_text(line.service_day, language), name, units, money_text(line.cents, language)]


def _vat_text(part: VatPart, language: Language) -> str:
    if part.percent_hundredths == 0:
        return translate("There is no VAT in the price (VAT 0 %).", language)
    return translate(
        "VAT %(percent)s %%: without tax %(net)s, tax %(tax)s.",
        language,
        percent=number_text(part.percent_hundredths, language),
        net=money_text(part.net_cents, language),
        tax=money_text(part.vat_cents, language),
    )


def _payment(invoice: Invoice, language: Language) -> list[list[str]]:
    rows = (
        (N_("Payee"), invoice.payee_name),
        (N_("Account"), grouped_iban(invoice.iban)),
        (N_("BIC"), invoice.bic),
        (N_("Bank reference"), grouped_reference(invoice.reference)),
        (N_("Due day"), day_text(invoice.due_on, language)),
        (N_("Sum"), money_text(invoice.sum_cents, language)),
    )
    return [[translate(name, language), value] for name, value in rows]


def _codes(invoice: Invoice, language: Language) -> dict[str, object]:
    """Return the QR code, and the bank barcode, which only a Finnish account has."""
    modules = transfer_qr_modules(
        name=invoice.payee_name,
        iban=invoice.iban,
        bic=invoice.bic,
        cents=invoice.sum_cents,
        reference=as_creditor_reference(invoice.reference),
    )
    digits = _digits(invoice, invoice.sum_cents)
    return {
        "pay_title": translate("How to pay", language),
        "qr": modules_svg(modules),
        "qr_alt": translate("QR code with the payment, for the app of your bank", language),
        "qr_label": translate("For the app of your bank", language),
        "barcode": None if digits is None else barcode_svg(digits),
        "barcode_alt": translate("Bank barcode: %(digits)s", language, digits=digits or ""),
        "digits_label": translate("Virtual barcode:", language),
        "digits": digits,
    }


def digits_to_pay(invoice: Invoice) -> str | None:
    """Return the digits of the virtual barcode of what is open now; None: the account is not Finnish."""
    return _digits(invoice, invoice.open_cents)


def _digits(invoice: Invoice, cents: int) -> str | None:
    if not invoice.iban.startswith("FI"):
        return None
    return barcode_digits(invoice.iban, cents, invoice.reference, invoice.due_on)
