"""XLSX files: typed cells become our notation, and hostile workbooks are met early and coded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from datetime import time as clock_time

import openpyxl
import pytest

from foundation.tabular.faults import UnreadableTableError
from provider_portal.reading.charge_file import read_charge_file

HEADER = [
    "reference",
    "voucher",
    "service",
    "service_day",
    "start",
    "end",
    "quantity",
    "unit",
    "unit_price",
    "note",
]
ROW = [
    1001,
    "PS-1",
    "HOME_CARE",
    date(2026, 11, 3),
    clock_time(8),
    clock_time(9, 30),
    1.5,
    "hour",
    36,
    "Töölö",
]


def workbook(*rows: Sequence[object], sheets: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for _ in range(sheets - 1):
        book.create_sheet().append(["other"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes.get(name, old.read(name) if name in old.namelist() else b""))
    return out.getvalue()


def first_row(row: list[object]) -> dict[str, str]:
    return next(read_charge_file(workbook(HEADER, row)).rows()).cells


def code_of(data: bytes) -> str:
    with pytest.raises(UnreadableTableError) as raised:
        read_charge_file(data)
    return raised.value.faults[0].code.value


SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(cells: str, prolog: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{prolog}<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>'.encode()
    )


def test_typed_cells_are_read_in_our_notation() -> None:
    assert first_row(ROW) == {
        "reference": "1001",
        "voucher": "PS-1",
        "service": "HOME_CARE",
        "service_day": "2026-11-03",
        "start": "08:00",
        "end": "09:30",
        "quantity": "1.5",
        "unit": "hour",
        "unit_price": "36",
        "note": "Töölö",
    }


def test_an_end_after_midnight_keeps_its_day() -> None:
    row = [*ROW[:5], datetime.combine(date(2026, 11, 4), clock_time(1, 30)), *ROW[6:]]
    assert first_row(row)["end"] == "2026-11-04T01:30"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("74.55999999999999", "74.56"),
        ("0.30000000000000004", "0.30"),
        ("1438.0261524164384", "1438.0261524164384"),
        ("1.5E2", "150"),
        ("1E20", "\x1a100000000000000000000"),
    ],
)
def test_float_artefacts_are_cleaned_and_true_decimals_are_not(number: str, text: str) -> None:
    names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADER)
    cells = sheet(f"<row>{names}</row><row><c r='I2'><v>{number}</v></c></row>")
    row = next(read_charge_file(repacked(workbook(HEADER, ROW), {SHEET: cells})).rows())
    assert row.cells["unit_price"] == text
    assert row.cleaned == (("unit_price",) if text in ("74.56", "0.30") else ())


def test_text_cells_are_read_as_in_delimited_text() -> None:
    cells = first_row(["R-1", "PS-1", "HOME_CARE", "3.11.2026", "", "", "1,50", "hour", "36,00", ""])
    assert (cells["service_day"], cells["quantity"], cells["unit_price"]) == ("2026-11-03", "1.50", "36.00")


def test_empty_rows_are_passed_over_and_keep_the_count() -> None:
    table = read_charge_file(workbook(HEADER, ROW, [], ROW, sheets=2))
    assert [row.number for row in table.rows()] == [2, 4]


def test_broken_workbooks_are_coded() -> None:
    good = workbook(HEADER, ROW)
    assert code_of(good[: len(good) // 2]) == "spreadsheet_broken"
    assert code_of(workbook([])) in ("file_empty", "file_no_header")
    assert code_of(workbook(HEADER)) == "file_no_rows"
    assert code_of(repacked(good, {SHEET: b"<worksheet"})) == "spreadsheet_broken"
    assert code_of(repacked(good, {"xl/workbook.xml": b"no xml"})) == "spreadsheet_broken"


def test_a_plain_archive_is_no_spreadsheet() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("charges.csv", "reference;voucher")
    assert code_of(out.getvalue()) == "file_binary"


def test_a_document_type_is_refused() -> None:
    prolog = '<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert code_of(repacked(workbook(HEADER, ROW), {SHEET: sheet("", prolog)})) == "spreadsheet_broken"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ('<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "too_many_rows"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "too_many_columns"),
        ("<row r='1'><c\n r = '&#88;FD1048576'><v>1</v></c></row>", "too_many_columns"),
        ('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>', "too_many_rows"),
    ],
)
def test_one_far_cell_makes_no_huge_sheet(cells: str, code: str) -> None:
    assert code_of(repacked(workbook(HEADER, ROW), {SHEET: sheet(cells)})) == code


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO(workbook(HEADER, ROW))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
        book.open("xl/media/image1.bin", "w") as part,
    ):
        for _ in range(205):
            part.write(b"\0" * 1_000_000)
    assert code_of(out.getvalue()) == "spreadsheet_too_large"
