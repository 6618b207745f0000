"""Invented numbers have right check digits and repeat nobody."""

from stdnum import iban as stdnum_iban
from stdnum.fi import ytunnus

from foundation.vocabulary.identifiers import parse_business_id, parse_iban
from worlds.check_digits import business_id, iban

COUNT = 2_000


def test_business_ids() -> None:
    made = [business_id(index) for index in range(COUNT)]
    assert all(parse_business_id(number) == number and ytunnus.is_valid(number) for number in made)
    assert len(set(made)) == COUNT


def test_account_numbers() -> None:
    made = [iban(index) for index in range(COUNT)]
    assert all(parse_iban(number) == number and stdnum_iban.is_valid(number) for number in made)
    assert len(set(made)) == COUNT
