"""Protect a client's address, or end the protection."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.rules.protection import change_of_protection
from clearing.grants.write.protection import lock_client, store_protection
from clearing.ledger.write.audit import record
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def protect_address(
    session: Session, client_id: int, *, protect: bool, why: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Change the protection under the client's lock. The caller has checked that the actor may.

    Decisions change it too, if they say whether the address is protected (`store_clients`).
    """
    client = lock_client(session, client_id)
    act = change_of_protection(is_protected=client.protected_address, protect=protect, why=why)
    if isinstance(act, Refusal):
        return act
    store_protection(session, client_id, protect=protect)
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("client", client.number),
        county_id=client.county_id,
        client_id=client_id,
        why=why.strip(),
    )
    return None
