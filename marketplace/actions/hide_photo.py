"""A county hides a photo of a provider, with a reason, or lets it be shown again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.photos import lock_photo, photo_of_county
from marketplace.rules.photos import PHOTO_UNKNOWN, WHY_MISSING
from marketplace.write.photos import mark_hidden


def hide_photo(session: Session, photo_id: int, why: str, *, actor: Actor, now: datetime) -> Refusal | None:
    """Hide a photo; its provider reads the reason. Refused with `photo_unknown`, `why_missing`."""
    if not why.strip():
        return WHY_MISSING
    return _mark(session, photo_id, why.strip(), "photo.hide", actor, now)


def show_photo(session: Session, photo_id: int, *, actor: Actor, now: datetime) -> Refusal | None:
    """Let clients see a photo again. Refused with `photo_unknown`."""
    return _mark(session, photo_id, "", "photo.show", actor, now)


def _mark(session: Session, photo_id: int, why: str, act: str, actor: Actor, now: datetime) -> Refusal | None:
    lock_photo(session, photo_id)
    if photo_of_county(session, photo_id, actor.county_id or 0) is None:
        return PHOTO_UNKNOWN
    mark_hidden(session, photo_id, why, by=actor.person_id, now=now)
    subject, detail = ("photo", photo_id), {"why": why}
    record(session, actor=actor, now=now, act=act, subject=subject, county_id=actor.county_id, detail=detail)
    return None
