"""Say that nothing is to be charged for a refused charge, or take that back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from provider_portal.load.refusals import is_refusal_of
from provider_portal.write.refusals import delete_closed, store_closed

CHARGE_UNKNOWN: Final = Refusal("charge_unknown")
"""The provider has no such refused charge."""


def close_refusal(session: Session, charge_id: int, *, actor: Actor, now: datetime) -> Refusal | None:
    """Take a refused charge off the tasks. Refused with `charge_unknown`."""
    return _say(session, charge_id, is_closed=True, actor=actor, now=now)


def reopen_refusal(session: Session, charge_id: int, *, actor: Actor, now: datetime) -> Refusal | None:
    """Make a refused charge a task again. Refused with `charge_unknown`."""
    return _say(session, charge_id, is_closed=False, actor=actor, now=now)


def _say(session: Session, charge_id: int, *, is_closed: bool, actor: Actor, now: datetime) -> Refusal | None:
    provider_id = actor.provider_id or 0
    if not is_refusal_of(session, provider_id, charge_id):
        return CHARGE_UNKNOWN
    if is_closed:
        store_closed(session, charge_id, provider_id=provider_id, closed_by=actor.person_id, now=now)
    else:
        delete_closed(session, charge_id)
    act = "refusal.close" if is_closed else "refusal.reopen"
    record(session, actor=actor, now=now, act=act, subject=("charge", charge_id))
    return None
