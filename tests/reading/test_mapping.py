"""Files of other layouts, read with a column mapping; the price lists are public ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from foundation.tabular.faults import CellFaultCode, UnreadableTableError
from foundation.tabular.mapping_file import parse_mapping
from foundation.tabular.reading import read_table
from foundation.tabular.table import Layout, Table
from provider_portal.reading.charge_file import read_charge_file

PUBLIC_DATA = Path(__file__).parents[2].parent / "shared" / "data"
PRICES = Layout(
    required=("service", "unit", "time_class", "unit_price", "from"),
    optional=("vat_rate", "to"),
    numbers=frozenset({"unit_price", "vat_rate"}),
    days=frozenset({"from", "to"}),
)
NDIS = """
name = "NDIS support catalogue 2023-24"
decimal = "."
empty_words = ["NA"]
[columns]
service = "Support Item Number"
unit = { column = "Unit", words = { H = "hour", E = "piece", D = "day", MON = "month" } }
unit_price = "ACT"
time_class = { constant = "any" }
from = { constant = "2023-07-01" }
"""
LAPHA = """
[columns]
unit = { column = "unit", words = { tunti = "hour", vrk = "day", kk = "month" } }
unit_price = "value_eur"
[columns.service]
column = "service_fi"
words = { "Kotihoidon palveluseteli" = "HOME_CARE", "Sijaisomaishoito" = "RELIEF" }
otherwise = "HOUSING"
[columns.from]
column = "note"
otherwise = "2023-01-01"
words = { "1.4.-31.12.2023" = "2023-04-01" }
[columns.time_class]
columns = ["weekday", "time_from"]
[columns.time_class.words]
"" = "any"
"arki 07:00" = "weekday"
"arki 18:00" = "evening"
"lauantai 07:00" = "saturday"
"lauantai ja arkipyhän aatto 18:00" = "sunday_or_holiday"
"arkipyhä ja sunnuntai 07:00" = "sunday_or_holiday"
"""


def public_table(name: str, mapping: str) -> Table:
    path = PUBLIC_DATA / name
    if not path.exists():
        pytest.skip(f"the public price list {name} is not beside the repository")
    return read_table(path.read_bytes(), PRICES, mapping=parse_mapping(mapping))


def test_the_634_rows_of_a_foreign_price_list() -> None:
    rows = list(public_table("ndis_support_catalogue_2023-24_current.csv", NDIS).rows())
    by_code = Counter(fault.code for row in rows for fault in row.faults if fault.field == "unit_price")
    assert len(rows) == 634
    assert by_code == {CellFaultCode.FIELD_MISSING: 247, CellFaultCode.TOO_MANY_DECIMALS: 1}
    cleaned = {row.cells["service"]: row.cells["unit_price"] for row in rows if row.cleaned}
    assert cleaned == {"01_002_0107_1_1_T": "74.56"}
    unknown_units = Counter(
        fault.text for row in rows for fault in row.faults if fault.code is CellFaultCode.WORD_UNKNOWN
    )
    assert unknown_units == {"YR": 32, "WK": 6}


def test_a_word_for_an_empty_cell_is_none() -> None:
    table = read_table(
        b"Support Item Number,Unit,ACT\nA,H,NA\nB,H,na\nC,H,12.5\n", PRICES, mapping=parse_mapping(NDIS)
    )
    assert ["unit_price" in row.cells for row in table.rows()] == [False, False, True]


def test_a_finnish_value_table_with_its_hole() -> None:
    rows = list(public_table("fi_lapha_voucher_values_2023.csv", LAPHA).rows())
    read = [row.cells | {"time_class": row.cells["time_class"]} for row in rows]
    assert [cells["time_class"] for cells in read[:5]] == [
        "weekday",
        "evening",
        "saturday",
        "sunday_or_holiday",
        "sunday_or_holiday",
    ]
    assert (read[0]["service"], read[0]["unit"], read[0]["unit_price"]) == ("HOME_CARE", "hour", "36.00")
    assert [row.cells["from"] for row in rows[10:12]] == ["2023-01-01", "2023-04-01"]
    unknown = [(fault.field, fault.text) for row in rows for fault in row.faults]
    assert unknown == [("unit", "viikko"), *[("unit", "vrk?")] * 4]


def test_a_charge_file_of_another_layout() -> None:
    mapping = parse_mapping(
        """{"decimal": ",", "thousands": " ", "day_format": "m/d/yyyy", "encoding": "cp1252", "header_row": 3,
        "columns": {"reference": "Kuitti", "voucher": "Seteli", "service": {"constant": "HOME_CARE"},
        "service_day": "Pvm", "quantity": "Määrä", "unit": {"column": "Yks", "words": {"T": "hour"}},
        "unit_price": "À"}}"""
    )
    text = "Kotiapu Oy\n\nKuitti;Seteli;Pvm;Määrä;Yks;À;Asiakas\nK-1;PS-1;11/03/2026;1,50;t;1 036,00;Aino\n"
    (row,) = read_charge_file(text.encode("cp1252"), mapping).rows()
    assert row.number == 4
    assert row.cells == {
        "reference": "K-1",
        "voucher": "PS-1",
        "service": "HOME_CARE",
        "service_day": "2026-11-03",
        "quantity": "1.50",
        "unit": "hour",
        "unit_price": "1036.00",
    }


def test_a_column_that_the_mapping_names_must_be_there() -> None:
    with pytest.raises(UnreadableTableError) as raised:
        read_charge_file(b"a;b\n1;2\n", parse_mapping('columns.reference = "Kuitti"\ncolumns.voucher = "a"'))
    assert {fault.about for fault in raised.value.faults} >= {"kuitti", "service", "service_day"}


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("{", ""),
        ("[1]", "1"),
        ("= 3", ""),
        ("decimal = 'x'", "decimal"),
        ("colums = 1", "colums"),
        ("encoding = 'idna'", "encoding"),
        ("delimiter = '='", "delimiter"),
        ("header_row = 0", "header_row"),
        ("header_row = true", "header_row"),
        ("empty_words = 'NA'", "empty_words"),
        ("columns = 3", "columns"),
        ("columns.unit = 3", "columns.unit"),
        ("columns.unit = { column = 'a', constant = 'b' }", "columns.unit"),
        ("columns.unit = { words = { a = 'b' } }", "columns.unit"),
        ("columns.unit = { column = 'a', words = { a = 1 } }", "columns.unit"),
        ("columns.unit = { column = 'a', script = 'b' }", "columns.unit"),
        ('{"a":' * 5000, ""),
        (" " * 200_000, "size"),
    ],
)
def test_a_wrong_mapping_names_its_entry(text: str, about: str) -> None:
    with pytest.raises(UnreadableTableError) as raised:
        parse_mapping(text)
    assert [(fault.code.value, fault.about) for fault in raised.value.faults] == [
        ("mapping_malformed", about)
    ]


def test_a_key_of_many_parts_is_refused_before_it_is_read() -> None:
    """To read it takes time by the square of its parts: 40 s for the largest mapping."""
    for text in ("a." * 40_000 + "b = 1", "columns = 1\n" + "a." * 600 + "b = 1"):
        with pytest.raises(UnreadableTableError) as raised:
            parse_mapping(text)
        assert [fault.about for fault in raised.value.faults] == ["size"]
    words = ", ".join(f'"word {number}" = "hour"' for number in range(30))
    assert parse_mapping(f"[columns.unit]\ncolumn = 'Yksikkö'\nwords = {{ {words} }}").columns
