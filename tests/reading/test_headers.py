"""Files as offices export them: titles above the header, more than one sheet, totals below, and cp1252."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from foundation.tabular.faults import UnreadableTableError
from foundation.tabular.mapping_file import parse_mapping
from foundation.tabular.reading import read_layout, read_table
from foundation.tabular.table import Table
from provider_portal.reading.charge_file import read_charge_file
from provider_portal.rules.charge_columns import CHARGE_LAYOUT

HEADER = ["reference", "voucher", "service", "service_day", "quantity", "unit", "unit_price", "note"]
ROW = ["R-1", "PS-1", "HOME_CARE", "3.11.2026", "1", "hour", "36,00", "Töölö"]
TITLES = [["Raportti, marraskuu, 2026"], [], ["Tuottaja", "Esimerkki Oy"]]
TOTALS = ["Yhteensä:", "", "", "", "1", "", "36,00", ""]


def text(*rows: list[str], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(";".join(row) for row in rows).encode(encoding)


def workbook(**sheets: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.removeprefix("hidden_"))
        sheet.sheet_state = "hidden" if name.startswith("hidden_") else "visible"
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, mapping: str = "") -> Table:
    return read_charge_file(data, parse_mapping(mapping) if mapping else None)


def rows_of(table: Table) -> list[tuple[int, str, str]]:
    found = [(row.number, row.cells["reference"], row.cells["note"]) for row in table.rows()]
    assert len(found) == table.row_count
    return found


@pytest.mark.parametrize("data", [text(*TITLES, HEADER, ROW), workbook(A=[*TITLES, HEADER, ROW])])
def test_the_header_is_found_below_titles(data: bytes) -> None:
    assert rows_of(read(data)) == [(5, "R-1", "Töölö")]


def test_the_header_is_found_below_the_line_that_names_the_separator() -> None:
    assert rows_of(read(b"sep=;\r\n" + text(*TITLES, HEADER, ROW))) == [(6, "R-1", "Töölö")]


def test_a_mapping_finds_the_row_that_has_all_its_columns() -> None:
    names = {
        "reference": "Viite",
        "voucher": "Seteli",
        "service": "Palvelu",
        "service_day": "Päivä",
        "unit": "Yks",
    }
    mapping = "[columns]\n" + "".join(f'{ours} = "{theirs}"\n' for ours, theirs in names.items())
    data = text(
        ["Palvelu", "Päivä"],
        ["Viite", "Seteli", "Palvelu", "Päivä", "Yks"],
        ["R-1", "S", "P", "3.11.2026", "h"],
    )
    assert [row.cells["reference"] for row in read(data, mapping).rows()] == ["R-1"]
    with pytest.raises(UnreadableTableError):
        read(data, f"header_row = 1\n{mapping}")


def test_a_title_with_many_commas_does_not_choose_the_delimiter() -> None:
    assert rows_of(read(text([",".join("abcdefghijkl")], HEADER, ROW))) == [(3, "R-1", "Töölö")]


@pytest.mark.parametrize("data", [text(HEADER, ROW, TOTALS), workbook(A=[HEADER, ROW, TOTALS])])
def test_a_last_row_of_totals_is_left_out_and_named(data: bytes) -> None:
    table = read(data)
    assert rows_of(table) == [(2, "R-1", "Töölö")]
    assert table.totals_row == 3


@pytest.mark.parametrize(
    "last",
    [
        ["Yhteensä", "PS-1", "HOME_CARE", "3.11.2026", "1", "hour", "36,00", ""],
        ["R-2", "", "", "", "1", "", "36,00", "yhteensä"],
        ["", "", "", "3.11.2026", "1", "", "36,00", "total"],
        ["", "", "", "", "1", "", "36,00", "kaikki yhteensä"],
    ],
)
def test_a_row_that_names_a_charge_is_none_of_totals(last: list[str]) -> None:
    assert (read(text(HEADER, ROW, last)).row_count, read(text(HEADER, ROW, last)).totals_row) == (2, None)


def test_a_file_of_totals_alone_has_no_rows() -> None:
    with pytest.raises(UnreadableTableError, match="file_no_rows"):
        read(text(HEADER, TOTALS))


def test_the_sheet_that_has_the_columns_is_found() -> None:
    data = workbook(
        Ohje=[["Lue tämä"], ["ensin"]], Marraskuu=[*TITLES, HEADER, ROW], hidden_Lokakuu=[HEADER, ROW]
    )
    assert rows_of(read(data)) == [(5, "R-1", "Töölö")]


def test_two_sheets_with_the_columns_are_asked_for() -> None:
    other = ["R-2", *ROW[1:]]
    data = workbook(Lokakuu=[HEADER, ROW], Marraskuu=[HEADER, other])
    with pytest.raises(UnreadableTableError) as caught:
        read(data)
    assert [(fault.code.value, fault.about) for fault in caught.value.faults] == [
        ("sheet_unsure", "Lokakuu, Marraskuu")
    ]
    assert rows_of(read(data, 'sheet = "Marraskuu"')) == [(2, "R-2", "Töölö")]


@pytest.mark.parametrize("name", ["Joulukuu", "Piilo"])
def test_a_sheet_that_is_not_visible_cannot_be_named(name: str) -> None:
    data = workbook(Lokakuu=[HEADER, ROW], hidden_Piilo=[HEADER, ROW])
    with pytest.raises(UnreadableTableError, match=f"sheet_missing {name}"):
        read(data, f'sheet = "{name}"')


def test_text_of_finnish_excel_is_read() -> None:
    assert rows_of(read(text(HEADER, ROW, encoding="cp1252"))) == [(2, "R-1", "Töölö")]


@pytest.mark.parametrize("word", ["¤", "Šakki", "ß"])
def test_letters_that_other_encodings_would_change_are_asked_for(word: str) -> None:
    with pytest.raises(UnreadableTableError, match="file_not_utf8"):
        read(text(HEADER, [*ROW[:-1], word], encoding="cp1252"))


def test_an_encoding_that_was_chosen_is_not_guessed() -> None:
    with pytest.raises(UnreadableTableError, match="file_not_utf8"):
        read(text(HEADER, ROW, encoding="cp1252"), 'encoding = "utf-8"')


@pytest.mark.parametrize("data", [text(*TITLES, ["Päivä", "Kesto", "Asiakas"], ["3.11.", "2", "A"])])
def test_a_person_is_shown_the_likely_row(data: bytes) -> None:
    assert read_layout(data, parse_mapping("")) == ((), 4)


def test_a_person_is_shown_the_visible_sheets() -> None:
    data = workbook(Ohje=[["Lue"]], Data=[*TITLES, HEADER, ROW], hidden_Piilo=[HEADER])
    assert read_layout(data, parse_mapping('sheet = "Data"')) == (("Ohje", "Data"), 4)


def test_a_county_import_has_no_row_of_totals() -> None:
    """Its report has no word for a row that was left out, so the row is refused, where a person sees it."""
    layout = replace(CHARGE_LAYOUT, leaves_totals_out=False)
    table = read_table(text(HEADER, ROW, TOTALS), layout)
    assert (table.row_count, table.totals_row) == (2, None)
