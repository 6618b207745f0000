"""Sessions of people who have logged in: rows of the database. The cookie holds only a random token.

A session ends at log-out, when it has not been used for `IDLE`, and in any case `LASTS` after the log-in. One
that has ended cannot be used again, not even with a copy of its cookie.

What a person has begun, for example a grant, is stored with the session (`drafts`). A session that was not
ended by a log-out leaves it to the person's next session in the same role.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, delete, func, null, select, update
from sqlalchemy.orm import Session

from foundation.database.tables.people import Person, RoleGrant, WebSession
from foundation.vocabulary.roles import Actor
from foundation.web.extension_points import ServiceLogIn
from foundation.web.identity.actors import actor_of_grant, grants_on

LASTS = timedelta(hours=12)
IDLE = timedelta(hours=2)
FRESH = timedelta(minutes=10)
"""How long a second factor is enough for weighty acts, such as to approve a payment run."""

USE_NOTED_EVERY = timedelta(minutes=5)
"""How exactly the last use is known. A write for each request would buy nothing."""

KEPT = timedelta(days=30)
"""How long an ended session is kept, for questions about who was logged in."""

DRAFTS_KEPT = timedelta(days=3)
"""How long drafts wait after the last use of a session that expired: over a weekend."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that is in use, and the actor in whose role it is."""

    id: int
    person_id: int
    role_grant_id: int
    ends_at: datetime
    actor: Actor
    needs_second_factor: bool = False
    second_factor_at: datetime | None = None
    log_in: ServiceLogIn | None = None

    @property
    def is_pending(self) -> bool:
        """Return whether the session opens nothing yet, because the second factor is missing."""
        return self.needs_second_factor and self.second_factor_at is None

    def is_fresh(self, now: datetime) -> bool:
        """Return whether the second factor was given in the last minutes, if the session needs one."""
        at = self.second_factor_at
        return not self.needs_second_factor or (at is not None and now - at <= FRESH)

    def may_connect(self, now: datetime) -> bool:
        """Return whether the log-in, or its second factor, is so fresh that a way to log in may be added."""
        return self.is_fresh(now) if self.needs_second_factor else self.began_lately(now)

    def began_lately(self, now: datetime) -> bool:
        """Return whether the log-in was in the last minutes."""
        return now - (self.ends_at - LASTS) <= FRESH


def store_session(
    db: Session,
    person_id: int,
    role_grant_id: int,
    now: datetime,
    ends_at: datetime | None = None,
    *,
    needs_second_factor: bool = False,
    second_factor_at: datetime | None = None,
    log_in: ServiceLogIn | None = None,
) -> str:
    """Store a new session and return its token.

    Args:
        now: When it begins.
        ends_at: When it ends at the latest, if it continues another session; else `LASTS` from now.
        needs_second_factor: Whether it opens nothing before the second factor was given.
        second_factor_at: When it was given in the session that this one continues, or at another service.
        log_in: The log-in at another service.
    """
    _forget_old(db, person_id, now)
    token = secrets.token_urlsafe(32)
    db.add(
        WebSession(
            token_sha256=_digest(token),
            person_id=person_id,
            role_grant_id=role_grant_id,
            begun_at=now,
            used_at=now,
            ends_at=ends_at or now + LASTS,
            needs_second_factor=needs_second_factor,
            second_factor_at=second_factor_at,
            **_columns_of(log_in),
            drafts=_take_over_drafts(db, role_grant_id, now),
        )
    )
    db.flush()
    return token


def _forget_old(db: Session, person_id: int, now: datetime) -> None:
    db.execute(delete(WebSession).where(WebSession.person_id == person_id, WebSession.ends_at < now - KEPT))
    _forget_drafts(db, WebSession.used_at <= now - DRAFTS_KEPT)


def _is_open(now: datetime) -> ColumnElement[bool]:
    return _is_open_since(now, now - IDLE)


def _is_open_since(
    now: datetime | BindParameter[datetime], idle_since: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    return WebSession.ended_at.is_(None) & (WebSession.ends_at > now) & (WebSession.used_at > idle_since)


_OPEN_SESSION = (
    grants_on(bindparam("day", type_=Date))
    .join(WebSession, WebSession.role_grant_id == RoleGrant.id)
    .where(
        WebSession.token_sha256 == bindparam("token_sha256"),
        _is_open_since(bindparam("now"), bindparam("idle_since")),
    )
    .add_columns(WebSession.id.label("session_id"), WebSession.ends_at, WebSession.used_at)
    .add_columns(WebSession.needs_second_factor, WebSession.second_factor_at)
    .add_columns(WebSession.service, WebSession.service_session, WebSession.subject_sha256)
)


def find_open(db: Session, token: str, now: datetime, day: date) -> OpenSession | None:
    """Return the session of a token; None if it, or the person's role, has ended."""
    parameters = {"day": day, "token_sha256": _digest(token), "now": now, "idle_since": now - IDLE}
    found = db.execute(_OPEN_SESSION, parameters).one_or_none()
    if found is None:
        return None
    if found.used_at <= now - USE_NOTED_EVERY:
        _note_use(db, found.session_id, now)
    actor = actor_of_grant(db, found, day)
    return OpenSession(
        found.session_id,
        found.person_id,
        found.role_grant_id,
        found.ends_at,
        actor,
        found.needs_second_factor,
        found.second_factor_at,
        None
        if found.service is None
        else ServiceLogIn(found.service, found.service_session, found.subject_sha256),
    )


def _columns_of(log_in: ServiceLogIn | None) -> dict[str, str | None]:
    if log_in is None:
        return {}
    return {
        "service": log_in.service,
        "service_session": log_in.session,
        "subject_sha256": log_in.subject_sha256,
    }


def confirm(db: Session, session_id: int, given_at: datetime) -> str:
    """Record when the second factor was given, and return the new token of the session."""
    token = secrets.token_urlsafe(32)
    values = {"second_factor_at": given_at, "token_sha256": _digest(token)}
    db.execute(update(WebSession).where(WebSession.id == session_id).values(values))
    return token


def account_name(db: Session, person_id: int) -> str:
    """Return the address with which a person logs in, else the name."""
    return db.execute(
        select(func.coalesce(Person.email, Person.name)).where(Person.id == person_id)
    ).scalar_one()


def _note_use(db: Session, session_id: int, now: datetime) -> None:
    """Note the time of use; a request at the same time that notes it already is not waited for."""
    free = select(WebSession.id).where(WebSession.id == session_id).with_for_update(skip_locked=True)
    db.execute(update(WebSession).where(WebSession.id.in_(free)).values(used_at=now))


def _take_over_drafts(db: Session, role_grant_id: int, now: datetime) -> dict[str, Any] | None:
    """Return the newest drafts of the role's sessions that are not open, and forget them there.

    A session that is open on another device keeps its own.
    """
    is_left = (WebSession.role_grant_id == role_grant_id) & ~_is_open(now)
    query = select(WebSession.drafts).where(is_left, WebSession.drafts.is_not(None))
    newest = db.scalars(query.order_by(WebSession.used_at.desc(), WebSession.id.desc()).limit(1)).first()
    _forget_drafts(db, is_left)
    return newest


def _forget_drafts(db: Session, chosen: ColumnElement[bool]) -> None:
    db.execute(update(WebSession).where(chosen, WebSession.drafts.is_not(None)).values(drafts=null()))


def drafts_of(db: Session, session_id: int) -> dict[str, Any]:
    """Return what was begun in a session, by name."""
    return db.scalar(select(WebSession.drafts).where(WebSession.id == session_id)) or {}


def store_drafts(db: Session, session_id: int, drafts: dict[str, Any]) -> None:
    """Store what was begun in a session; the database refuses more than 16 KiB."""
    db.execute(update(WebSession).where(WebSession.id == session_id).values(drafts=drafts or null()))


def end(db: Session, session_id: int, now: datetime) -> None:
    """End one session. What was begun in it waits for the person's next session in the role."""
    db.execute(
        update(WebSession)
        .where(WebSession.id == session_id, WebSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def log_out(db: Session, token: str, now: datetime) -> None:
    """End the session of a token and forget what was begun in it, also if it has expired."""
    chosen = WebSession.token_sha256 == _digest(token)
    _forget_drafts(db, chosen)
    db.execute(update(WebSession).where(chosen, WebSession.ended_at.is_(None)).values(ended_at=now))


def end_all(db: Session, person_id: int, now: datetime) -> None:
    """End every session of a person, on every device, and forget what was begun."""
    _forget_drafts(db, WebSession.person_id == person_id)
    db.execute(
        update(WebSession)
        .where(WebSession.person_id == person_id, WebSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_those_of_service(
    db: Session, service: str, session: str | None, subject_sha256: str | None, now: datetime
) -> None:
    """End the sessions that began at a service, in its session if it names one, else of the subject."""
    chosen = (WebSession.service == service) & WebSession.ended_at.is_(None)
    if session is not None:
        chosen &= WebSession.service_session == session
    if subject_sha256 is not None:
        chosen &= WebSession.subject_sha256 == subject_sha256
    db.execute(update(WebSession).where(chosen).values(ended_at=now))


def count_open(db: Session, person_id: int, now: datetime) -> int:
    """Return how many sessions of a person are open."""
    query = select(func.count()).select_from(WebSession).where(WebSession.person_id == person_id)
    return db.execute(query.where(_is_open(now))).scalar_one()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
