"""Which municipalities a county may have, and which it may no longer leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from county_desk.rules.municipalities import (
    LATITUDES,
    KnownMunicipality,
    MunicipalityUse,
    municipality_refusals,
    parse_degrees,
)


def test_one_of_another_county_or_an_ended_one_is_refused() -> None:
    known = {
        "491": KnownMunicipality("12", None),
        "405": KnownMunicipality("13", None),
        "696": KnownMunicipality("12", date(2020, 12, 31)),
        "085": KnownMunicipality("13", date(2020, 12, 31)),
    }
    found = [(each.code, each.field) for each in municipality_refusals("12", known, {})]
    assert found == [
        ("belongs_to_another_county", "municipalities.405"),
        ("belongs_to_another_county", "municipalities.085"),
        ("municipality_ended", "municipalities.696"),
    ]


@pytest.mark.parametrize("name", ["clients", "places", "offerings", "approvals", "applications", "former"])
def test_anything_that_uses_it_keeps_it_and_is_counted(name: str) -> None:
    use = replace(MunicipalityUse(), **{name: 3})
    (refusal,) = municipality_refusals("12", {}, {"491": use, "178": MunicipalityUse()})
    assert (refusal.code, refusal.field) == ("municipality_in_use", "municipalities.491")
    assert {key: value for key, value in refusal.values.items() if value} == {name: 3}


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("61,6886", 61.6886),
        ("61.6886", 61.6886),
        ("59", 59.0),
        ("71", 71.0),
        ("71,00001", None),
        ("58.99", None),
        ("61,", None),
        ("1e1", None),
        ("６1", None),
        ("north", None),
    ],
)
def test_degrees_are_read_with_a_comma_or_a_dot(text: str, degrees: float | None) -> None:
    assert parse_degrees(text, LATITUDES) == degrees
