"""A line of an invoice becomes the row of a charge file, and nothing is charged that it does not say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider_portal.rules.invoice_amounts import InvoiceLine, total, unit_price
from provider_portal.rules.invoice_lines import row_of_line


def line(**fields: object) -> InvoiceLine:
    """Return a line of two hours at 36 €, exempt from VAT, with fields replaced."""
    given = {"quantity": "2", "unit": "HUR", "price": "36.00", "total": "72.00", "order": "V-1"}
    return InvoiceLine("I", "1", **(given | fields))  # type: ignore[arg-type]


def test_a_line_has_each_column() -> None:
    row = row_of_line(line(buyer_item="CLEANING", first_day="2026-11-16", last_day="2026-11-16", note="hi"))
    assert row == {
        "reference": "I-1",
        "voucher": "V-1",
        "service": "CLEANING",
        "service_day": "2026-11-16",
        "quantity": "2",
        "unit": "hour",
        "unit_price": "36",
        "total": "72",
        "note": "hi",
    }


@pytest.mark.parametrize(
    ("price", "base", "vat", "expected"),
    [
        ("36.00", "", "", "36"),
        ("360.00", "10", "", "36"),
        ("100.00", "3", "", ""),
        ("36.00", "1.0", "0", "36"),
        ("100", "", "25.5", "125.50"),
        ("9.96", "", "25.5", ""),
        ("9.96", "0", "", "9.96 / 0"),
        ("9.96", "-1", "", "9.96 / -1"),
        ("36,00", "", "", "36,00"),
        ("-36", "", "", "-36"),
        ("", "10", "", ""),
    ],
)
def test_the_unit_price_is_of_one_unit_with_vat(price: str, base: str, vat: str, expected: str) -> None:
    assert unit_price(line(price=price, base_quantity=base, vat_percent=vat)) == expected


@pytest.mark.parametrize(
    ("net", "vat", "expected"),
    [
        ("72.00", "", "72"),
        ("9.96", "25.5", "12.50"),
        ("10.00", "13.5", "11.35"),
        ("-10.00", "13.5", "-11.35"),
        ("0.01", "50", "0.02"),
        ("-0.01", "50", "-0.02"),
        ("72", "101", "72"),
        ("seventy", "", "seventy"),
    ],
)
def test_the_total_has_vat_and_is_rounded_half_up(net: str, vat: str, expected: str) -> None:
    assert total(line(total=net, vat_percent=vat)) == expected


def test_amounts_with_vat_count_where_the_format_states_them() -> None:
    row = row_of_line(line(gross_price="12.50", gross_total="25.00", vat_percent="25.5"))
    assert (row["unit_price"], row["total"]) == ("12.50", "25")


def test_another_currency_is_no_amount() -> None:
    row = row_of_line(line(currency="SEK"))
    assert (row["unit_price"], row["total"]) == ("36 SEK", "72 SEK")


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("HUR", "hour"),
        ("hur", "hour"),
        ("Tuntia", "hour"),
        ("yö", "night"),
        ("visit", "visit"),
        ("TNE", "TNE"),
    ],
)
def test_units_are_read_by_code_and_by_word(unit: str, expected: str) -> None:
    assert row_of_line(line(unit=unit))["unit"] == expected


@pytest.mark.parametrize(
    ("first", "last", "unit", "expected"),
    [
        ("2026-11-16", "2026-11-16", "HUR", "2026-11-16"),
        ("2026-11-16", "", "HUR", "2026-11-16"),
        ("", "2026-11-16", "HUR", "2026-11-16"),
        ("2026-11-01", "2026-11-30", "HUR", "2026-11-01/2026-11-30"),
        ("2026-11-01", "2026-11-30", "MON", "2026-11-01"),
        ("2026-11-01", "2026-12-31", "MON", "2026-11-01/2026-12-31"),
        ("", "", "HUR", ""),
    ],
)
def test_a_service_day_is_one_day(first: str, last: str, unit: str, expected: str) -> None:
    assert row_of_line(line(first_day=first, last_day=last, unit=unit))["service_day"] == expected


def test_our_own_names_count_before_other_places() -> None:
    own = {"voucher": "V-2", "unit": "visit", "start": "09:00", "reference": "R", "note": ""}
    row = row_of_line(line(own=own, note="kept"))
    assert [row[name] for name in ("voucher", "unit", "start", "reference", "note")] == [
        "V-2",
        "visit",
        "09:00",
        "R",
        "kept",
    ]


@given(
    cents=st.integers(0, 10**7), base=st.integers(1, 400), rate=st.sampled_from(["0", "10", "13.5", "25.5"])
)
def test_a_unit_price_is_exact_or_left_out(cents: int, base: int, rate: str) -> None:
    price = Decimal(cents) / 100
    found = unit_price(line(price=f"{price:.2f}", base_quantity=str(base), vat_percent=rate))
    if found:
        assert Decimal(found) * base * 1000 == price * (1000 + Decimal(rate) * 10)
