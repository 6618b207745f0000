"""Delimited text as offices and strangers send it: emptiness, unseen marks, times, numbers, cost."""

from __future__ import annotations

import tracemalloc

import pytest

from foundation.tabular.faults import UnreadableTableError
from foundation.tabular.mapping import Mapping
from provider_portal.reading.charge_file import read_charge_file
from tests.reading.test_delimited import HEADER, READ, ROW, first_row


@pytest.mark.parametrize("length", [10_001, 200_000])
def test_a_cell_that_is_too_long_is_a_fault_of_its_row_alone(length: int) -> None:
    text = f"{HEADER};note\n{ROW};{'x' * length}\n{ROW};{'x' * 10_000}\n"
    long, longest = read_charge_file(text.encode()).rows()
    assert long.cells["note"].startswith("\x1axxx")
    assert len(long.cells["note"]) < 200
    assert len(longest.cells["note"]) == 10_000


@pytest.mark.parametrize("end", [";" * 300, f"{';' * 300}\n{';' * 300}\n\n;\n"])
def test_empty_cells_and_rows_at_the_end_are_nothing(end: str) -> None:
    table = read_charge_file(f"{HEADER}{';' * 300}\n{ROW}{end}".encode())
    assert [row.cells for row in table.rows()] == [READ]


@pytest.mark.parametrize("blank", [" ", "\u00a0", " ; ;\u00a0", "\u200b;\ufeff", "\t;\u3000", ";;;"])
def test_rows_of_blanks_and_unseen_marks_are_passed_over(blank: str) -> None:
    table = read_charge_file(f"{HEADER}\n{blank}\n{ROW}\n{blank}\n".encode())
    assert [row.number for row in table.rows()] == [3]
    assert table.row_count == 1


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200d", "\u200e"])
def test_unseen_marks_are_cleaned_from_names_and_values(mark: str) -> None:
    text = f"{HEADER}\n{ROW}".replace("unit", f"un{mark}it").replace("hour", f"{mark}ho{mark}ur{mark}")
    assert first_row(text) == READ


def test_letters_are_composed_and_an_emoji_stays_whole() -> None:
    cells = first_row(f"{HEADER};note\n{ROW};To\u0308o\u0308lo\u0308 \U0001f468\u200d\U0001f469")
    assert cells["note"] == "Töölö \U0001f468\u200d\U0001f469"


@pytest.mark.parametrize(
    "first",
    [
        "sep=;\r\n",
        "\ufeffsep=;\n",
        '"sep=;"\r\n',
        "SEP=;\n",
        '\ufeff"sep=;"\r\n',
        "sep=;;;;;;;\r\n",
    ],
)
def test_the_line_that_names_the_separator_is_read(first: str) -> None:
    table = read_charge_file(f"{first}{HEADER}\n{ROW}".encode())
    assert [(row.number, row.cells) for row in table.rows()] == [(3, READ)]


@pytest.mark.parametrize("separator", [",", "\t"])
def test_the_named_separator_counts(separator: str) -> None:
    text = f"sep={separator}\n" + f"{HEADER}\n{ROW}".replace(";", separator)
    assert first_row(text) == READ


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("8.30", "08:30"),
        ("8:30", "08:30"),
        ("08:30:00", "08:30"),
        ("08.30", "08:30"),
        ("23:59", "23:59"),
        ("08:30+02:00", "08:30+02:00"),
        ("24:00", "24:00"),
        ("8.3", "8.3"),
        ("8", "8"),
        ("08:30:15", "08:30:15"),
        ("8.60", "8.60"),
    ],
)
def test_times_are_read_where_there_is_no_doubt(sent: str, read: str) -> None:
    assert first_row(f"{HEADER};start\n{ROW};{sent}")["start"] == read


@pytest.mark.parametrize("word", ["#N/A", "#REF!", "#PUUTTUU!", "#SAKNAS!", "#DIV/0!", "#####"])
def test_the_word_of_an_error_is_not_a_value(word: str) -> None:
    assert first_row(f"{HEADER};client\n{ROW};{word}")["client"] == f"\x1a{word}"
    assert first_row(f"{HEADER};client\n{ROW};#1")["client"] == "#1"


@pytest.mark.parametrize(
    ("decimal", "thousands", "sent", "read"),
    [
        (",", ".", "1.250,00", "1250.00"),
        (",", ".", "12.50", None),
        (",", ".", "1.25", None),
        (",", ".", "1.250", "1250"),
        (".", ",", "12,50", None),
        (".", ",", "1,250.00", "1250.00"),
        (",", "", "12.50", None),
        (".", "", "12,50", None),
        ("", "", "12,50", "12.50"),
        ("", "", "12.50", "12.50"),
        ("", "", "1.250,00", None),
        (",", " ", "1\u00a0250,00", "1250.00"),
        (",", " ", "1\u202f250 000,5", "1250000.5"),
        (",", " ", "12 50", None),
        ("", ".", "12.50", None),
        (".", "'", "1’250.00", "1250.00"),
        (",", ".", "-1.250,5", "-1250.5"),
    ],
)
def test_numbers_are_read_by_both_separators_or_not_at_all(
    decimal: str, thousands: str, sent: str, read: str | None
) -> None:
    mapping = Mapping(decimal=decimal, thousands=thousands)
    row = next(
        read_charge_file(
            f"{HEADER}\n{ROW.replace('36.00', sent).replace('1.50', '1')}".encode(), mapping
        ).rows()
    )
    if read is None:
        assert [(fault.field, fault.code.value) for fault in row.faults] == [
            ("unit_price", "field_malformed")
        ]
        assert row.cells["unit_price"] == f"\x1a{sent}"
    else:
        assert (row.cells["unit_price"], row.faults) == (read, ())


def test_many_unknown_columns_are_one_finding_of_the_file() -> None:
    names = "".join(f";x{at}" for at in range(190))
    with pytest.raises(UnreadableTableError) as raised:
        read_charge_file(f"{HEADER}{names}\n{ROW + ';1' * 190}\n".encode())
    faults = raised.value.faults
    assert [fault.code.value for fault in faults] == ["column_unknown"] * 10 + ["columns_unknown"]
    assert (faults[0].about, faults[-1].about) == ("x0", "180")


def test_a_row_has_one_unknown_field_at_most() -> None:
    row = next(read_charge_file(f"{HEADER};a;b\n{ROW};1;2;3;4\n".encode()).rows())
    assert row.cells == READ | {"a": "1"}


H, R = HEADER.encode(), ROW.encode()
COSTLY: dict[str, tuple[bytes, str | None]] = {
    "line ends": (b"\n" * 25_000_000, "file_empty"),
    "semicolons": (b";" * 24_000_000, "line_too_long"),
    "header in one line": (H * 300_000, "line_too_long"),
    "header in many lines": ((H + b"\n") * 350_000, "too_many_rows"),
    "line ends within": (H + b"\n" * 24_000_000 + R, "too_many_rows"),
    "carriage returns within": (H + b"\r" * 24_000_000 + R, "too_many_rows"),
    "semicolons in lines": (H + b"\n;" * 12_000_000 + R, "too_many_rows"),
    "short rows": (H + b"\n" + b"x\n" * 12_000_000, "too_many_rows"),
    "an open quote": (H + b'\n"' + b"\n" * 24_000_000, "quote_unclosed"),
    "a wide row": (H + b"\n" + b";" * 999_000 + b"\n" + R, None),
    "combining marks": (H + b";note\n" + R + b";a" + b"\xcc\x88\xcc\xa3" * 240_000, None),
    "too many bytes": (b"x" * 25_000_001, "file_too_large"),
}


@pytest.mark.parametrize("kind", COSTLY)
def test_a_file_that_costs_much_to_read_is_judged_by_its_shape(kind: str) -> None:
    data, code = COSTLY[kind]
    found = None
    try:
        list(read_charge_file(data).rows())
    except UnreadableTableError as error:
        found = error.faults[0].code.value
    assert found == code


@pytest.mark.parametrize("kind", ["semicolons in lines", "line ends within", "header in many lines"])
def test_a_file_that_costs_much_takes_little_memory(kind: str) -> None:
    data, _ = COSTLY[kind]
    tracemalloc.start()
    with pytest.raises(UnreadableTableError):
        read_charge_file(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000
