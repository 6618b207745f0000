"""Distances on the map, and the box that holds every place within a distance."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.rules.distance import Box, Place, box_around, distance_km

ONE_DEGREE_KM = 111.19508
"""Length of a degree of a great circle: 2π × 6371.0088 / 360."""


def test_distances_are_known_ones() -> None:
    helsinki, mikkeli = Place(60.1699, 24.9384), Place(61.6886, 27.2723)
    assert distance_km(helsinki, helsinki) == 0
    assert distance_km(helsinki, mikkeli) == pytest.approx(211, abs=2)
    assert distance_km(Place(60, 25), Place(61, 25)) == pytest.approx(ONE_DEGREE_KM)
    assert distance_km(Place(0, 25), Place(0, 27)) == pytest.approx(2 * ONE_DEGREE_KM)


@pytest.mark.parametrize(
    ("here", "degrees", "box"),
    [
        (Place(0, 25), 1, Box(-1, 1, 24, 26)),
        (Place(60, 25), 1, Box(59, 61, 23, 27)),  # a degree of longitude is half as long at 60° north
        (Place(60, 25), 0.5, Box(59.5, 60.5, 24, 26)),
        (Place(90, 0), 1, Box(89, 91, -100, 100)),  # near the pole degrees are counted as a hundredth
        (Place(90, 0), 2, Box(88, 92, -180, 180)),
    ],
)
def test_the_box_around_a_place(here: Place, degrees: float, box: Box) -> None:
    found = box_around(here, degrees * ONE_DEGREE_KM)
    assert (found.south, found.north) == pytest.approx((box.south, box.north))
    assert (found.west, found.east) == pytest.approx((box.west, box.east))


@settings(max_examples=50)
@given(st.floats(59, 70), st.floats(20, 31), st.floats(-0.5, 0.5), st.floats(-0.9, 0.9), st.floats(1, 60))
def test_the_box_holds_the_circle(north: float, east: float, up: float, right: float, km: float) -> None:
    here, there = Place(north, east), Place(north + up, east + right)
    box = box_around(here, km)
    if distance_km(here, there) <= km * 0.999:
        assert box.south <= there.latitude <= box.north
        assert box.west <= there.longitude <= box.east
