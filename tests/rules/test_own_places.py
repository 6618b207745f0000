"""What a place must hold: each fault has its own code and field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from marketplace.rules.own_places import PlaceEntry, parse_degrees, wrong_in_place
from marketplace.rules.registering import Centre

TODAY = date(2026, 11, 21)
CENTRES = {"491": Centre(61.69, 27.27), "091": Centre(60.17, 24.94)}
GOOD = PlaceEntry("Toimisto", "Katu 1", "491", 61.7, 27.3, {"lift": False}, 85, date(2026, 11, 21))


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"latitude": None, "longitude": None}, []),
        ({"has": {}, "door_width_cm": None, "measured_on": None}, []),
        ({"name": " "}, [("field_missing", "name")]),
        ({"street": "K" * 121}, [("field_too_long", "street")]),
        ({"municipality": "999"}, [("municipality_unknown", "municipality")]),
        ({"latitude": None}, [("coordinate_missing", "latitude")]),
        ({"longitude": None}, [("coordinate_missing", "longitude")]),
        (
            {"latitude": 27.3, "longitude": 61.7},
            [("coordinate_outside", c) for c in ("latitude", "longitude")],
        ),
        ({"municipality": "091"}, [("coordinates_far", "latitude")]),
        ({"door_width_cm": 9}, [("door_width_impossible", "door_width_cm")]),
        ({"measured_on": None}, [("measured_day_missing", "measured_on")]),
        ({"has": {}, "door_width_cm": None}, [("nothing_measured", "measured_on")]),
        ({"measured_on": date(2026, 11, 22)}, [("measured_in_future", "measured_on")]),
    ],
)
def test_each_fault_has_its_code_and_field(changes: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    found = wrong_in_place(replace(GOOD, **changes), CENTRES, TODAY)
    assert [(refusal.code, refusal.field) for refusal in found] == wrong


def test_what_is_not_known_is_not_stored() -> None:
    assert GOOD.access == {"lift": False, "door_width_cm": 85, "measured_on": "2026-11-21"}


@pytest.mark.parametrize(
    ("typed", "degrees"),
    [
        ("61,6886", 61.6886),
        (" 61.5° ", 61.5),
        ("27", 27.0),
        ("-61", None),
        ("N61", None),
        ("1e5", None),
        ("", None),
    ],
)
def test_degrees_are_read_with_comma_or_point(typed: str, degrees: float | None) -> None:
    assert parse_degrees(typed) == degrees
