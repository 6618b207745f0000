"""The form of a place: where it is, and what was measured of its accessibility."""

from __future__ import annotations

from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.refusals import Refusal
from foundation.web.forms import (
    ChoiceField,
    DayField,
    Form,
    HiddenField,
    TextField,
    WholeNumberField,
    at_most,
    may_be_empty,
    needed,
)
from foundation.web.languages import N_, _
from foundation.web.pages import read_id
from marketplace.labels import ACCESS
from marketplace.load.own_places import OwnPlace
from marketplace.rules.own_places import ACCESS_ITEMS, LONGEST_NAME, PlaceEntry, parse_degrees
from marketplace.rules.registering import Centre

FAULTS = {
    "field_missing": N_("Fill in this field"),
    "field_too_long": N_("The text is too long"),
    "municipality_unknown": N_("Choose the municipality"),
    "coordinate_missing": N_("Give both coordinates, or leave both empty"),
    "coordinate_outside": N_("The place is not in Finland. Check the coordinates."),
    "coordinates_far": N_(
        "The place is far from the municipality. Check the coordinates and the municipality."
    ),
    "door_width_impossible": N_("Enter the width in centimetres, from 40 to 300"),
    "measured_day_missing": N_("Enter the day when this was measured"),
    "nothing_measured": N_("Choose what was measured, or leave the day empty"),
    "measured_in_future": N_("The day is in the future. Enter the day when it was measured."),
    "place_name_taken": N_("Another place of yours has this name. Choose another name."),
    "place_changed": N_(
        "Somebody has changed the place meanwhile. Compare, and save again if yours is right."
    ),
    "place_in_use": N_("Clients find services here. Move them to another place or hide them first."),
}
KNOWN = {"yes": N_("Yes"), "no": N_("No"), "unknown": N_("Not known")}
KNOWN_OF = {True: "yes", False: "no", None: "unknown"}


class PlaceForm(Form):
    """A place of the provider."""

    name = TextField(
        N_("Name of the place"),
        [needed(N_("Enter a name")), at_most(LONGEST_NAME, N_("At most %(length)s characters"))],
        hint=N_("For example: Office in the market square"),
    )
    street = TextField(
        N_("Street address"),
        [needed(N_("Enter the street address")), at_most(LONGEST_NAME, N_("At most %(length)s characters"))],
    )
    municipality = ChoiceField(N_("Municipality"), [needed(N_("Choose the municipality"))], dropdown=True)
    latitude = TextField(N_("Latitude"), hint=N_("For example 61,6886"))
    longitude = TextField(N_("Longitude"), hint=N_("For example 27,2723"))
    step_free = ChoiceField(ACCESS["step_free"])
    accessible_toilet = ChoiceField(ACCESS["accessible_toilet"])
    lift = ChoiceField(ACCESS["lift"])
    parking = ChoiceField(ACCESS["parking"])
    hearing_loop = ChoiceField(ACCESS["hearing_loop"])
    door_width_cm = WholeNumberField(
        N_("Width of the narrowest doorway, centimetres"),
        [may_be_empty()],
        hint=N_("Leave empty if not known"),
    )
    measured_on = DayField(N_("When was this measured?"), [may_be_empty()])
    version = HiddenField("")

    @property
    def seen(self) -> int:
        """Return the version that the form was filled from; 0 if there is none."""
        return read_id(self.version.data or "") or 0

    @property
    def items(self) -> list[ChoiceField]:
        """Return the fields of what a place has or has not."""
        return [self[item] for item in ACCESS_ITEMS]

    def read_degrees(self) -> bool:
        """Return whether both coordinates are numbers or empty; a fault is shown at its field."""
        wrong = [
            name for name in ("latitude", "longitude") if self[name].data and self._degrees(name) is None
        ]
        for name in wrong:
            self.refuse(name, _("Enter the degrees, for example 61,6886"))
        return not wrong

    def entry(self) -> PlaceEntry:
        """Return what was entered."""
        known = {item: {"yes": True, "no": False}.get(self[item].data or "") for item in ACCESS_ITEMS}
        return PlaceEntry(
            name=self.name.data or "",
            street=self.street.data or "",
            municipality=self.municipality.data or "",
            latitude=self._degrees("latitude"),
            longitude=self._degrees("longitude"),
            has={item: value for item, value in known.items() if value is not None},
            door_width_cm=self.door_width_cm.data,
            measured_on=self.measured_on.data,
        )

    def show(self, refusal: Refusal) -> None:
        """Show why the place was not stored, each reason at its field."""
        for reason in refusal.reasons or (refusal,):
            self.refuse(reason.field or None, _(FAULTS[reason.code]))

    def _degrees(self, name: str) -> float | None:
        return parse_degrees(self[name].data or "")


def place_form(
    place: OwnPlace | None, municipalities: list[tuple[str, str]], centre: Centre | None
) -> PlaceForm:
    """Return the form of a place, or of a new one.

    Coordinates that are those of the municipality's centre are left empty, so that they follow when the
    municipality is changed.
    """
    form = PlaceForm(data=_values(place, centre))
    form.municipality.choices = (
        municipalities if place else [("", _("Choose the municipality")), *municipalities]
    )
    for field in form.items:
        field.choices = [(value, _(text)) for value, text in KNOWN.items()]
    return form


def _values(place: OwnPlace | None, centre: Centre | None) -> dict[str, object]:
    if place is None:
        return dict.fromkeys(ACCESS_ITEMS, "unknown")
    is_centre = centre is not None and (place.latitude, place.longitude) == (
        centre.latitude,
        centre.longitude,
    )
    return {
        "name": place.name,
        "street": place.street,
        "municipality": place.municipality,
        "latitude": "" if is_centre else _typed(place.latitude),
        "longitude": "" if is_centre else _typed(place.longitude),
        **{item: KNOWN_OF[place.access.get(item)] for item in ACCESS_ITEMS},
        "door_width_cm": place.access.get("door_width_cm"),
        "measured_on": parse_iso_day(str(place.access.get("measured_on", ""))),
        "version": str(place.version),
    }


def _typed(degrees: float) -> str:
    return f"{degrees:.6f}".rstrip("0").rstrip(".").replace(".", ",")
