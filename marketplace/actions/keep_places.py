"""A provider adds, changes and closes its places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.own_places import (
    OwnPlace,
    lock_place,
    lock_place_and_offerings,
    lock_places,
    own_place,
    own_places,
)
from marketplace.load.register import municipality_centres
from marketplace.rules.own_places import PlaceEntry, wrong_in_place
from marketplace.rules.refusals import PLACE_CHANGED, PLACE_IN_USE, PLACE_UNKNOWN
from marketplace.write.own_places import delete_place, insert_place, update_place


def add_place(
    session: Session, provider_id: int, entry: PlaceEntry, *, actor: Actor, now: datetime
) -> OwnPlace | Refusal:
    """Add a place. Refused with `place_wrong`, whose reasons are the fields that are wrong."""
    lock_places(session, provider_id)
    values = _values(session, provider_id, None, entry, now)
    if isinstance(values, Refusal):
        return values
    place_id = insert_place(session, provider_id, values)
    _record(session, "place.add", place_id, {"name": values["name"]}, actor, now)
    return _stored(session, provider_id, place_id)


def edit_place(
    session: Session,
    provider_id: int,
    place_id: int,
    entry: PlaceEntry,
    *,
    seen: int,
    actor: Actor,
    now: datetime,
) -> OwnPlace | Refusal:
    """Change a place, of which the actor has seen the version `seen`.

    Refused with `place_unknown`, `place_changed`, or `place_wrong`, whose reasons are the wrong fields.
    """
    place = lock_place(session, provider_id, place_id)
    if place is None:
        return PLACE_UNKNOWN
    if place.version != seen:
        return PLACE_CHANGED
    values = _values(session, provider_id, place_id, entry, now)
    if isinstance(values, Refusal):
        return values
    changed = {name: value for name, value in values.items() if value != _column(place, name)}
    if changed:
        update_place(session, place_id, changed)
        _record(session, "place.edit", place_id, {"fields": sorted(changed)}, actor, now)
    return _stored(session, provider_id, place_id)


def close_place(
    session: Session, provider_id: int, place_id: int, *, seen: int, actor: Actor, now: datetime
) -> Refusal | None:
    """Close a place; offerings that are not published have no place then.

    Refused with `place_unknown`, `place_changed`, or `place_in_use` while an offering there is published.
    """
    place = lock_place_and_offerings(session, provider_id, place_id)
    if place is None:
        return PLACE_UNKNOWN
    if place.published:
        return PLACE_IN_USE
    if place.version != seen:
        return PLACE_CHANGED
    delete_place(session, place_id)
    detail = {"name": place.name, "offerings": [offering.id for offering in place.offerings]}
    _record(session, "place.close", place_id, detail, actor, now)
    return None


def _values(
    session: Session, provider_id: int, place_id: int | None, entry: PlaceEntry, now: datetime
) -> dict[str, Any] | Refusal:
    """Return the columns of a place; without coordinates it is at the centre of its municipality."""
    day = helsinki_day(now)
    centres = municipality_centres(session, day)
    wrong = list(wrong_in_place(entry, centres, day))
    name = entry.name.strip()
    others = {place.name for place in own_places(session, provider_id) if place.id != place_id}
    if name in others:
        wrong.append(Refusal("place_name_taken", "name"))
    if wrong:
        return Refusal("place_wrong", reasons=tuple(wrong))
    centre = centres[entry.municipality]
    return {
        "name": name,
        "street": entry.street.strip(),
        "municipality_code": entry.municipality,
        "latitude": centre.latitude if entry.latitude is None else entry.latitude,
        "longitude": centre.longitude if entry.longitude is None else entry.longitude,
        "access": entry.access,
    }


def _column(place: OwnPlace, name: str) -> object:
    return place.municipality if name == "municipality_code" else getattr(place, name)


def _record(
    session: Session, act: str, place_id: int, detail: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    record(session, actor=actor, now=now, act=act, subject=("place", place_id), detail=detail)


def _stored(session: Session, provider_id: int, place_id: int) -> OwnPlace:
    stored = own_place(session, provider_id, place_id)
    assert stored is not None
    return stored
