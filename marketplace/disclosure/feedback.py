"""Clients' feedback as its writers and the county's workers read it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from marketplace.actions.give_feedback import visits_to_judge
from marketplace.load.feedback import (
    FeedbackEntry,
    feedback_by_id,
    feedback_of_client,
    feedback_of_county,
)

KIND = "feedback"


def own_feedback(session: Session, client_id: int, *, actor: Actor, now: datetime) -> list[FeedbackEntry]:
    """Return what a client of the actor has said of providers, the newest first."""
    found = [
        each for each in feedback_of_client(session, client_id) if actor.reaches(client_id, each.funding_id)
    ]
    return disclose(session, found, Look(actor, now, Purpose.ACTS_FOR_CLIENT, KIND))


def all_own_feedback(session: Session, *, actor: Actor, now: datetime) -> list[FeedbackEntry]:
    """Return what the clients of the actor have said of providers, by client, the newest first."""
    return [
        entry
        for client_id in sorted(actor.client_ids)
        for entry in own_feedback(session, client_id, actor=actor, now=now)
    ]


def may_give_feedback(
    session: Session, client_id: int, provider_id: int, *, actor: Actor, now: datetime
) -> bool:
    """Return whether the client has used the provider, and the actor may say so for the client."""
    return bool(visits_to_judge(session, client_id, provider_id, actor, now))


def feedback_to_decide(
    session: Session, *, first: int, count: int, actor: Actor, now: datetime
) -> list[FeedbackEntry]:
    """Return a page of the feedback of the worker's county, what waits first."""
    found = feedback_of_county(session, actor.county_id or 0, first=first, count=count)
    return disclose(session, found, Look(actor, now, Purpose.CASE_LIST, KIND))


def one_to_decide(session: Session, feedback_id: int, *, actor: Actor, now: datetime) -> FeedbackEntry | None:
    """Return a feedback of the worker's county; None if there is none."""
    found = feedback_by_id(session, actor.county_id or 0, feedback_id)
    if found is None:
        return None
    (shown,) = disclose(session, [found], Look(actor, now, Purpose.CASE_LIST, KIND))
    return shown
