"""Names of municipalities that are spelt nearly as a text."""

import pytest

from marketplace.rules.near_places import near_places

CODES = {
    "mikkeli": "491", "s:t michel": "491", "491": "491", "mäntyharju": "507", "pertunmaa": "507",
    "kangasniemi": "213", "juva": "178", "puumala": "623", "rantasalmi": "681",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Mikeli", ["491"]),
        ("mikkelli ", ["491"]),
        ("Mantyharju", ["507"]),
        ("Pertunma", ["507"]),
        ("Kangas", ["213"]),
        ("Juvva", ["178"]),
        ("Nowhere", []),
        ("ju", []),
        ("999", []),
        ("", []),
    ],
)
def test_near_names_are_found(text: str, near: list[str]) -> None:
    assert near_places(text, CODES) == near
