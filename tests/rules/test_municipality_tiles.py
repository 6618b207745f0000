"""Tiles of municipalities: none is hidden by another, and they lie about where the municipalities do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules.distance import Place
from marketplace.rules.municipality_tiles import Tile, tiles_of

PLACES = st.builds(Place, st.floats(60, 70), st.floats(20, 31))


def test_a_square_of_four_keeps_its_corners() -> None:
    centres = {"nw": Place(63, 24), "ne": Place(63, 29), "sw": Place(61, 24), "se": Place(61, 29)}
    found = tiles_of(centres)
    assert found["nw"] == Tile(0, 0)
    assert found["ne"] == Tile(1, 0)
    assert found["sw"] == Tile(0, 1)
    assert found["se"] == Tile(1, 1)


def test_no_municipalities_have_no_tiles_and_one_has_the_first() -> None:
    assert tiles_of({}) == {}
    assert tiles_of({"491": Place(61.7, 27.3)}) == {"491": Tile(0, 0)}


@given(st.lists(PLACES, min_size=1, max_size=40))
def test_every_municipality_has_a_tile_of_its_own_and_no_line_is_empty(places: list[Place]) -> None:
    centres = {str(number): place for number, place in enumerate(places)}
    found = tiles_of(centres)
    assert found.keys() == centres.keys()
    assert len(set(found.values())) == len(centres)
    for used in ({tile.column for tile in found.values()}, {tile.row for tile in found.values()}):
        assert used == set(range(len(used)))
