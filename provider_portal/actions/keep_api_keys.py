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
from foundation.vocabulary.roles import Actor, Role
from provider_portal.load.api_keys import keys_of_provider, role_grant_of
from provider_portal.write.api_keys import revoke_key, store_key

_BYTES = 32
ROLE_ENDED = Refusal("role_ended")
KEY_UNKNOWN = Refusal("key_unknown")
"""There is no such key, or the actor may not revoke it."""


def make_api_key(session: Session, *, label: str, actor: Actor, now: datetime) -> str | Refusal:
    """Make a key that acts as the actor does now, and return it; only its hash is stored.

    Refused with `role_ended`.
    """
    grant_id = role_grant_of(session, actor, today=helsinki_day(now))
    if grant_id is None or actor.person_id is None:
        return ROLE_ENDED
    key = API_KEY_PREFIX + token_urlsafe(_BYTES)
    digest = sha256(key.encode()).hexdigest()
    key_id = store_key(
        session,
        person_id=actor.person_id,
        role_grant_id=grant_id,
        label=label,
        sha256=digest,
        hint=key[-4:],
        now=now,
    )
    record(session, actor=actor, now=now, act="api_key.make", subject=("api_key", key_id))
    return key


def revoke_api_key(
    session: Session, *, provider_id: int, key_id: int, actor: Actor, now: datetime
) -> Refusal | None:
    """Revoke a key: one's own, or as an owner any key of the company. Refused with `key_unknown`."""
    holders = {key.id: key.person_id for key in keys_of_provider(session, provider_id)}
    is_owner = actor.role is Role.PROVIDER_OWNER
    if key_id not in holders or not (is_owner or holders[key_id] == actor.person_id):
        return KEY_UNKNOWN
    revoke_key(session, key_id, now=now)
    record(session, actor=actor, now=now, act="api_key.revoke", subject=("api_key", key_id))
    return None
