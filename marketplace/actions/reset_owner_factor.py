"""Take off the second factor of an owner who has lost it: ask, mail the owners, confirm, or stop."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.eligibility.load.owners import emails_of_owners
from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.factor_resets import open_reset, open_resets, owners_with_factor
from marketplace.rules.factor_resets import (
    ALREADY_ASKED,
    ASKED_SUBJECT,
    ASKED_TEXT,
    DONE_SUBJECT,
    DONE_TEXT,
    OWNER_UNKNOWN,
    RESET_UNKNOWN,
    SAME_PERSON,
    OpenReset,
    why_not_confirmed,
)
from marketplace.write.accounts import delete_second_factor, end_sessions
from marketplace.write.factor_resets import note_confirmed, note_stopped, store_reset


def ask_for_reset(
    session: Session, provider_id: int, person_id: int, *, why: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Store a request of the county for an owner, and mail every owner that it waits for 72 hours.

    The caller has checked that the county knows the provider. Refused with `owner_unknown`, `already_asked`,
    `same_person`.
    """
    owners = dict(owners_with_factor(session, provider_id, helsinki_day(now)))
    if person_id not in owners or actor.person_id is None or actor.county_id is None:
        return OWNER_UNKNOWN
    if person_id == actor.person_id:
        return SAME_PERSON
    if person_id in {reset.person_id for reset in open_resets(session, provider_id)}:
        return ALREADY_ASKED
    key = (actor.county_id, provider_id, person_id)
    reset_id = store_reset(session, *key, why=why, asked_by=actor.person_id, now=now)
    _mail(session, f"factor_reset_asked:{reset_id}", provider_id, ASKED_SUBJECT, ASKED_TEXT, now)
    _record(session, "second_factor.ask_reset", (reset_id, person_id, actor.county_id), actor, now, why)
    return None


def confirm_reset(session: Session, reset_id: int, *, actor: Actor, now: datetime) -> Refusal | None:
    """Delete the owner's app, passkeys and recovery codes, and end the sessions; mail every owner.

    Refused with `reset_unknown`, `same_person`, `too_early`.
    """
    reset = open_reset(session, reset_id)
    if reset is None:
        return RESET_UNKNOWN
    if refusal := why_not_confirmed(reset, actor.person_id, now):
        return refusal
    note_confirmed(session, reset_id, actor.person_id or 0, now)
    delete_second_factor(session, reset.person_id)
    end_sessions(session, reset.person_id, now)
    _mail(session, f"factor_reset_done:{reset_id}", reset.provider_id, DONE_SUBJECT, DONE_TEXT, now)
    _record(session, "second_factor.reset", _key(reset), actor, now, reset.why)
    return None


def stop_reset(session: Session, reset_id: int, *, actor: Actor, now: datetime) -> Refusal | None:
    """Stop a request, as an owner of the provider or as the county. Refused with `reset_unknown`."""
    reset = open_reset(session, reset_id)
    if reset is None or actor.person_id is None:
        return RESET_UNKNOWN
    note_stopped(session, reset_id, actor.person_id, now)
    _record(session, "second_factor.stop_reset", _key(reset), actor, now, "")
    return None


def _key(reset: OpenReset) -> tuple[int, int, int]:
    return reset.id, reset.person_id, reset.county_id


def _mail(session: Session, key: str, provider_id: int, subject: str, body: str, now: datetime) -> None:
    for email in emails_of_owners(session, provider_id, helsinki_day(now)):
        leave_mail(session, f"{key}:{email}", to=email, subject=subject, text=body, now=now)


def _record(
    session: Session, act: str, key: tuple[int, int, int], actor: Actor, now: datetime, why: str
) -> None:
    reset_id, person_id, county_id = key
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("factor_reset", reset_id),
        county_id=county_id,
        why=why,
        detail={"person": person_id},
    )
