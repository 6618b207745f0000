"""A provider's own places, with what was measured of their accessibility."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

from flask_smorest import Blueprint
from marshmallow import fields

from clearing.grants.load.municipalities import municipality_codes
from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.identifiers import place_key
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    Day,
    FieldError,
    Problem,
    Text,
    check_if_match,
    idempotent,
    not_there,
    read_body,
    takes_body,
    with_etag,
)
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.transaction import db
from marketplace.actions.keep_places import add_place, close_place, edit_place
from marketplace.load.own_places import OwnPlace, lock_place, lock_place_and_offerings, own_place, own_places
from marketplace.rules.own_places import ACCESS_ITEMS, LONGEST_NAME, PlaceEntry
from marketplace.rules.refusals import PLACE_CHANGED, PLACE_IN_USE, PLACE_UNKNOWN
from provider_portal.api.offerings import IF_MATCH

blueprint = Blueprint(
    "provider_places_api", __name__, url_prefix="/api/v1", description="The places of a provider"
)
TITLES = {
    "field_missing": N_("The field is empty"),
    "field_too_long": N_("The text is too long"),
    "municipality_unknown": N_("There is no municipality with this code or name."),
    "coordinate_missing": N_("Give both coordinates, or neither"),
    "coordinate_outside": N_("The coordinate is not in Finland"),
    "coordinates_far": N_("The coordinates are far from the municipality"),
    "door_width_impossible": N_("The width is in centimetres, from 40 to 300"),
    "measured_day_missing": N_("The day of the measuring is missing"),
    "nothing_measured": N_("There is a day, but nothing that was measured"),
    "measured_in_future": N_("The day of the measuring is in the future"),
    "place_name_taken": N_("Another place of yours has this name"),
}
IN_ACCESS = frozenset({"door_width_cm", "measured_on"})


class AccessSchema(ApiSchema):
    """What was measured; null or left out: not known. The width is in centimetres."""

    step_free = fields.Boolean(allow_none=True)
    accessible_toilet = fields.Boolean(allow_none=True)
    lift = fields.Boolean(allow_none=True)
    parking = fields.Boolean(allow_none=True)
    hearing_loop = fields.Boolean(allow_none=True)
    door_width_cm = fields.Integer(strict=True, allow_none=True)
    measured_on = Day(allow_none=True)


class PlaceSchema(ApiSchema):
    """Where a place is. Without coordinates (degrees, WGS 84): at the centre of its municipality."""

    name = Text(required=True, least=1, most=LONGEST_NAME)
    street = Text(required=True, least=1, most=LONGEST_NAME)
    municipality = Text(required=True, least=3, most=60, metadata={"example": "491"})
    latitude = fields.Float(allow_none=True, metadata={"example": 61.6886})
    longitude = fields.Float(allow_none=True, metadata={"example": 27.2723})


class PlaceInSchema(PlaceSchema):
    """A place as it is sent."""

    access = fields.Nested(AccessSchema)


class OfferedThereSchema(ApiSchema):
    """An offering that is given at the place."""

    id = fields.Integer()
    title = fields.String()
    published = fields.Boolean()


class PlaceOutSchema(PlaceSchema):
    """A place as it is stored, and what is offered there."""

    id = fields.Integer()
    version = fields.Integer()
    access = fields.Dict()
    offerings = fields.List(fields.Nested(OfferedThereSchema))


class PlacesSchema(ApiSchema):
    """The places of a provider."""

    items = fields.List(fields.Nested(PlaceOutSchema))


@blueprint.get("/my/places")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_READ)
@blueprint.response(200, PlacesSchema)
def list_places() -> Answer:
    """List my places by name."""
    return {"items": own_places(db(), current_provider_id())}


@blueprint.post("/my/places")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_WRITE)
@idempotent
@takes_body(PlaceInSchema)
@blueprint.response(201, PlaceOutSchema)
def post_place() -> Answer:
    """Add a place."""
    entry = _changed(PlaceEntry("", "", ""), read_body(PlaceInSchema))
    added = add_place(db(), current_provider_id(), entry, actor=current_actor(), now=now())
    if isinstance(added, Refusal):
        _refuse(added)
    return with_etag(added, added.version, 201)


@blueprint.get("/my/places/<int:place_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_READ)
@blueprint.response(200, PlaceOutSchema)
def get_place(place_id: int) -> Answer:
    """Read one of my places."""
    place = own_place(db(), current_provider_id(), place_id) or not_there()
    return with_etag(place, place.version)


@blueprint.patch("/my/places/<int:place_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_WRITE)
@IF_MATCH
@takes_body(PlaceInSchema)
@blueprint.response(200, PlaceOutSchema)
def patch_place(place_id: int) -> Answer:
    """Change a place; fields that are left out stay. `access` is replaced as a whole."""
    place = lock_place(db(), current_provider_id(), place_id) or not_there()
    check_if_match(place.version)
    entry = _changed(_entry(place), read_body(PlaceInSchema, partial=True))
    key = {"seen": place.version, "actor": current_actor(), "now": now()}
    edited = edit_place(db(), current_provider_id(), place_id, entry, **key)  # type: ignore[arg-type]
    if isinstance(edited, Refusal):
        _refuse(edited)
    return with_etag(edited, edited.version)


@blueprint.delete("/my/places/<int:place_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_WRITE)
@IF_MATCH
@blueprint.response(204)
def delete_place(place_id: int) -> None:
    """Close a place. 409 `place_in_use` while clients find an offering there."""
    place = lock_place_and_offerings(db(), current_provider_id(), place_id) or not_there()
    check_if_match(place.version)
    key = {"seen": place.version, "actor": current_actor(), "now": now()}
    refusal = close_place(db(), current_provider_id(), place_id, **key)  # type: ignore[arg-type]
    if refusal is not None:
        _refuse(refusal)


def _entry(place: OwnPlace) -> PlaceEntry:
    return PlaceEntry(
        name=place.name,
        street=place.street,
        municipality=place.municipality,
        latitude=place.latitude,
        longitude=place.longitude,
        has={item: place.access[item] for item in ACCESS_ITEMS if item in place.access},
        door_width_cm=place.access.get("door_width_cm"),
        measured_on=parse_iso_day(str(place.access.get("measured_on", ""))),
    )


def _changed(entry: PlaceEntry, values: dict[str, Any]) -> PlaceEntry:
    """Return the entry with the values of a body; a name of a municipality as its code.

    A place that moves to another municipality without coordinates is at the centre of the new one.
    """
    if "municipality" in values:
        named = values["municipality"]
        values["municipality"] = municipality_codes(db(), day=today()).get(place_key(named), named)
        if values["municipality"] != entry.municipality:
            entry = replace(entry, latitude=None, longitude=None)
    access = values.pop("access", None)
    if access is not None:
        values["has"] = {item: access[item] for item in ACCESS_ITEMS if access.get(item) is not None}
        values |= {name: access.get(name) for name in IN_ACCESS}
    return replace(entry, **values)


def _refuse(refusal: Refusal) -> NoReturn:
    """Answer 422 with each field that is wrong, 409 for a place in use, 412 or 404."""
    if refusal == PLACE_UNKNOWN:
        not_there()
    if refusal == PLACE_CHANGED:
        raise Problem(412)
    if refusal == PLACE_IN_USE:
        raise Problem(409, refusal.code, N_("Clients find services here. Move or hide them first."))
    raise Problem(
        422,
        errors=[
            FieldError(_field_name(reason.field), reason.code, TITLES[reason.code])
            for reason in refusal.reasons
        ],
    )


def _field_name(name: str) -> str:
    return f"access.{name}" if name in IN_ACCESS else name
