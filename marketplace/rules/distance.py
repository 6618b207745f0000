"""Distance on the map. PostgreSQL computes the same formula for search (marketplace/load/search.py)."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point in WGS 84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees that surely hold every place within a distance."""

    south: float
    north: float
    west: float
    east: float


def distance_km(here: Place, there: Place) -> float:
    """Great-circle distance by the haversine formula, in kilometres."""
    north = radians(there.latitude - here.latitude)
    east = radians(there.longitude - here.longitude)
    both = cos(radians(here.latitude)) * cos(radians(there.latitude))
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(sin(north / 2) ** 2 + both * sin(east / 2) ** 2)))


def box_around(here: Place, within_km: float) -> Box:
    """A box that an index can search before distances are computed."""
    height = degrees(within_km / EARTH_RADIUS_KM)
    width = min(180.0, height / max(0.01, cos(radians(here.latitude))))
    return Box(here.latitude - height, here.latitude + height, here.longitude - width, here.longitude + width)
