"""The rows of a statement as tables for people: CSV and XLSX in the reader's language and number form.

Files for programs have a decimal dot and days as YYYY-MM-DD: `provider_portal.load.settlement_file`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from clearing.charges.load.charge_register import StoredCharge
from foundation.tabular.workbook import Cell, Sheet, write_workbook
from foundation.tabular.writing import write_table
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import format_hundredths
from foundation.web.catalogues import N_, translate
from provider_portal.disclosure.settlements import Statement
from provider_portal.documents.statement_texts import COMPARE, facts_of, payment_of, sums_in_cents

HEAD = (
    N_("Service day"),
    N_("Service"),
    N_("Reference"),
    N_("Voucher"),
    N_("Quantity"),
    N_("Unit price"),
    N_("Price"),
    N_("County pays"),
    N_("Client pays"),
    N_("Corrects"),
)
ENDS = (
    N_("Number of the statement"),
    N_("Reference on the bank statement"),
    N_("Hash of the payment run"),
    N_("Check link"),
)
"""The same on every row of the CSV: a row that is copied elsewhere still says where it belongs."""


def statement_csv(statement: Statement, link: str, language: Language) -> bytes:
    """Return the rows as CSV, in the reader's number form; `link` is empty before approval."""
    settlement = statement.settlement
    reference = settlement.payment.reference if settlement.payment else ""
    ends = [settlement.number, reference, settlement.approved_hash or "", link]
    head = [translate(text, language) for text in HEAD + ENDS]
    rows = _rows(statement, language)
    return write_table(head, ([*(_written(cell, language) for cell in row), *ends] for row in rows))


def statement_workbook(statement: Statement, link: str, language: Language) -> bytes:
    """Return a workbook: the sums on its first sheet, the rows on its second; numbers are numbers."""
    sums: list[list[Cell]] = [
        [translate(label, language), Decimal(cents) / 100]
        for label, cents, _is_total in sums_in_cents(statement)
    ]
    known = [[label, value] for label, value in facts_of(statement, language)]
    paid = [[label, value] for label, value in payment_of(statement, language)]
    check = _check(statement, link, language)
    title = translate("Statement", language)
    summary = Sheet(title, (), [*known, *sums, *paid, *check], widths=(38, 70))
    head = tuple(translate(text, language) for text in HEAD)
    rows = Sheet(translate("Charges", language), head, _rows(statement, language))
    return write_workbook([summary, rows], made_at=statement.settlement.approved_at)


def _check(statement: Statement, link: str, language: Language) -> list[list[Cell]]:
    if not link:
        return []
    return [
        [translate("Hash of the payment run", language), statement.settlement.approved_hash or ""],
        [translate("Check link", language), link],
        ["", translate(COMPARE, language)],
    ]


def _rows(statement: Statement, language: Language) -> Iterator[list[Cell]]:
    names = {line.code: line.name.in_language(language) for line in statement.sums.lines}
    return (_row(charge, names) for charge in statement.charges)


def _row(charge: StoredCharge, names: dict[str, str]) -> list[Cell]:
    return [
        charge.service_day,
        names.get(charge.service or "", ""),
        charge.reference or "",
        charge.voucher or "",
        _decimal(charge.quantity),
        _decimal(charge.unit_price_cents),
        _decimal(charge.price_cents),
        _decimal(charge.county_pays_cents),
        _decimal(charge.co_payment_cents),
        charge.corrects_reference or "",
    ]


def _decimal(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100


def _written(cell: Cell, language: Language) -> str:
    """Write a cell as the reader's spreadsheet reads it: in English as programs do."""
    is_english = language is Language.EN
    if isinstance(cell, date):
        return cell.isoformat() if is_english else f"{cell.day}.{cell.month}.{cell.year}"
    if isinstance(cell, Decimal):
        text = format_hundredths(int(cell * 100))
        return text if is_english else text.replace(".", ",")
    return cell or ""
