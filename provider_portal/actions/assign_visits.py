"""Say whose visits a worker of the provider does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.load.colleagues import colleague
from marketplace.rules.colleagues import PERSON_UNKNOWN
from provider_portal.load.visit_workers import LiveChoice, assigned_choices, live_choices
from provider_portal.write.visit_workers import end_assignments, store_assignments

NOT_A_WORKER: Final = Refusal("not_a_worker")
"""Owners and billers see the visits of every client."""
CHOICE_UNKNOWN: Final = Refusal("choice_unknown", "choices")
"""The choice has ended, or is of another provider."""


def assign_visits(
    session: Session,
    provider_id: int,
    role_grant_id: int,
    choice_ids: Collection[int],
    *,
    actor: Actor,
    now: datetime,
) -> Refusal | None:
    """Let a worker do the visits of these choices and of no others.

    Refused with `person_unknown`, `not_a_worker`, `choice_unknown`.
    """
    day = helsinki_day(now)
    person = colleague(session, provider_id, role_grant_id, day, lock=True)
    if person is None:
        return PERSON_UNKNOWN
    if person.terms.role is not Role.PROVIDER_WORKER:
        return NOT_A_WORKER
    live = {choice.id: choice for choice in live_choices(session, provider_id, day)}
    if not set(choice_ids) <= live.keys():
        return CHOICE_UNKNOWN
    before = assigned_choices(session, role_grant_id)
    added, ended = set(choice_ids) - before, before - set(choice_ids)
    keys = [(each.id, each.funding_id, each.county_id) for key, each in live.items() if key in added]
    store_assignments(session, role_grant_id, keys, made_by=actor.person_id, now=now)
    end_assignments(session, role_grant_id, ended, ended_by=actor.person_id, now=now)
    for choice in (live[key] for key in sorted((added | ended) & live.keys())):
        _record(session, choice, role_grant_id, choice.id in added, actor, now)
    return None


def _record(
    session: Session, choice: LiveChoice, role_grant_id: int, is_added: bool, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act="visits.assign" if is_added else "visits.unassign",
        subject=("choice", choice.id),
        county_id=choice.county_id,
        client_id=choice.client_id,
        detail={"role_grant": role_grant_id},
    )
