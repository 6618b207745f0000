"""Make an API key for a provider's programs, renew its secret, or revoke it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.identifiers import API_KEY_PREFIX
from foundation.vocabulary.key_scopes import KeyScope, scopes_beyond_role
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from provider_portal.load.api_keys import key_holders, keys_of_provider
from provider_portal.write.api_keys import end_previous_secret, replace_secret, revoke_key, store_key

_BYTES = 32
ROLE_ENDED = Refusal("role_ended")
KEY_UNKNOWN = Refusal("key_unknown")
"""The company has no such key."""
SCOPE_BEYOND_ROLE = "scope_beyond_role"


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """What a new key may do, which program uses it, and the last day on which it works."""

    label: str
    scopes: frozenset[KeyScope]
    last_day: date


@dataclass(frozen=True, slots=True)
class Secret:
    """A new secret of a key. Only its hash is stored."""

    key: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the key is found."""
        return sha256(self.key.encode()).hexdigest()

    @property
    def hint(self) -> str:
        """Return the last characters, by which people recognise it."""
        return self.key[-4:]


def make_api_key(
    session: Session, *, role_grant_id: int, terms: KeyTerms, actor: Actor, now: datetime
) -> str | Refusal:
    """Make a key that acts as a person of the company, and return it; only its hash is stored.

    Refused with `role_ended` if this person has no such role in the company today, and with
    `scope_beyond_role` if the role does not allow a scope.
    """
    holders = key_holders(session, actor.provider_id or 0, today=helsinki_day(now))
    holder = next((holder for holder in holders if holder.role_grant_id == role_grant_id), None)
    if holder is None:
        return ROLE_ENDED
    if scopes_beyond_role(terms.scopes, holder.role):
        return Refusal(SCOPE_BEYOND_ROLE, "scopes")
    secret, scopes = _new_secret(), sorted(terms.scopes)
    key_id = store_key(
        session,
        person_id=holder.person_id,
        role_grant_id=role_grant_id,
        label=terms.label,
        sha256=secret.sha256,
        hint=secret.hint,
        scopes=scopes,
        last_day=terms.last_day,
        now=now,
    )
    detail = {"person": holder.person_id, "role": holder.role, "scopes": scopes}
    detail["last_day"] = terms.last_day.isoformat()
    record(session, actor=actor, now=now, act="api_key.make", subject=("api_key", key_id), detail=detail)
    return secret.key


def rotate_api_key(
    session: Session,
    *,
    provider_id: int,
    key_id: int,
    overlap_days: int,
    last_day: date,
    actor: Actor,
    now: datetime,
) -> str | Refusal:
    """Give a key a new secret and a new last day, and return the secret.

    The secret of before works for `overlap_days` more days; with 0 it stops at once. One that was still
    working from an earlier rotation stops. Refused with `key_unknown`.
    """
    if not _is_own(session, provider_id, key_id):
        return KEY_UNKNOWN
    secret = _new_secret()
    until = helsinki_day(now) + timedelta(days=overlap_days) if overlap_days else None
    replace_secret(
        session, key_id, sha256=secret.sha256, hint=secret.hint, until=until, last_day=last_day, now=now
    )
    detail = {"previous_until": until and until.isoformat(), "last_day": last_day.isoformat()}
    record(session, actor=actor, now=now, act="api_key.rotate", subject=("api_key", key_id), detail=detail)
    return secret.key


def end_old_secret(
    session: Session, *, provider_id: int, key_id: int, actor: Actor, now: datetime
) -> Refusal | None:
    """Stop the secret of before the last rotation at once. Refused with `key_unknown`."""
    if not _is_own(session, provider_id, key_id):
        return KEY_UNKNOWN
    end_previous_secret(session, key_id)
    record(session, actor=actor, now=now, act="api_key.end_previous", subject=("api_key", key_id))
    return None


def revoke_api_key(
    session: Session, *, provider_id: int, key_id: int, actor: Actor, now: datetime
) -> Refusal | None:
    """Revoke a key of the company, with every secret that it has. Refused with `key_unknown`."""
    if not _is_own(session, provider_id, key_id):
        return KEY_UNKNOWN
    revoke_key(session, key_id, now=now)
    record(session, actor=actor, now=now, act="api_key.revoke", subject=("api_key", key_id))
    return None


def _is_own(session: Session, provider_id: int, key_id: int) -> bool:
    return key_id in {key.id for key in keys_of_provider(session, provider_id)}


def _new_secret() -> Secret:
    return Secret(API_KEY_PREFIX + token_urlsafe(_BYTES))
