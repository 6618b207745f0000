"""Make the secret address of a person's calendar, or revoke it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from provider_portal.load.calendar_feeds import own_feed
from provider_portal.write.calendar_feeds import end_feed, store_feed

_BYTES = 32
FEED_EXISTS: Final = Refusal("feed_exists")
"""The person has an address that works; it is revoked before another is made."""
FEED_UNKNOWN: Final = Refusal("feed_unknown")


def make_feed(
    session: Session, *, role_grant_id: int, shows_names: bool, actor: Actor, now: datetime
) -> str | Refusal:
    """Make the address of a person's calendar and return its secret; only the hash is stored.

    Refused with `feed_exists`.
    """
    secret = token_urlsafe(_BYTES)
    feed_id = store_feed(
        session,
        role_grant_id=role_grant_id,
        secret_sha256=digest_of(secret),
        shows_names=shows_names,
        now=now,
    )
    if feed_id is None:
        return FEED_EXISTS
    detail = {"names": shows_names}
    record(session, actor=actor, now=now, act="calendar.make", subject=("calendar", feed_id), detail=detail)
    return secret


def digest_of(secret: str) -> str:
    """Return what is stored of a secret."""
    return sha256(secret.encode()).hexdigest()


def revoke_feed(session: Session, *, role_grant_id: int, actor: Actor, now: datetime) -> Refusal | None:
    """Revoke a person's address, which stops working at once. Refused with `feed_unknown`."""
    feed = own_feed(session, role_grant_id, lock=True)
    if feed is None:
        return FEED_UNKNOWN
    end_feed(session, feed.id, now=now)
    record(session, actor=actor, now=now, act="calendar.revoke", subject=("calendar", feed.id))
    return None
