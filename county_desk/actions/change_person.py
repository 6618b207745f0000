"""Change the days and the limit of a role, end a role, and end a person of the county."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from county_desk.actions.invite_person import described
from county_desk.load.people import CountyPerson, people_of_county, person_of_county
from county_desk.rules.people import OWN_ROLE, PERSON_UNKNOWN, ROLE_REFUSED, faults_of_terms
from county_desk.write.people import (
    change_role,
    withdraw_invitations,
)
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.rules.accounts import normalised_email
from marketplace.write.accounts import delete_second_factor, end_roles, end_sessions


def change_terms(
    session: Session,
    county_id: int,
    role_grant_id: int,
    *,
    last_day: date | None,
    granting_limit_cents: Money | None,
    actor: Actor,
    now: datetime,
) -> Refusal | None:
    """Change the last day and the granting limit of a role in force.

    Refused with `person_unknown`, `own_role`, and `role_refused` with the wrong fields.
    """
    person = person_of_county(session, county_id, role_grant_id, helsinki_day(now), lock=True)
    if person is None:
        return PERSON_UNKNOWN
    if person.person_id == actor.person_id:
        return OWN_ROLE
    terms = replace(person.terms, last_day=last_day, granting_limit_cents=granting_limit_cents)
    faults = list(faults_of_terms(terms, helsinki_day(now)))
    if person.substitute_for is not None and last_day is None:
        faults.append(Refusal("last_day_needed", "last_day"))
    if faults:
        return Refusal(ROLE_REFUSED, reasons=tuple(faults))
    change_role(session, role_grant_id, terms)
    detail = {"person": person.person_id, "before": described(person.terms), "after": described(terms)}
    subject = ("role_grant", role_grant_id)
    record(
        session, actor=actor, now=now, act="role.change", subject=subject, county_id=county_id, detail=detail
    )
    return None


def end_role(
    session: Session, county_id: int, role_grant_id: int, *, actor: Actor, now: datetime, why: str = ""
) -> Refusal | None:
    """End a role at once, with the sessions in it and its keys. Refused with `person_unknown`, `own_role`."""
    person = person_of_county(session, county_id, role_grant_id, helsinki_day(now), lock=True)
    if person is None:
        return PERSON_UNKNOWN
    if person.person_id == actor.person_id:
        return OWN_ROLE
    _end(session, county_id, [person], actor, now, why)
    return None


def end_person(
    session: Session, county_id: int, email: str, *, actor: Actor, now: datetime, why: str = ""
) -> int | Refusal:
    """End every role of a person in the county, their sessions and keys, and open invitations, at once.

    Roles elsewhere stay: another county or a provider has given them. Return how many roles ended. Refused
    with `person_unknown` if there is neither a role nor an invitation, and with `own_role`.
    """
    email = normalised_email(email)
    found = _with_address(session, county_id, email, now)
    if any(person.person_id == actor.person_id for person in found):
        return OWN_ROLE
    withdrawn = withdraw_invitations(session, county_id, email, now)
    if not found and not withdrawn:
        return PERSON_UNKNOWN
    for invitation_id in withdrawn:
        subject = ("role_invitation", invitation_id)
        record(session, actor=actor, now=now, act="role.withdraw", subject=subject, county_id=county_id)
    _end(session, county_id, found, actor, now, why)
    for person_id in {person.person_id for person in found}:
        end_sessions(session, person_id, now)
    return len(found)


def reset_second_factor(
    session: Session, county_id: int, email: str, *, actor: Actor, now: datetime, why: str
) -> Refusal | None:
    """Delete the second factor of a person of the county who has lost it, and end all sessions.

    The next log-in takes a new app into use. Refused with `person_unknown`, also if there is no second
    factor, and with `own_role`.
    """
    found = _with_address(session, county_id, normalised_email(email), now)
    if not found:
        return PERSON_UNKNOWN
    person_id = found[0].person_id
    if person_id == actor.person_id:
        return OWN_ROLE
    if not delete_second_factor(session, person_id):
        return PERSON_UNKNOWN
    end_sessions(session, person_id, now)
    subject = ("person", person_id)
    record(
        session,
        actor=actor,
        now=now,
        act="second_factor.reset",
        subject=subject,
        county_id=county_id,
        why=why,
    )
    return None


def _with_address(session: Session, county_id: int, email: str, now: datetime) -> list[CountyPerson]:
    people = people_of_county(session, county_id, helsinki_day(now))
    return [person for person in people if (person.email or "").lower() == email]


def _end(
    session: Session, county_id: int, people: Sequence[CountyPerson], actor: Actor, now: datetime, why: str
) -> None:
    end_roles(session, [person.role_grant_id for person in people], helsinki_day(now), now)
    for person in people:
        record(
            session,
            actor=actor,
            now=now,
            act="role.end",
            subject=("role_grant", person.role_grant_id),
            county_id=county_id,
            why=why,
            detail={"person": person.person_id, **described(person.terms)},
        )
