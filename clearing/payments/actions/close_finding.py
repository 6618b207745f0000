"""A person has looked at a finding at Stripe: its payee may be paid again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.load.stripe_tasks import lock_finding
from clearing.payments.rules.rails import RailRefusal
from clearing.payments.rules.settling import SENDERS, why_not_by
from clearing.payments.write.stripe_events import close_event
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def close_finding(
    session: Session, county_id: int, finding_id: str, *, why: str, actor: Actor, now: datetime
) -> str | Refusal:
    """Close a finding with what was found out; return its id. It moves no money.

    Refused with `role_forbidden`, `why_missing`, `finding_not_open`.
    """
    if actor.person_id is None or why_not_by(actor, SENDERS, county_id):
        return Refusal(RailRefusal.ROLE_FORBIDDEN)
    if not why.strip():
        return Refusal(RailRefusal.WHY_MISSING, "why")
    if not lock_finding(session, county_id, finding_id):
        return Refusal(RailRefusal.FINDING_CLOSED)
    close_event(session, finding_id, by=actor.person_id, why=why.strip(), now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="stripe_finding.close",
        subject=("stripe_event", finding_id),
        county_id=county_id,
        why=why.strip(),
    )
    return finding_id
