"""A provider adds and removes photos of its services and places."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.documents.photo_file import read_photo
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.own_offerings import own_offering
from marketplace.load.own_places import lock_places, own_place
from marketplace.load.photos import PhotoEntry, count_photos, lock_photo, own_photos
from marketplace.rules.photos import (
    MOST_PHOTOS,
    NOT_OWN,
    PHOTO_UNKNOWN,
    TEXTS_CHANGED,
    TOO_MANY_PHOTOS,
    PhotoTexts,
    wrong_in_texts,
)
from marketplace.write.photos import delete_photo, insert_photo, update_texts


def add_photo(
    session: Session,
    provider_id: int,
    data: bytes,
    texts: PhotoTexts,
    *,
    offering_id: int | None = None,
    unit_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> PhotoEntry | Refusal:
    """Add a photo of one of the provider's offerings or places, of which one is given.

    Refused with `not_own`, `too_many_photos`, or `photo_wrong`, whose reasons are the fields that are wrong.
    """
    lock_places(session, provider_id)
    if not _is_own(session, provider_id, offering_id, unit_id):
        return NOT_OWN
    if count_photos(session, offering_id=offering_id, unit_id=unit_id) >= MOST_PHOTOS:
        return TOO_MANY_PHOTOS
    photo, wrong = read_photo(data), tuple(wrong_in_texts(texts))
    if isinstance(photo, Refusal):
        return Refusal("photo_wrong", reasons=(photo, *wrong))
    if wrong:
        return Refusal("photo_wrong", reasons=wrong)
    sides = {
        f"{name}_{side}": getattr(getattr(photo, name), side)
        for name in ("large", "small")
        for side in ("width", "height")
    }
    of = {"offering_id": offering_id, "unit_id": unit_id, "added_at": now}
    pixels = {"large": photo.large.data, "small": photo.small.data}
    photo_id = insert_photo(session, provider_id, {**of, **_words(texts), **pixels, **sides})
    _record(session, "photo.add", photo_id, actor, now)
    return next(each for each in own_photos(session, provider_id) if each.id == photo_id)


def change_texts(
    session: Session,
    provider_id: int,
    photo_id: int,
    texts: PhotoTexts,
    *,
    seen: str,
    actor: Actor,
    now: datetime,
) -> PhotoEntry | Refusal:
    """Change what a photo shows in words, of which the actor has seen the version `seen`.

    Refused with `photo_unknown`, `photo_changed`, or `photo_wrong`, whose reasons are the wrong fields.
    """
    lock_photo(session, photo_id)
    photo = next((each for each in own_photos(session, provider_id) if each.id == photo_id), None)
    if photo is None:
        return PHOTO_UNKNOWN
    if texts == photo.texts:  # it is also what is sent again after a lost answer
        return photo
    if photo.texts.version != seen:
        return TEXTS_CHANGED
    if wrong := tuple(wrong_in_texts(texts)):
        return Refusal("photo_wrong", reasons=wrong)
    update_texts(session, photo_id, _words(texts))
    _record(session, "photo.change_words", photo_id, actor, now)
    return next(each for each in own_photos(session, provider_id) if each.id == photo_id)


def remove_photo(
    session: Session, provider_id: int, photo_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Remove a photo. Refused with `photo_unknown`."""
    lock_photo(session, photo_id)
    if photo_id not in {each.id for each in own_photos(session, provider_id)}:
        return PHOTO_UNKNOWN
    delete_photo(session, photo_id)
    _record(session, "photo.remove", photo_id, actor, now)
    return None


def _is_own(session: Session, provider_id: int, offering_id: int | None, unit_id: int | None) -> bool:
    if (offering_id is None) == (unit_id is None):
        return False
    if offering_id is not None:
        return own_offering(session, provider_id, offering_id) is not None
    return own_place(session, provider_id, unit_id or 0) is not None


def _words(texts: PhotoTexts) -> dict[str, str]:
    return {"text_fi": texts.fi, "text_sv": texts.sv, "text_en": texts.en}


def _record(session: Session, act: str, photo_id: int, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, now=now, act=act, subject=("photo", photo_id))
