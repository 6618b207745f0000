"""The answer to every row of a charge file as CSV: what was asked, and what is paid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from clearing.charges.load.charge_register import StoredCharge
from clearing.reasons import Finding
from foundation.tabular.writing import write_table_to
from foundation.vocabulary.money import format_hundredths, half_up_division, parse_hundredths
from provider_portal.load.charge_files import RowAnswer

ANSWER_COLUMNS = (
    "file_row",
    "reference",
    "voucher",
    "service",
    "service_day",
    "quantity",
    "unit",
    "asked_unit_price",
    "asked_total",
    "outcome",
    "duplicate",
    "price",
    "county_pays",
    "co_payment",
    "settlement",
    "reason_codes",
    "reasons",
)


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """How a reader is told: the text of a reason, headings and words, and numbers (hundredths) and days.

    As it is, a program reads it: our column names and words, a decimal dot, ISO days.
    """

    describe: Callable[[Finding], str]
    words: Mapping[str, str]
    number: Callable[[int], str] = format_hundredths
    day: Callable[[date], str] = date.isoformat


def write_answer_file(target: BinaryIO, rows: Iterable[RowAnswer], form: AnswerForm) -> None:
    """Write the answers in the order of the file. Amounts are euros, and empty where nothing was decided."""
    header = [form.words.get(name, name) for name in ANSWER_COLUMNS]
    write_table_to(target, header, (_row(row, form) for row in rows))


def _row(row: RowAnswer, form: AnswerForm) -> list[str]:
    answer, charge = row.answer, row.charge
    if charge is None:  # the row was not taken in
        return _not_taken_in(row, form)

    def number(hundredths: int | None) -> str:
        return "" if hundredths is None else form.number(hundredths)

    unit_price, total = asked(charge)
    return [
        str(row.row),
        answer.reference or _sent(charge, "reference"),
        charge.voucher or _sent(charge, "voucher"),
        charge.service or _sent(charge, "service"),
        _sent(charge, "service_day") if charge.service_day is None else form.day(charge.service_day),
        _sent(charge, "quantity") if charge.quantity is None else number(charge.quantity),
        form.words.get(charge.unit or "", charge.unit or ""),
        number(unit_price),
        number(total),
        form.words.get(answer.outcome, answer.outcome),
        form.words.get("yes", "true") if answer.duplicate else "",
        "" if answer.outcome == "refused" else number(answer.price_cents),
        number(answer.county_pays_cents),
        number(answer.co_payment_cents),
        str(charge.settlement_id or ""),
        " ".join(finding.code for finding in answer.findings),
        " ".join(form.describe(finding) for finding in answer.findings),
    ]


def _not_taken_in(row: RowAnswer, form: AnswerForm) -> list[str]:
    answer = row.answer
    said = {
        "file_row": str(row.row),
        "reference": answer.reference or "",
        "outcome": form.words.get(answer.outcome, answer.outcome),
        "reason_codes": " ".join(finding.code for finding in answer.findings),
        "reasons": " ".join(form.describe(finding) for finding in answer.findings),
    }
    return [said.get(name, "") for name in ANSWER_COLUMNS]


def asked(charge: StoredCharge) -> tuple[int | None, int | None]:
    """Return the unit price and the sum that were asked for, in cents; None where the list counts.

    A sum that was left out is the quantity at the unit price.
    """
    unit_price, total = (_cents(charge, name) for name in ("unit_price", "total"))
    if total is None and unit_price is not None and charge.quantity is not None:
        total = half_up_division(charge.quantity * unit_price, 100)
    return unit_price, total


def _cents(charge: StoredCharge, name: str) -> int | None:
    return parse_hundredths(_sent(charge, name).strip().replace(",", "."))


def _sent(charge: StoredCharge, name: str) -> str:
    return str(charge.sent.get(name) or "")
