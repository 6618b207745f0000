"""Change the last day of a role at a provider, and end a person of the provider."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.invite_colleague import described
from marketplace.load.colleagues import Colleague, colleague
from marketplace.rules.accounts import normalised_email
from marketplace.rules.colleagues import (
    OWN_ROLE,
    PERSON_UNKNOWN,
    ROLE_REFUSED,
    ColleagueTerms,
    faults_of_last_day,
)
from marketplace.write.accounts import end_roles
from marketplace.write.colleagues import change_last_day, withdraw_provider_invitations


def change_colleague(
    session: Session,
    provider_id: int,
    role_grant_id: int,
    *,
    last_day: date | None,
    actor: Actor,
    now: datetime,
) -> Refusal | None:
    """Change the last day of a role in force.

    Refused with `person_unknown`, `own_role`, and `role_refused` with what is wrong with the day.
    """
    person = _other(session, provider_id, role_grant_id, actor, now)
    if isinstance(person, Refusal):
        return person
    if faults := tuple(faults_of_last_day(last_day, helsinki_day(now))):
        return Refusal(ROLE_REFUSED, reasons=faults)
    change_last_day(session, role_grant_id, person.first_day, last_day)
    after = described(ColleagueTerms(person.terms.role, last_day))
    detail = {"person": person.person_id, "before": described(person.terms), "after": after}
    _record(session, "role.change", person, detail, actor, now)
    return None


def end_colleague(
    session: Session, provider_id: int, role_grant_id: int, *, actor: Actor, now: datetime, why: str = ""
) -> Refusal | None:
    """End a role at once, with its sessions, its keys and open invitations of the person.

    Refused with `person_unknown`, `own_role`.
    """
    person = _other(session, provider_id, role_grant_id, actor, now)
    if isinstance(person, Refusal):
        return person
    if person.email is not None:
        withdraw_provider_invitations(session, provider_id, normalised_email(person.email), now)
    end_roles(session, [role_grant_id], helsinki_day(now), now)
    detail = {"person": person.person_id, **described(person.terms)}
    _record(session, "role.end", person, detail, actor, now, why)
    return None


def _other(
    session: Session, provider_id: int, role_grant_id: int, actor: Actor, now: datetime
) -> Colleague | Refusal:
    person = colleague(session, provider_id, role_grant_id, helsinki_day(now), lock=True)
    if person is None:
        return PERSON_UNKNOWN
    return OWN_ROLE if person.person_id == actor.person_id else person


def _record(
    session: Session,
    act: str,
    person: Colleague,
    detail: dict[str, object],
    actor: Actor,
    now: datetime,
    why: str = "",
) -> None:
    subject = ("role_grant", person.role_grant_id)
    record(session, actor=actor, now=now, act=act, subject=subject, why=why, detail=detail)
