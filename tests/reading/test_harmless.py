"""Cells that we write: no spreadsheet runs them, numbers stay numbers, and they can be read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest

from foundation.tabular.harmless import harmless, without_mark
from provider_portal.reading.charge_file import read_charge_file
from provider_portal.rules.charge_columns import CHARGE_COLUMNS
from provider_portal.rules.refused_rows import RefusedRow, write_refused_rows

PAYLOADS = [
    '=cmd|"/c calc"!A0',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\uff1d1+1",
    '=HYPERLINK("http://example.invalid","x")',
    "a;=1+1;b",
    "a,=1+1,b",
    "a\t=1+1",
    "a\n=1+1",
    '","=1+1',
    "-cmd",
    "+358 40 1234567",
    "=",
    "@",
]
DANGEROUS = "=+-@\uff1d\uff0b\uff0d\uff20"


def cells_seen_by(text: str) -> list[str]:
    """The cells that programs splitting at ; , or tab would see, with and without quotes counted."""
    seen: list[str] = []
    for delimiter in ";,\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting):
                seen += line
    return seen


def refused_file(header: Sequence[str], rows: Sequence[RefusedRow], delimiter: str = ";") -> bytes:
    target = io.BytesIO()
    write_refused_rows(target, header, rows, delimiter=delimiter)
    return target.getvalue()


def is_live(cell: str) -> bool:
    plain = cell.strip().strip('"\ufeff\u200b').strip()
    number = plain.removeprefix("-").replace(",", ".").replace(".", "", 1)
    return plain[:1] in tuple(DANGEROUS) and not number.isdigit()


@pytest.mark.parametrize("column", CHARGE_COLUMNS)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_no_payload_is_live_in_any_column(column: str, delimiter: str) -> None:
    rows = [
        RefusedRow(at, [payload if name == column else "1" for name in CHARGE_COLUMNS], ["x"], [payload])
        for at, payload in enumerate(PAYLOADS, 2)
    ]
    text = refused_file(CHARGE_COLUMNS, rows, delimiter=delimiter).decode("utf-8-sig")
    assert [cell for cell in cells_seen_by(text) if is_live(cell)] == []


@pytest.mark.parametrize("number", ["0", "12", "103.25", "-12.50", "-12,50", "1234567,89"])
def test_amounts_stay_numbers(number: str) -> None:
    assert harmless(number) == number


@pytest.mark.parametrize("text", ["=1+1", "a;=1", "+358 40", "plain - text", "O'Neill", "'quoted'", "-"])
def test_the_mark_comes_off_when_our_report_is_sent_back(text: str) -> None:
    assert without_mark(harmless(text)) == text


def test_the_refused_file_can_be_corrected_and_sent_again() -> None:
    header = ("reference", "voucher", "service", "service_day", "quantity", "unit", "unit_price", "note")
    sent = ["R-1", "PS-1", "HOME_CARE", "2026-11-03", "1", "hour", "36", '=note; with "marks" and\nlines']
    data = refused_file(header, [RefusedRow(7, sent, ["voucher_unknown"], ["No such voucher."])])
    table = read_charge_file(data)
    (row,) = table.rows()
    assert [row.cells[name] for name in header] == sent
    assert table.unknown_columns == ()


def test_the_header_is_made_harmless_too() -> None:
    text = refused_file(["=cmd()", "reference"], []).decode("utf-8-sig")
    assert text.startswith("'=cmd()")
