"""A map of municipalities as equal tiles: each is about where the municipality lies, and none is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import cos, radians, sqrt

from marketplace.rules.distance import Place


@dataclass(frozen=True, slots=True)
class Tile:
    """The column and the row of a municipality, from the north-west, both from 0."""

    column: int
    row: int


def tiles_of(centres: Mapping[str, Place]) -> dict[str, Tile]:
    """Return the tile of each municipality by its code: the free tile that is nearest to its centre.

    Those in the north come first, so that the tiles of neighbours are filled from there.
    """
    if not centres:
        return {}
    points = _points(centres)
    side = max(1, round(sqrt(len(points))))
    columns, rows = side, -(-len(points) // side) + 1
    free = set(product(range(columns), range(rows)))
    found: dict[str, tuple[int, int]] = {}
    for code, (x, y) in sorted(points.items(), key=lambda point: (point[1][1], point[1][0], point[0])):
        wanted = (x * (columns - 1), y * (rows - 1))
        nearest = min(free, key=lambda cell: (_apart(cell, wanted), cell[1], cell[0]))
        free.remove(nearest)
        found[code] = nearest
    return _without_empty_lines(found)


def _points(centres: Mapping[str, Place]) -> dict[str, tuple[float, float]]:
    """Return each centre as its shares of the width from the west and of the height from the north."""
    south, north = _ends([place.latitude for place in centres.values()])
    width = cos(radians((south + north) / 2))
    west, east = _ends([place.longitude * width for place in centres.values()])
    return {
        code: (
            (place.longitude * width - west) / ((east - west) or 1),
            (north - place.latitude) / ((north - south) or 1),
        )
        for code, place in centres.items()
    }


def _ends(values: list[float]) -> tuple[float, float]:
    return min(values), max(values)


def _apart(cell: tuple[int, int], point: tuple[float, float]) -> float:
    return (cell[0] - point[0]) ** 2 + (cell[1] - point[1]) ** 2


def _without_empty_lines(found: Mapping[str, tuple[int, int]]) -> dict[str, Tile]:
    columns = sorted({column for column, _row in found.values()})
    rows = sorted({row for _column, row in found.values()})
    return {code: Tile(columns.index(column), rows.index(row)) for code, (column, row) in found.items()}
