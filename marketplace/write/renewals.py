"""Rows of new papers of providers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from clearing.eligibility.facts.provider import Paper
from foundation.database.tables.paper_renewals import PaperRenewal
from foundation.database.tables.providers import Provider
from foundation.vocabulary.roles import Actor
from marketplace.rules.renewing import Renewal, RenewalState


def lock_papers(session: Session, provider_id: int) -> None:
    """Let one change of a provider's papers wait for the other."""
    session.execute(select(Provider.id).where(Provider.id == provider_id).with_for_update())


def store_renewal(
    session: Session,
    provider_id: int,
    paper: Paper,
    media_type: str,
    content: bytes,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Store a new paper, which waits; return its id."""
    values = {
        "provider_id": provider_id,
        "kind": paper.kind.value,
        "first_day": paper.first_day,
        "last_day": paper.last_day,
        "media_type": media_type,
        "size": len(content),
        "content": content,
        "sent_at": now,
        "sent_by": actor.person_id,
        "state": RenewalState.WAITING.value,
        "why": "",
    }
    return session.execute(insert(PaperRenewal).values(**values).returning(PaperRenewal.id)).scalar_one()


def withdraw_waiting(session: Session, provider_id: int, kind: str, now: datetime) -> bool:
    """Withdraw the provider's new paper of a kind that waits; return whether there was one."""
    changed = (
        update(PaperRenewal)
        .where(PaperRenewal.provider_id == provider_id, PaperRenewal.kind == kind)
        .where(PaperRenewal.state == RenewalState.WAITING.value)
        .values(state=RenewalState.WITHDRAWN.value, decided_at=now)
        .returning(PaperRenewal.id)
    )
    return session.scalars(changed).first() is not None


def store_verdict_on(
    session: Session,
    renewal: Renewal,
    state: RenewalState,
    why: str,
    county_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Store what a county decided on a new paper."""
    values = {
        "state": state.value,
        "why": why,
        "county_id": county_id,
        "decided_at": now,
        "decided_by": actor.person_id,
    }
    session.execute(update(PaperRenewal).where(PaperRenewal.id == renewal.id).values(**values))
