"""The secret addresses under which calendar programs read visits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.calendar_feeds import CalendarFeed

_ACTS = text("SELECT choice_id, acts, last_at FROM visit_acts(:ids)")


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """A person's address: not the secret itself. `read_at` is when a program last read it."""

    id: int
    shows_names: bool
    made_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """The address that a calendar program reads, and the role of the person whose it is."""

    feed: OwnFeed
    role_grant_id: int


@dataclass(frozen=True, slots=True)
class Revisions:
    """How often the visits of a choice were changed, and when last."""

    count: int
    last_at: datetime


def own_feed(session: Session, role_grant_id: int, *, lock: bool = False) -> OwnFeed | None:
    """Return the address in use of a person in one role; None if there is none."""
    query = select(*_columns()).where(
        CalendarFeed.role_grant_id == role_grant_id, CalendarFeed.revoked_at.is_(None)
    )
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else OwnFeed(*row)


def feed_with_digest(session: Session, digest: str) -> ReadFeed | None:
    """Return the address with this SHA-256; None if it is unknown or revoked."""
    query = select(*_columns(), CalendarFeed.role_grant_id)
    row = session.execute(
        query.where(CalendarFeed.secret_sha256 == digest, CalendarFeed.revoked_at.is_(None))
    ).one_or_none()
    return None if row is None else ReadFeed(OwnFeed(*row[:-1]), row[-1])


def _columns() -> tuple[InstrumentedAttribute[Any], ...]:
    feed = CalendarFeed
    return feed.id, feed.shows_names, feed.made_at, feed.read_at


def revisions_of(session: Session, choice_ids: Collection[int]) -> dict[int, Revisions]:
    """Return the revisions of the choices whose visits were ever changed: a number that only grows."""
    rows = session.execute(_ACTS, {"ids": sorted(choice_ids)})
    return {choice_id: Revisions(acts, last_at) for choice_id, acts, last_at in rows}


def clients_looked_at(
    session: Session, person_id: int | None, client_ids: Collection[int], purpose: str, since: datetime
) -> set[int]:
    """Return those of the clients of whom a look of a person for a purpose is recorded since a moment."""
    look = AuditEvent
    query = select(look.client_id).where(
        look.client_id.in_(list(client_ids)),
        look.actor_id == person_id,
        look.why == purpose,
        look.at >= since,
    )
    return {client_id for client_id in session.scalars(query) if client_id is not None}
