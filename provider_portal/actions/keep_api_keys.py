"""A provider creates or revokes a key for its programs."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.identifiers import API_KEY_PREFIX
from foundation.vocabulary.roles import Actor, Role
from provider_portal.load.api_keys import keys_of_provider, role_grant_of
from provider_portal.write.api_keys import revoke_key, store_key

_BYTES = 32


def make_api_key(session: Session, *, label: str, actor: Actor, now: datetime) -> str | None:
    """Create a key with the actor's present role; return it, this once only. None if the role has ended."""
    grant_id = role_grant_of(session, actor, today=helsinki_day(now))
    if grant_id is None or actor.person_id is None:
        return None
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


def revoke_api_key(session: Session, *, provider_id: int, key_id: int, actor: Actor, now: datetime) -> bool:
    """Revoke a key of the actor, or for an owner any key of the company; return False if not allowed."""
    mine = {key.id: key.person_id for key in keys_of_provider(session, provider_id)}
    is_owner = actor.role is Role.PROVIDER_OWNER
    if key_id not in mine or not (is_owner or mine[key_id] == actor.person_id):
        return False
    revoke_key(session, key_id, now=now)
    record(session, actor=actor, now=now, act="api_key.revoke", subject=("api_key", key_id))
    return True
