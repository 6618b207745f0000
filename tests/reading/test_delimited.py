"""Delimited text: every way in which a file may be written, and every way in which it may be broken."""

from __future__ import annotations

import csv
import io

import pytest

from foundation.tabular.faults import TableFaultCode, UnreadableTableError
from foundation.tabular.mapping import Mapping
from provider_portal.reading.charge_file import read_charge_file
from provider_portal.rules.charge_columns import CHARGE_COLUMNS

HEADER = "reference;voucher;service;service_day;quantity;unit;unit_price"
ROW = "R-1;PS-1;HOME_CARE;2026-11-03;1.50;hour;36.00"
READ = {
    "reference": "R-1",
    "voucher": "PS-1",
    "service": "HOME_CARE",
    "service_day": "2026-11-03",
    "quantity": "1.50",
    "unit": "hour",
    "unit_price": "36.00",
}


def first_row(text: str | bytes, mapping: Mapping | None = None) -> dict[str, str]:
    data = text if isinstance(text, bytes) else text.encode()
    return next(read_charge_file(data, mapping).rows()).cells


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{ROW}\n",
        f"{HEADER}\n{ROW}",
        f"\ufeff{HEADER}\r\n{ROW}\r\n",
        f"{HEADER}\r{ROW}\r",
        f"{HEADER}\n{ROW}".replace(";", ","),
        f"{HEADER}\n{ROW}".replace(";", "\t"),
        f"{HEADER.upper()}\n{ROW}",
        f"{HEADER.replace('_', ' ').title()}\n{ROW}",
        f" {HEADER.replace(';', ' ; ')} \n{ROW.replace(';', ' ; ')}",
        f"{HEADER}\n\n;;;;;;\n{ROW}\n\n",
        f"{HEADER};note;worker\n{ROW};;",
        f"{HEADER};;\n{ROW};;",
        f"{HEADER}\nR-1;PS-1;HOME_CARE;3.11.2026;1,50;hour;36,00",
        f"{HEADER}\n" + ";".join(f'"{cell}"' for cell in ROW.split(";")),
        ";".join(reversed(HEADER.split(";"))) + "\n" + ";".join(reversed(ROW.split(";"))),
    ],
)
def test_every_way_of_writing_reads_the_same(text: str) -> None:
    assert first_row(text) == READ


def test_a_decimal_comma_between_commas_is_quoted() -> None:
    text = HEADER.replace(";", ",") + '\nR-1,PS-1,HOME_CARE,03.11.2026,"1,50",hour,"36,00"\n'
    assert first_row(text) == READ


@pytest.mark.parametrize("value", ["1.500,00", "1 500", "+1,5", "1e3", ",5", "1,5,0", "١٢"])
def test_other_numbers_stay_as_sent_for_the_rules_to_refuse(value: str) -> None:
    assert first_row(f"{HEADER}\n{ROW.replace('36.00', value)}")["unit_price"] == value


@pytest.mark.parametrize("value", ["31.2.2026", "2026/11/03", "3.11.26", "11/03/2026"])
def test_other_days_stay_as_sent_for_the_rules_to_refuse(value: str) -> None:
    assert first_row(f"{HEADER}\n{ROW.replace('2026-11-03', value)}")["service_day"] == value


def test_rows_are_numbered_as_in_a_spreadsheet() -> None:
    table = read_charge_file(f"{HEADER}\n{ROW}\n\n{ROW}\n".encode())
    assert [row.number for row in table.rows()] == [2, 4]
    assert table.row_count == 2
    assert [row.number for row in table.rows()] == [2, 4], "a second walk starts again"


def test_a_quoted_line_end_stays_within_its_cell() -> None:
    table = read_charge_file(f'{HEADER};note\n{ROW};"two\nlines; and a "" mark"\n{ROW};x\n'.encode())
    rows = list(table.rows())
    assert rows[0].cells["note"] == 'two\nlines; and a " mark'
    assert rows[1].number == 3


def test_an_unknown_column_is_reported_and_its_cells_are_unknown_fields() -> None:
    table = read_charge_file(f"{HEADER};Asiakkaan nimi\n{ROW};Aino\n{ROW};\n".encode())
    filled, empty = table.rows()
    assert table.unknown_columns == ("Asiakkaan nimi",)
    assert filled.cells["Asiakkaan nimi"] == "Aino"
    assert empty.cells == READ


def test_a_cell_beyond_the_header_is_an_unknown_field() -> None:
    assert first_row(f"{HEADER}\n{ROW};and more")["column 8"] == "and more"


def test_a_short_row_lacks_its_last_fields() -> None:
    assert "unit_price" not in first_row(f"{HEADER}\n{ROW.rpartition(';')[0]}")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n\t\n", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"\xef\xbb\xbf \n", "file_empty"),
        (b"R-1;PS-1;HOME_CARE;2026-11-03;1;hour;36.00\n", "file_no_header"),
        (b"just a letter to you\n\nbye\n", "file_no_header"),
        (b"\n" + HEADER.encode() + b"\n", "file_no_rows"),
        (HEADER.encode(), "file_no_rows"),
        (HEADER.encode() + b"\n;;;;\n\n", "file_no_rows"),
        (HEADER.encode() + b";Reference\n" + ROW.encode() + b";x", "column_doubled"),
        (b"reference;voucher\nR-1;PS-1\n", "column_missing"),
        (HEADER.encode() + b"\nR-\0;" + ROW.encode(), "file_has_nul"),
        (f"{HEADER}\n{ROW}".encode("utf-16"), "file_utf16"),
        (f"{HEADER}\n{ROW}".encode("utf-16-le"), "file_has_nul"),
        (f"{HEADER};note\n{ROW};Łódź".encode("cp1250"), "file_not_utf8"),
        (f"{HEADER};note\n{ROW};Ä".encode()[:-1], "file_not_utf8"),
        (b"%PDF-1.7\n...", "file_binary"),
        (b"\x89PNG\r\n\x1a\n", "file_binary"),
        (b"\x1f\x8b\x08\x00", "file_binary"),
        (b"GIF89a", "file_binary"),
        (b"<!DOCTYPE html><html>", "file_binary"),
        (f'{HEADER};note\n{ROW};"never closed\n{ROW}\n'.encode(), "quote_unclosed"),
        (f'{HEADER};note\n{ROW};"closed" too soon\n'.encode(), "quote_misplaced"),
        (f"{HEADER}\n{ROW}{';' * 300}x\n".encode(), "too_many_columns"),
        ((HEADER + ";x" * 300 + f"\n{ROW}\n").encode(), "too_many_columns"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "spreadsheet_old"),
        (b"PK\x03\x04" + b"\xff" * 100, "spreadsheet_broken"),
    ],
)
def test_a_broken_file_is_reported_by_its_own_code(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableTableError) as raised:
        read_charge_file(data)
    assert {fault.code for fault in raised.value.faults} == {TableFaultCode(code)}


def test_all_missing_and_doubled_columns_are_reported_at_once() -> None:
    with pytest.raises(UnreadableTableError) as raised:
        read_charge_file(b"reference;voucher;unit;unit\nR;V;h;h\n")
    assert [(fault.code.value, fault.about) for fault in raised.value.faults] == [
        ("column_doubled", "unit"),
        ("column_missing", "service"),
        ("column_missing", "service_day"),
    ]


def test_the_row_of_a_fault_is_reported() -> None:
    with pytest.raises(UnreadableTableError) as raised:
        read_charge_file(f"{HEADER};note\n{ROW};a\n{ROW};Łódź\n".encode("cp1250"))
    assert raised.value.faults[0].row == 3


def test_rows_over_the_limit_are_refused_and_the_limit_itself_is_not() -> None:
    text = f"{HEADER}\n" + f"{ROW}\n" * 11
    assert read_charge_file(text.encode(), max_rows=11).row_count == 11
    with pytest.raises(UnreadableTableError) as raised:
        read_charge_file(text.encode(), max_rows=10)
    assert raised.value.faults[0].code is TableFaultCode.TOO_MANY_ROWS


def test_a_mapping_may_set_the_windows_character_set() -> None:
    text = f"{HEADER};note\n{ROW};Töölö €".encode("cp1252")
    assert first_row(text, Mapping(encoding="cp1252"))["note"] == "Töölö €"


def test_the_full_contract_header_is_read() -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([CHARGE_COLUMNS, [f"v{at}" for at in range(len(CHARGE_COLUMNS))]])
    cells = first_row(out.getvalue())
    assert tuple(sorted(cells, key=CHARGE_COLUMNS.index)) == CHARGE_COLUMNS
