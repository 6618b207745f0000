"""A provider's own places, and the offerings that are given there or from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import Municipality
from foundation.database.tables.providers import Offering, Provider, ProviderUnit
from marketplace.load.names import Names


@dataclass(frozen=True, slots=True)
class OfferedThere:
    """An offering of a place."""

    id: int
    title: str
    published: bool


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place where, or from which, the provider works. `version` is the ETag; degrees are WGS 84.

    `access` is what was measured of its accessibility, with the day.
    """

    id: int
    name: str
    street: str
    municipality: str
    municipality_names: Names
    latitude: float
    longitude: float
    access: dict[str, Any]
    version: int
    offerings: Sequence[OfferedThere] = field(default=())

    @property
    def published(self) -> list[OfferedThere]:
        """Return the offerings that clients find."""
        return [offering for offering in self.offerings if offering.published]


def own_places(session: Session, provider_id: int, place_id: int | None = None) -> list[OwnPlace]:
    """Return the provider's places, or the one of an id, by name."""
    query = (
        select(ProviderUnit, Municipality.name_fi, Municipality.name_sv)
        .join(Municipality, Municipality.code == ProviderUnit.municipality_code)
        .where(ProviderUnit.provider_id == provider_id)
        .order_by(ProviderUnit.name, ProviderUnit.id)
        .execution_options(populate_existing=True)
    )
    if place_id is not None:
        query = query.where(ProviderUnit.id == place_id)
    rows = session.execute(query).all()
    offered = _offered(session, [unit.id for unit, _fi, _sv in rows])
    return [_place(unit, Names(fi, sv, fi), offered.get(unit.id, ())) for unit, fi, sv in rows]


def own_place(session: Session, provider_id: int, place_id: int) -> OwnPlace | None:
    """Return one of the provider's places; None if it does not exist or belongs to another provider."""
    return next(iter(own_places(session, provider_id, place_id)), None)


def lock_place(session: Session, provider_id: int, place_id: int) -> OwnPlace | None:
    """Lock the place, then the provider, whose names of places are compared; return it if it is its own."""
    query = select(ProviderUnit.id).where(_is_own(provider_id, place_id)).with_for_update(key_share=True)
    if session.scalar(query) is None:
        return None
    lock_places(session, provider_id)
    return own_place(session, provider_id, place_id)


def lock_places(session: Session, provider_id: int) -> None:
    """Let one at a time name the provider's places."""
    query = select(Provider.id).where(Provider.id == provider_id)
    session.scalar(query.with_for_update(key_share=True))


def lock_place_and_offerings(session: Session, provider_id: int, place_id: int) -> OwnPlace | None:
    """Lock the offerings of the place, and then the place, in the order in which an edit locks them."""
    offerings = select(Offering.id).where(Offering.unit_id == place_id, Offering.provider_id == provider_id)
    session.scalars(offerings.order_by(Offering.id).with_for_update()).all()
    query = select(ProviderUnit.id).where(_is_own(provider_id, place_id))
    if session.scalar(query.with_for_update()) is None:
        return None
    return own_place(session, provider_id, place_id)


def hold_place(session: Session, provider_id: int, place_id: int) -> bool:
    """Keep the place open until the transaction ends; return False if it is not the provider's."""
    query = select(ProviderUnit.id).where(_is_own(provider_id, place_id))
    return session.scalar(query.with_for_update(key_share=True, read=True)) is not None


def _is_own(provider_id: int, place_id: int) -> Any:
    return (ProviderUnit.id == place_id) & (ProviderUnit.provider_id == provider_id)


def _offered(session: Session, place_ids: Sequence[int]) -> dict[int, list[OfferedThere]]:
    query = select(Offering).where(Offering.unit_id.in_(place_ids)).order_by(Offering.title, Offering.id)
    found: dict[int, list[OfferedThere]] = {}
    for row in session.scalars(query.execution_options(populate_existing=True)):
        found.setdefault(row.unit_id or 0, []).append(OfferedThere(row.id, row.title, row.published))
    return found


def _place(unit: ProviderUnit, names: Names, offerings: Sequence[OfferedThere]) -> OwnPlace:
    return OwnPlace(
        id=unit.id,
        name=unit.name,
        street=unit.street,
        municipality=unit.municipality_code,
        municipality_names=names,
        latitude=unit.latitude,
        longitude=unit.longitude,
        access=unit.access,
        version=unit.version,
        offerings=offerings,
    )
