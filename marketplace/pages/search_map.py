"""The map beside the results: the municipalities as tiles, with the number of offerings that serve each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from foundation.web.formats import name_text
from marketplace.load.catalogue import MunicipalityEntry
from marketplace.pages.search_chips import Query
from marketplace.pages.search_form import results_url
from marketplace.rules.municipality_tiles import tiles_of
from marketplace.rules.searching import Search

TILE_WIDTH, TILE_HEIGHT, GAP = 104, 56, 6
MOST_TILES = 60
"""A map of more municipalities cannot be read on a phone: they are only listed."""


@dataclass(frozen=True, slots=True)
class MapTile:
    """A municipality on the map: a link to the search there."""

    x: int
    y: int
    name: str
    count: int
    url: str
    is_picked: bool


@dataclass(frozen=True, slots=True)
class TileMap:
    """The tiles in reading order, and the size of the drawing."""

    tiles: list[MapTile]
    width: int
    height: int


def map_of(
    search: Search, places: list[MunicipalityEntry], counts: Mapping[str, int], query: Query
) -> TileMap | None:
    """Return the map; None if there are too many municipalities.

    Args:
        counts: How many offerings serve each municipality.
    """
    if len(places) > MOST_TILES:
        return None
    at = tiles_of({place.code: place.place for place in places})
    tiles = [
        MapTile(
            x=at[place.code].column * (TILE_WIDTH + GAP),
            y=at[place.code].row * (TILE_HEIGHT + GAP),
            name=name_text(place.name),
            count=counts.get(place.code, 0),
            url=results_url({**query, "municipality": place.code}),
            is_picked=place.code == search.wishes.municipality,
        )
        for place in places
    ]
    tiles.sort(key=lambda tile: (tile.y, tile.x))
    width, height = (
        max(size, default=0) for size in ([tile.x for tile in tiles], [tile.y for tile in tiles])
    )
    return TileMap(tiles, width + TILE_WIDTH, height + TILE_HEIGHT)
