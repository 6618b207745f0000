"""Photos of services and places: of a page, of their provider, and the bytes of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from foundation.database.tables.photos import Photo
from foundation.database.tables.providers import Approval, Offering, Provider, ProviderUnit
from marketplace.load.offering_facts import offering_facts
from marketplace.rules.photos import PhotoTexts


@dataclass(frozen=True, slots=True)
class PhotoEntry:
    """A photo without its bytes; `of` is the name of its service or place, sides are pixels."""

    id: int
    provider_id: int
    provider: str
    business_id: str
    offering_id: int | None
    unit_id: int | None
    of: str
    texts: PhotoTexts
    large: tuple[int, int]
    small: tuple[int, int]
    hidden_why: str

    @property
    def is_hidden(self) -> bool:
        """Return whether a county has hidden it."""
        return bool(self.hidden_why)


def photos_of_offering(session: Session, offering_id: int) -> list[PhotoEntry]:
    """Return what clients see of an offering: its own photos, then those of its place."""
    place = select(Offering.unit_id).where(Offering.id == offering_id).scalar_subquery()
    shown = _QUERY.where(or_(Photo.offering_id == offering_id, Photo.unit_id == place))
    return _entries(session, shown.where(Photo.hidden_at.is_(None)).order_by(Photo.offering_id, Photo.id))


def own_photos(session: Session, provider_id: int) -> list[PhotoEntry]:
    """Return a provider's photos by what they show, hidden ones too."""
    own = _QUERY.where(Photo.provider_id == provider_id)
    return _entries(session, own.order_by(Photo.offering_id, Photo.unit_id, Photo.id))


def photo_of_county(session: Session, photo_id: int, county_id: int) -> PhotoEntry | None:
    """Return a photo of a provider that the county has approved, or whose application it knows; else None."""
    known = select(Approval.provider_id).where(Approval.county_id == county_id)
    found = _QUERY.where(Photo.id == photo_id, Photo.provider_id.in_(known))
    return next(iter(_entries(session, found)), None)


def photos_of_business(session: Session, business_id: str) -> list[PhotoEntry]:
    """Return the photos of the provider with a business ID."""
    return _entries(session, _QUERY.where(Provider.business_id == business_id).order_by(Photo.id))


def bytes_of_photo(session: Session, photo_id: int, *, large: bool) -> bytes | None:
    """Return a photo's bytes in one size; None if it is gone or hidden."""
    column = Photo.large if large else Photo.small
    return session.scalar(select(column).where(Photo.id == photo_id, Photo.hidden_at.is_(None)))


def is_in_public(session: Session, photo_id: int, day: date) -> bool:
    """Return whether a photo is on the page of an offering that everybody may open on the day."""
    of = or_(Offering.id == Photo.offering_id, Offering.unit_id == Photo.unit_id)
    ids = session.scalars(select(Offering.id).join(Photo, of).where(Photo.id == photo_id)).all()
    return any(facts.is_public(day) for facts in offering_facts(session, ids).values())


def is_own(session: Session, photo_id: int, provider_id: int) -> bool:
    """Return whether a photo is the provider's."""
    own = select(Photo.id).where(Photo.id == photo_id, Photo.provider_id == provider_id)
    return session.scalar(own) is not None


def count_photos(session: Session, *, offering_id: int | None, unit_id: int | None) -> int:
    """Return how many photos a service or a place has."""
    of = Photo.offering_id == offering_id if offering_id is not None else Photo.unit_id == unit_id
    return session.scalar(select(func.count()).select_from(Photo).where(of)) or 0


def lock_photo(session: Session, photo_id: int) -> None:
    """Let one at a time hide or remove a photo."""
    session.scalar(select(Photo.id).where(Photo.id == photo_id).with_for_update())


_QUERY: Select[Photo, str, str, str | None, str | None] = (
    select(Photo, Provider.name, Provider.business_id, Offering.title, ProviderUnit.name.label("place"))
    .join(Provider, Provider.id == Photo.provider_id)
    .outerjoin(Offering, Offering.id == Photo.offering_id)
    .outerjoin(ProviderUnit, ProviderUnit.id == Photo.unit_id)
    .execution_options(populate_existing=True)
)


def _entries(session: Session, query: Select[Photo, str, str, str | None, str | None]) -> list[PhotoEntry]:
    rows: Sequence[tuple[Photo, str, str, str | None, str | None]] = session.execute(query).all()
    return [
        PhotoEntry(
            id=row.id,
            provider_id=row.provider_id,
            provider=provider,
            business_id=business_id,
            offering_id=row.offering_id,
            unit_id=row.unit_id,
            of=title or place or "",
            texts=PhotoTexts(row.text_fi, row.text_sv, row.text_en),
            large=(row.large_width, row.large_height),
            small=(row.small_width, row.small_height),
            hidden_why=row.hidden_why,
        )
        for row, provider, business_id, title, place in rows
    ]
