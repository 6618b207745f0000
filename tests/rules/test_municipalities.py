"""Which municipality a code or a name means, before and after a merger."""

from datetime import date

import pytest

from clearing.grants.rules.municipalities import NamedMunicipality, codes_by_name
from foundation.vocabulary.identifiers import place_key

LAST_DAY = date(2024, 12, 31)
NEXT_DAY = date(2025, 1, 1)
MERGED = (
    NamedMunicipality("588", "Pertunmaa", "Pertunmaa", LAST_DAY, "507"),
    NamedMunicipality("507", "Mäntyharju", "Mäntyharju"),
    NamedMunicipality("491", "Mikkeli", "S:t Michel"),
)
MEANT = [
    ("588", LAST_DAY, "588"),
    ("588", NEXT_DAY, "507"),
    ("Pertunmaa", LAST_DAY, "588"),
    (" pertunmaa ", NEXT_DAY, "507"),
    ("507", NEXT_DAY, "507"),
    ("MÄNTYHARJU", NEXT_DAY, "507"),
    ("S:t  Michel", NEXT_DAY, "491"),
    ("Kangasniemi", NEXT_DAY, None),
]


@pytest.mark.parametrize(("text", "day", "code"), MEANT)
def test_what_is_meant(text: str, day: date, code: str | None) -> None:
    assert codes_by_name(MERGED, day).get(place_key(text)) == code


def test_a_chain_of_mergers_is_followed_and_a_living_name_comes_first() -> None:
    again = (
        NamedMunicipality("001", "Eka", "Eka", date(2020, 12, 31), "002"),
        NamedMunicipality("002", "Toka", "Toka", LAST_DAY, "003"),
        NamedMunicipality("003", "Toka", "Toka"),
    )
    codes = codes_by_name(again, NEXT_DAY)
    assert (codes["eka"], codes["002"], codes["toka"]) == ("003", "003", "003")
    assert codes_by_name(again, LAST_DAY)["toka"] == "003"
