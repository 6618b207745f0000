"""The statement of a settlement as a tagged PDF file, with a link and a QR code by which it is checked.

It names no client and no voucher: it goes to bookkeepers.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from clearing.charges.load.charge_register import StoredCharge
from foundation.documents.pdf import make_pdf
from foundation.documents.qr import qr_svg
from foundation.vocabulary.labels import said_unit
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import N_, translate, translate_plural
from foundation.web.formats import LOCALES, day_text, money_text, number_text, quantity_text
from provider_portal.disclosure.settlements import Statement
from provider_portal.documents.statement_texts import COMPARE, NOT_APPROVED, facts_of, payment_of, sums_of
from provider_portal.load.statement_sums import ServiceSum

TEMPLATE = Path(__file__).with_name("statement.typ")
MOST_ROWS = 2_000
"""So many rows are printed, on some fifty pages; a larger settlement's are in the tables."""
SERVICE_HEAD = (N_("Service"), N_("VAT"), N_("Quantity"), N_("Client pays"), N_("County pays"))
ROW_HEAD = (N_("Day"), N_("Service"), N_("Reference"), N_("Quantity"), N_("Price"), N_("County pays"))


def statement_pdf(statement: Statement, link: str, language: Language, *, now: datetime) -> bytes:
    """Return the PDF file: the same bytes for the same statement, link and language once it is approved."""
    at = statement.settlement.approved_at or now
    return make_pdf(TEMPLATE, statement_values(statement, link, language), at=at)


def statement_values(statement: Statement, link: str, language: Language) -> dict[str, object]:
    """Return everything that the statement says, in the reader's language."""
    settlement = statement.settlement
    left_out = max(0, len(statement.charges) - MOST_ROWS)
    return {
        "lang": LOCALES[language].partition("_")[0],
        "title": translate("Statement %(number)s", language, number=settlement.number),
        "from": settlement.county_name.in_language(language),
        "facts": facts_of(statement, language),
        "sums_title": translate("What is paid", language),
        "sums": sums_of(statement, language),
        "payment": payment_of(statement, language),
        "service_title": translate("By service", language),
        "service_head": [translate(text, language) for text in SERVICE_HEAD],
        "services": [_service(line, language) for line in statement.sums.lines],
        "rows_title": translate("Charges", language),
        "row_head": [translate(text, language) for text in ROW_HEAD],
        "rows": _rows(statement, language),
        "left_out": _left_out(left_out, language),
        "check_title": translate("Is this statement genuine?", language),
        "check": _check(statement, link, language),
    }


def _service(line: ServiceSum, language: Language) -> list[str]:
    name = line.name.in_language(language)
    return [
        f"{name}, {translate('corrections', language)}" if line.is_correction else name,
        f"{number_text(line.vat_hundredths, language)} %".replace(" ", "\xa0"),
        quantity_text(line.quantity, said_unit(line.unit, [line.code]), language),
        money_text(line.co_payment_cents, language),
        money_text(line.county_pays_cents, language),
    ]


def _rows(statement: Statement, language: Language) -> list[list[str]]:
    names = {line.code: line.name.in_language(language) for line in statement.sums.lines}
    return [_row(charge, names, language) for charge in statement.charges[:MOST_ROWS]]


def _row(charge: StoredCharge, names: dict[str, str], language: Language) -> list[str]:
    reference = charge.reference or ""
    if charge.corrects_reference:
        corrects = translate("corrects %(reference)s", language, reference=charge.corrects_reference)
        reference = f"{reference} ({corrects})"
    return [
        day_text(charge.service_day, language),
        names.get(charge.service or "", ""),
        reference,
        number_text(charge.quantity, language),
        money_text(charge.price_cents, language),
        money_text(charge.county_pays_cents, language),
    ]


def _left_out(count: int, language: Language) -> str:
    if not count:
        return ""
    return translate_plural(
        "%(n)s more charge is in the Excel and CSV files.",
        "%(n)s more charges are in the Excel and CSV files.",
        count,
        language,
    )


def _check(statement: Statement, link: str, language: Language) -> dict[str, str]:
    if not link:
        return {"text": translate(NOT_APPROVED, language), "link": ""}
    return {
        "text": translate(COMPARE, language),
        "link": link,
        "qr": qr_svg(link),
        "qr_alt": translate("QR code with the check link", language),
        "hash_label": translate("Hash of the payment run", language),
        "hash": _grouped(statement.settlement.approved_hash or ""),
    }


def _grouped(digest: str) -> str:
    """Return a digest in groups of eight, which eyes compare; a copy of it still finds each group."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
