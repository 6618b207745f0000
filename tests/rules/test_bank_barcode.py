"""The digits of the bank barcode and its symbols, against Finance Finland's examples and an own decoder."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.documents.barcode import STOP, WIDTHS, barcode_svg, code_128_c
from foundation.vocabulary.bank_barcode import (
    as_creditor_reference,
    barcode_digits,
    grouped_iban,
    grouped_reference,
)
from foundation.vocabulary.identifiers import (
    ReferenceNumber,
    finnish_reference,
    parse_iban,
    parse_reference_number,
)

PUBLISHED = [
    (
        ("FI5810171000000122", 48_299, "559582243294671", date(2012, 1, 31)),
        "458101710000001220004829900000000559582243294671120131",
    ),
    (
        ("FI0250004640001302", 69_380, "69875672083435364", date(2011, 7, 24)),
        "402500046400013020006938000000069875672083435364110724",
    ),
    (
        ("FI1566010001530641", 744_454, "7758474790647489", date(2019, 12, 19)),
        "415660100015306410074445400000007758474790647489191219",
    ),
    (
        ("FI5810171000000122", 48_299, "RF06559582243294671", date(2012, 1, 31)),
        "558101710000001220004829906000000559582243294671120131",
    ),
]
"""Examples of the guide "Pankkiviivakoodi-opas": versions 4 and 5."""


@pytest.mark.parametrize(("given_values", "digits"), PUBLISHED)
def test_the_published_examples(given_values: tuple[str, int, str, date], digits: str) -> None:
    iban, cents, reference, due_on = given_values
    assert parse_iban(iban) == iban
    assert parse_reference_number(reference) == reference
    assert barcode_digits(iban, cents, ReferenceNumber(reference), due_on) == digits


def test_a_sum_that_does_not_fit_and_a_missing_day_are_zeros() -> None:
    digits = barcode_digits("FI5810171000000122", 100_000_000, finnish_reference("123"), None)
    assert (digits[17:25], digits[-6:]) == ("0" * 8, "0" * 6)


@pytest.mark.parametrize(
    ("iban", "reference"), [("SE4550000000058398257466", "1232"), ("FI5810171000000122", "RF18ABC")]
)
def test_what_no_barcode_can_hold_is_refused(iban: str, reference: str) -> None:
    with pytest.raises(ValueError, match=r"iban|reference"):
        barcode_digits(iban, 100, ReferenceNumber(reference), None)


def test_references_and_accounts_are_printed_in_groups() -> None:
    assert grouped_reference(ReferenceNumber("559582243294671")) == "55958 22432 94671"
    assert grouped_reference(ReferenceNumber("1232")) == "1232"
    assert grouped_reference(ReferenceNumber("RF06559582243294671")) == "RF06 5595 8224 3294 671"
    assert grouped_iban("FI5810171000000122") == "FI58 1017 1000 0001 22"
    assert as_creditor_reference(ReferenceNumber("559582243294671")) == "RF06559582243294671"


def read_symbols(svg: str) -> str:
    """Read the bars of the SVG as a scanner does: dark and light runs, eleven modules a symbol."""
    bars = [(int(x), int(width)) for x, width in re.findall(r"M(\d+) 0h(\d+)v", svg)]
    total = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    row = [any(x <= place < x + width for x, width in bars) for place in range(total)]
    dark = "".join("1" if module else "0" for module in row).strip("0")
    assert row.index(True) == 10
    assert row[::-1].index(True) == 10
    body, end = dark[:-13], dark[-13:]
    assert re.fullmatch("(11)(000)(111)(0)(1)(0)(11)", end)
    runs = [
        [len(run[0]) for run in re.finditer(r"1+|0+", body[at : at + 11])] for at in range(0, len(body), 11)
    ]
    values = [WIDTHS.index("".join(map(str, run))) for run in runs]
    start, *pairs, check = values
    assert start == 105
    assert check == (105 + sum(place * pair for place, pair in enumerate(pairs, 1))) % 103
    return "".join(f"{pair:02d}" for pair in pairs)


@given(st.text("0123456789", min_size=27, max_size=27).map(lambda half: half + half[::-1]))
def test_the_bars_are_read_back(digits: str) -> None:
    assert read_symbols(barcode_svg(digits)) == digits


def test_the_symbols_are_those_of_the_standard() -> None:
    """Every symbol has eleven modules in six parts, bars of an even sum, and no two are alike."""
    assert len(set(WIDTHS)) == len(WIDTHS) == 106
    assert {sum(map(int, symbol)) for symbol in WIDTHS} == {11}
    assert {sum(map(int, symbol[::2])) % 2 for symbol in WIDTHS} == {0}
    assert (WIDTHS[0], WIDTHS[105], STOP) == ("212222", "211232", "2331112")
    for wrong in ("", "123", "12a4"):
        with pytest.raises(ValueError, match="digits"):
            code_128_c(wrong)
