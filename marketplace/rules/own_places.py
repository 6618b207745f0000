"""A place as its provider enters it: what must be there, and every field that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from foundation.vocabulary.refusals import Refusal
from marketplace.rules.distance import Place, distance_km
from marketplace.rules.registering import Centre

LONGEST_NAME: Final = 120
ACCESS_ITEMS: Final = ("step_free", "accessible_toilet", "lift", "parking", "hearing_loop")
"""What is measured beside the width of the door."""
NARROWEST_CM, WIDEST_CM = 40, 300
LATITUDES: Final = (59.0, 71.0)
LONGITUDES: Final = (19.0, 32.0)
"""Finland, in degrees (WGS 84)."""
FARTHEST_KM: Final = 150.0
"""From the centre of the municipality: no edge of one is farther."""
DEGREES = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place as entered. `has` are the items that are known; `municipality` is a code.

    Without coordinates the place is at the centre of its municipality. Coordinates are degrees (WGS 84),
    the width is in centimetres.
    """

    name: str
    street: str
    municipality: str
    latitude: float | None = None
    longitude: float | None = None
    has: Mapping[str, bool] = field(default_factory=dict)
    door_width_cm: int | None = None
    measured_on: date | None = None

    @property
    def access(self) -> dict[str, Any]:
        """Return what was measured, as it is stored and searched."""
        found: dict[str, Any] = {item: self.has[item] for item in ACCESS_ITEMS if item in self.has}
        if self.door_width_cm is not None:
            found["door_width_cm"] = self.door_width_cm
        if self.measured_on is not None:
            found["measured_on"] = self.measured_on.isoformat()
        return found


def wrong_in_place(place: PlaceEntry, centres: Mapping[str, Centre], today: date) -> tuple[Refusal, ...]:
    """Return every field that is wrong; `centres` has the municipalities that exist today, by code."""
    address = [*_wrong_address(place, centres), *_wrong_coordinates(place)]
    return (*address, *_wrong_distance(place, centres, address), *_wrong_measures(place, today))


def _wrong_address(place: PlaceEntry, centres: Mapping[str, Centre]) -> Iterator[Refusal]:
    for name in ("name", "street"):
        text = getattr(place, name).strip()
        if not text:
            yield Refusal("field_missing", name)
        elif len(text) > LONGEST_NAME:
            yield Refusal("field_too_long", name)
    if place.municipality not in centres:
        yield Refusal("municipality_unknown", "municipality")


def _wrong_coordinates(place: PlaceEntry) -> Iterator[Refusal]:
    if (place.latitude is None) != (place.longitude is None):
        yield Refusal("coordinate_missing", "latitude" if place.latitude is None else "longitude")
    for name, (least, most) in (("latitude", LATITUDES), ("longitude", LONGITUDES)):
        degrees = getattr(place, name)
        if degrees is not None and not least <= degrees <= most:
            yield Refusal("coordinate_outside", name)


def _wrong_distance(
    place: PlaceEntry, centres: Mapping[str, Centre], wrong: Sequence[Refusal]
) -> Iterator[Refusal]:
    fields = {refusal.field for refusal in wrong} & {"municipality", "latitude", "longitude"}
    if fields or place.latitude is None or place.longitude is None:
        return
    centre = centres[place.municipality]
    here, middle = Place(place.latitude, place.longitude), Place(centre.latitude, centre.longitude)
    if distance_km(here, middle) > FARTHEST_KM:
        yield Refusal("coordinates_far", "latitude")


def _wrong_measures(place: PlaceEntry, today: date) -> Iterator[Refusal]:
    width, day = place.door_width_cm, place.measured_on
    if width is not None and not NARROWEST_CM <= width <= WIDEST_CM:
        yield Refusal("door_width_impossible", "door_width_cm")
    is_measured = bool(place.has) or width is not None
    if is_measured and day is None:
        yield Refusal("measured_day_missing", "measured_on")
    if not is_measured and day is not None:
        yield Refusal("nothing_measured", "measured_on")
    if day is not None and day > today:
        yield Refusal("measured_in_future", "measured_on")


def parse_degrees(text: str) -> float | None:
    """Return the degrees of `61,6886` or `61.6886`; None if it is not a positive decimal number."""
    typed = text.strip().removesuffix("°").strip()
    return float(typed.replace(",", ".")) if DEGREES.fullmatch(typed) else None
