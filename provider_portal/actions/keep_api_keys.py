"""Make an API key for a provider's programs, or revoke one."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.identifiers import API_KEY_PREFIX
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from provider_portal.load.api_keys import key_holders, keys_of_provider
from provider_portal.write.api_keys import revoke_key, store_key

_BYTES = 32
ROLE_ENDED = Refusal("role_ended")
KEY_UNKNOWN = Refusal("key_unknown")
"""The company has no such key."""


def make_api_key(
    session: Session, *, role_grant_id: int, label: str, actor: Actor, now: datetime
) -> str | Refusal:
    """Make a key that acts as a person of the company, and return it; only its hash is stored.

    Refused with `role_ended` if this person has no such role in the company today.
    """
    holders = key_holders(session, actor.provider_id or 0, today=helsinki_day(now))
    holder = next((holder for holder in holders if holder.role_grant_id == role_grant_id), None)
    if holder is None:
        return ROLE_ENDED
    key = API_KEY_PREFIX + token_urlsafe(_BYTES)
    digest = sha256(key.encode()).hexdigest()
    key_id = store_key(
        session,
        person_id=holder.person_id,
        role_grant_id=role_grant_id,
        label=label,
        sha256=digest,
        hint=key[-4:],
        now=now,
    )
    detail = {"person": holder.person_id, "role": holder.role}
    record(session, actor=actor, now=now, act="api_key.make", subject=("api_key", key_id), detail=detail)
    return key


def revoke_api_key(
    session: Session, *, provider_id: int, key_id: int, actor: Actor, now: datetime
) -> Refusal | None:
    """Revoke a key of the company. Refused with `key_unknown`."""
    if key_id not in {key.id for key in keys_of_provider(session, provider_id)}:
        return KEY_UNKNOWN
    revoke_key(session, key_id, now=now)
    record(session, actor=actor, now=now, act="api_key.revoke", subject=("api_key", key_id))
    return None
