"""XLSX cells as offices send them: errors, long numbers, times, formatted emptiness, hidden sheets."""

from __future__ import annotations

import io

import openpyxl
import pytest

from provider_portal.reading.charge_file import read_charge_file
from tests.reading.test_spreadsheet import HEADER, MAIN, ROW, SHEET, first_row, repacked, sheet, workbook

NAMES = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADER)
STYLES = (
    f"<styleSheet {MAIN}><numFmts><numFmt numFmtId='170' formatCode='d.m.yyyy h:mm'/></numFmts><cellXfs>"
    + "".join(f"<xf numFmtId='{number}'/>" for number in (0, 20, 14, 46, 170))
    + "</cellXfs></styleSheet>"
)


def rows_of(rows: str) -> list[dict[str, str]]:
    parts = {SHEET: sheet(f"<row r='1'>{NAMES}</row>{rows}"), "xl/styles.xml": STYLES.encode()}
    return [row.cells for row in read_charge_file(repacked(workbook(HEADER, ROW), parts)).rows()]


def cell_text(cell: str) -> str | None:
    """Return the note of a row that has this cell."""
    rows = rows_of(f"<row r='2'><c r='A2'><v>1</v></c>{cell}</row>")
    return rows[0].get("note")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!"])
@pytest.mark.parametrize("place", ["A", "C", "D", "E", "G", "I", "J"])
def test_an_error_is_not_an_empty_cell(error: str, place: str) -> None:
    name = HEADER["ABCDEFGHIJ".index(place)]
    cells = sorted(["<c r='B2'><v>1</v></c>", f"<c r='{place}2' t='e'><v>{error}</v></c>"])
    [row] = rows_of(f"<row r='2'>{''.join(cells)}</row>")
    assert row[name] == f"\x1a{error}"


@pytest.mark.parametrize(
    ("cell", "reference"),
    [
        ("<c r='A2'><v>123456789012345</v></c>", "123456789012345"),
        ("<c r='A2'><v>1234567890123456</v></c>", None),
        ("<c r='A2'><v>1.9143100000101E+18</v></c>", None),
        ("<c r='A2' t='inlineStr'><is><t>1914310000010100056</t></is></c>", "1914310000010100056"),
        ("<c r='A2' s='2'><v>46024</v></c>", None),
        ("<c r='A2' s='1'><v>0.5</v></c>", None),
        ("<c r='A2' t='b'><v>1</v></c>", None),
    ],
)
def test_a_reference_is_never_another_than_was_typed(cell: str, reference: str | None) -> None:
    [row] = rows_of(f"<row r='2'>{cell}<c r='B2'><v>1</v></c></row>")
    assert row["reference"] == reference if reference else row["reference"].startswith("\x1a")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c r='E2' t='inlineStr'><is><t>8.30</t></is></c>", "08:30"),
        ("<c r='E2'><v>8.3</v></c>", "\x1a8.3"),
        ("<c r='E2' s='1'><v>0.354166666666667</v></c>", "08:30"),
        ("<c r='E2' s='1'><v>1</v></c>", "24:00"),
        ("<c r='E2' s='3'><v>1</v></c>", "24:00"),
        ("<c r='E2' s='4'><v>46024.3541666667</v></c>", "2026-01-02T08:30"),
    ],
)
def test_times_in_cells_are_read_where_there_is_no_doubt(cell: str, text: str) -> None:
    [row] = rows_of(f"<row r='2'><c r='A2'><v>1</v></c>{cell}</row>")
    assert row["start"] == text


@pytest.mark.parametrize(
    "rows",
    [
        "<row r='1048576' s='1' customFormat='1'><c r='A1048576' s='1'/></row>",
        "<row r='3'><c r='XFD3' s='1'/></row>",
        "".join(f"<row r='{at}' s='1'><c r='A{at}' s='1'/></row>" for at in range(3, 120_000)),
        "<row/>" * 200_000,
        "<row r='3'><c r='A3' t='inlineStr'><is><t> \u00a0\u200b</t></is></c></row>",
    ],
    ids=["last row", "last column", "many rows", "rows alone", "blanks"],
)
def test_what_is_only_formatted_is_nothing(rows: str) -> None:
    assert [row["reference"] for row in rows_of(f"<row r='2'><c r='A2'><v>7</v></c></row>{rows}")] == ["7"]


def test_a_hidden_sheet_is_not_the_one_that_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["secret"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("shown")
    shown.append(HEADER)
    shown.append(ROW)
    out = io.BytesIO()
    book.save(out)
    assert read_charge_file(out.getvalue()).row_count == 1


def test_letters_of_a_sheet_are_composed_and_unseen_marks_are_cleaned() -> None:
    names = ["refer\u200bence", *HEADER[1:]]
    row = next(read_charge_file(workbook(names, [*ROW[:9], "To\u0308o\u0308lo\u0308"])).rows())
    assert (row.cells["reference"], row.cells["note"]) == ("1001", "Töölö")


def test_a_formula_counts_by_its_last_value_and_without_one_is_malformed() -> None:
    assert first_row([*ROW[:6], "=1+1", *ROW[7:]])["quantity"] == "\x1a="
    assert cell_text("<c r='J2'><f>1+1</f><v>2</v></c>") == "2"
    assert cell_text("<c r='J2' t='str'><f>A1</f><v></v></c>") is None
