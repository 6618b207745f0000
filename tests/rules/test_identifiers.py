"""Identifiers with a check digit, by published examples."""

import pytest

from foundation.vocabulary.identifiers import (
    creditor_reference,
    finnish_reference,
    normalise_voucher,
    parse_business_id,
    parse_iban,
    parse_reference_number,
)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("0112038-9", True),
        ("1572860-0", True),
        ("0112038-8", False),
        ("01120389", False),
        ("112038-9", False),
        ("ABCDEFG-1", False),
        ("0000001-0", False),
    ],
)
def test_business_id(text: str, right: bool) -> None:
    assert (parse_business_id(text) is not None) is right


@pytest.mark.parametrize(
    ("text", "iban"),
    [
        ("FI21 1234 5600 0007 85", "FI2112345600000785"),
        ("fi2112345600000785", "FI2112345600000785"),
        ("FI2112345600000786", None),
        ("FI211234560000078", None),
        ("DE89370400440532013000", "DE89370400440532013000"),
        ("", None),
    ],
)
def test_iban(text: str, iban: str | None) -> None:
    assert parse_iban(text) == iban


@pytest.mark.parametrize(
    ("text", "right"),
    [("RF18539007547034", True), ("RF18 5390 0754 7034", True), ("RF19539007547034", False), ("1232", True),
     ("1233", False), ("1234561", True), ("12", False), ("RF", False)],
)  # fmt: skip
def test_reference_number(text: str, right: bool) -> None:
    assert (parse_reference_number(text) is not None) is right


@pytest.mark.parametrize("base", ["539007547034", "1", "ABC123", "9" * 21])
def test_a_creditor_reference_reads_back(base: str) -> None:
    assert parse_reference_number(creditor_reference(base)) == creditor_reference(base)


@pytest.mark.parametrize("base", ["123", "456789", "1" * 19])
def test_a_finnish_reference_reads_back(base: str) -> None:
    assert parse_reference_number(finnish_reference(base)) == finnish_reference(base)


@pytest.mark.parametrize("text", ["AB12", "ab12", "A B-1 2", "\tab12\n"])
def test_voucher_code(text: str) -> None:
    assert normalise_voucher(text) == "AB12"
