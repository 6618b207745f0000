"""Log-ins that have begun at a service: kept until the person comes back, and used once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from foundation.database.tables.open_id import OpenIdAttempt, VerifiedSubject
from foundation.web.extension_points import Identified, ServiceLogIn
from foundation.web.identity.openid.faults import LogInFault
from foundation.web.state import shell

Purpose = Literal["log_in", "confirm", "connect"]
LASTS = timedelta(minutes=15)
"""How long somebody may take at the service."""

KEPT = timedelta(hours=1)
"""How long an attempt is kept, so that a late return is told from a forged one."""

VERIFIED_LASTS = timedelta(minutes=15)
"""How long somebody who was verified may take to accept an invitation."""

RANDOM_BYTES = 32
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """A log-in at a service: what was sent there, and how to go on afterwards."""

    nonce: str
    verifier: str
    purpose: Purpose
    person_id: int | None
    next_path: str | None
    held: str | None
    begun_at: datetime

    def secrets(self) -> dict[str, str]:
        """Return what the exchange of the code needs."""
        return {"nonce": self.nonce, "verifier": self.verifier}


@dataclass(frozen=True, slots=True)
class Verified:
    """Somebody whom a service has verified, and who has no account.

    Of who was verified by an identity code, `subject` is a digest and `identity_hash` the hash of the code.
    """

    service: str
    issuer: str
    subject: str
    name: str
    service_session: str | None = None
    second_factor_at: datetime | None = None
    identity_hash: str | None = None

    def identified(self, person_id: int, role_grant_id: int) -> Identified:
        """Return the person whose account this is now, as one who has logged in at the service."""
        subject = self.subject if self.identity_hash else digest(self.subject)
        log_in = ServiceLogIn(self.service, self.service_session, subject)
        return Identified(person_id, role_grant_id, self.second_factor_at, log_in)


VERIFIED_FIELDS = tuple(field.name for field in fields(Verified))


def new_secrets() -> dict[str, str]:
    """Return the random values of a new log-in."""
    return {name: secrets.token_urlsafe(RANDOM_BYTES) for name in ("state", "nonce", "verifier")}


def store_attempt(
    db: Session,
    service: str,
    sent: dict[str, str],
    browser: str,
    now: datetime,
    *,
    purpose: Purpose,
    person_id: int | None,
    next_path: str | None,
    held: str | None,
) -> None:
    """Store a log-in that begins. Those that nobody came back from are forgotten."""
    db.execute(delete(OpenIdAttempt).where(OpenIdAttempt.begun_at < now - KEPT))
    values = {
        "service": service,
        "state_sha256": digest(sent["state"]),
        "browser_sha256": digest(browser),
        "nonce": sent["nonce"],
        "verifier": sent["verifier"],
        "purpose": purpose,
        "person_id": person_id,
        "next_path": next_path,
        "held": held,
        "begun_at": now,
    }
    db.execute(insert(OpenIdAttempt).values(values))


def take_attempt(service: str, state: str, browser: str, now: datetime) -> Attempt:
    """Return the log-in that this browser began, and use it up whatever follows.

    It has a transaction of its own: the code is exchanged without a connection to the database.

    Raises:
        LogInFault: `state`: no such log-in, or another browser's; `expired`.
    """
    chosen = (
        (OpenIdAttempt.service == service)
        & (OpenIdAttempt.state_sha256 == digest(state))
        & (OpenIdAttempt.browser_sha256 == digest(browser))
    )
    with shell().sessions.begin() as db:
        found = db.execute(
            delete(OpenIdAttempt)
            .where(chosen)
            .returning(
                OpenIdAttempt.nonce,
                OpenIdAttempt.verifier,
                OpenIdAttempt.purpose,
                OpenIdAttempt.person_id,
                OpenIdAttempt.next_path,
                OpenIdAttempt.held,
                OpenIdAttempt.begun_at,
            )
        ).one_or_none()
    if found is None:
        raise LogInFault("state")
    if found.begun_at < now - LASTS:
        raise LogInFault("expired")
    return Attempt(*found)  # type: ignore[arg-type]


def store_verified(db: Session, verified: Verified, now: datetime) -> str:
    """Store somebody who was verified; return the token for the browser."""
    db.execute(delete(VerifiedSubject).where(VerifiedSubject.verified_at < now - VERIFIED_LASTS))
    token = secrets.token_urlsafe(RANDOM_BYTES)
    values = {
        "token_sha256": digest(token),
        "service": verified.service,
        "issuer": verified.issuer,
        "subject": verified.subject,
        "name": verified.name[:LONGEST_NAME],
        "service_session": verified.service_session,
        "second_factor_at": verified.second_factor_at,
        "identity_hash": verified.identity_hash,
        "verified_at": now,
    }
    db.execute(insert(VerifiedSubject).values(values))
    return token


def find_verified(db: Session, token: str, now: datetime) -> Verified | None:
    """Return who was verified in the browser that has this token; None if that is too long ago."""
    is_open = VerifiedSubject.verified_at >= now - VERIFIED_LASTS
    query = select(VerifiedSubject).where(VerifiedSubject.token_sha256 == digest(token), is_open)
    found = db.scalars(query).one_or_none()
    return None if found is None else Verified(**{name: getattr(found, name) for name in VERIFIED_FIELDS})


def digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()
