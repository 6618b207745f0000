"""Invite, accept, change and end people of a county; what the database refuses by itself."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.ledger.actions.send_message import Sending, send_next_message
from clearing.ledger.gateways.mail import Mail
from county_desk.actions.accept_role import accept_role, accept_role_with_password
from county_desk.actions.change_person import change_terms, end_person, end_role
from county_desk.actions.invite_person import InvitedPerson, invite_person, withdraw_role_invitation
from county_desk.load.people import InvitingCounty, inviting_county, people_of_county
from county_desk.rules.people import (
    ACCOUNT_KNOWN,
    INVITATION_UNKNOWN,
    OTHER_ACCOUNT,
    OWN_ROLE,
    PERSON_UNKNOWN,
    RoleTerms,
)
from foundation.database.columns import days
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import ApiKey, Person, RoleGrant, WebSession
from foundation.database.tables.role_invitations import RoleInvitation
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.key_holders import holder_of_key
from foundation.web.identity.sessions import find_open, store_session
from marketplace.rules.accounts import NewPassword
from tests.builders import NOW, TODAY, a_county, a_person

TERMS = RoleTerms(Role.WORKER, TODAY, granting_limit_cents=Money(500_000))
PASSWORD = NewPassword("Väinö Uusi", "hash")
ADDRESS = "https://omatori.example.fi"


@pytest.fixture
def county(session: Session) -> InvitingCounty:
    """A county with its calendar."""
    return inviting_county(session, a_county(session).id) or pytest.fail("no county")


@pytest.fixture
def admin(session: Session, county: InvitingCounty) -> Actor:
    """Its administrator."""
    return a_person(session, Role.ADMIN, name="Anna Hallinta", county_id=county.id)


def invited(
    session: Session, county: InvitingCounty, actor: Actor, email: str = "vaino@example.fi", **changes: object
) -> InvitedPerson | Refusal:
    terms = dataclasses.replace(TERMS, **changes)  # type: ignore[arg-type]
    return invite_person(session, county, email, terms, actor=actor, now=NOW, address=ADDRESS)


def code_for(session: Session, county: InvitingCounty, actor: Actor, **changes: object) -> str:
    return not_refused(invited(session, county, actor, **changes)).code  # type: ignore[arg-type]


def codes(outcome: object) -> list[str]:
    assert isinstance(outcome, Refusal)
    return [reason.code for reason in outcome.reasons]


def test_an_invitation_becomes_a_role_once(session: Session, county: InvitingCounty, admin: Actor) -> None:
    code = code_for(session, county, admin)
    accepted = not_refused(accept_role_with_password(session, code=code, account=PASSWORD, now=NOW))
    (person,) = [
        one for one in people_of_county(session, county.id, TODAY) if one.person_id == accepted.person_id
    ]
    assert (person.name, person.email, person.terms) == ("Väinö Uusi", "vaino@example.fi", TERMS)
    grant = session.get_one(RoleGrant, accepted.role_grant_id)
    assert grant.given_by == admin.person_id
    again = accept_role_with_password(session, code=code, account=PASSWORD, now=NOW)
    assert again == INVITATION_UNKNOWN
    acts = session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts == ["role.invite", "role.accept"]


def test_a_code_works_for_72_hours_and_until_it_is_withdrawn_or_replaced(
    session: Session, county: InvitingCounty, admin: Actor
) -> None:
    code = code_for(session, county, admin)
    late = NOW + timedelta(hours=72)
    assert accept_role_with_password(session, code=code, account=PASSWORD, now=late) == INVITATION_UNKNOWN
    newer = code_for(session, county, admin)
    assert accept_role_with_password(session, code=code, account=PASSWORD, now=NOW) == INVITATION_UNKNOWN
    open_id = session.scalars(select(RoleInvitation.id).where(RoleInvitation.withdrawn_at.is_(None))).one()
    other = a_county(session, code="11")
    assert not withdraw_role_invitation(session, other.id, open_id, actor=admin, now=NOW)
    assert withdraw_role_invitation(session, county.id, open_id, actor=admin, now=NOW)
    assert accept_role_with_password(session, code=newer, account=PASSWORD, now=NOW) == INVITATION_UNKNOWN


def test_the_mail_has_the_link_until_it_is_sent(
    session: Session, county: InvitingCounty, admin: Actor
) -> None:
    code, sent = code_for(session, county, admin), list[Mail]()
    assert send_next_message(session, post=lambda mail, _now: sent.append(mail), now=NOW) is Sending.SENT
    assert f"\n{ADDRESS}/kutsu/rooli/{code}\n" in sent[0].text
    session.expire_all()
    kept = session.scalars(select(OutboxMessage)).one()
    assert code not in str(kept.body)
    assert kept.body["to"] == "vaino@example.fi"


def test_nobody_gives_a_role_to_oneself(session: Session, county: InvitingCounty, admin: Actor) -> None:
    own = session.get_one(Person, admin.person_id).email or ""
    assert codes(invited(session, county, admin, own.upper())) == ["own_role"]
    code = code_for(session, county, admin)
    session.get_one(Person, admin.person_id).email = "vaino@example.fi"
    session.flush()
    assert accept_role(session, code=code, actor=admin, now=NOW) == OWN_ROLE
    with pytest.raises(IntegrityError, match="ck_role_grant_not_to_oneself"), session.begin_nested():
        session.execute(text("UPDATE role_grant SET given_by = person_id"))


def test_an_account_with_a_password_logs_in_first(
    session: Session, county: InvitingCounty, admin: Actor
) -> None:
    known = a_person(session, Role.AUDITOR, county_id=county.id)
    person = session.get_one(Person, known.person_id)
    person.password_hash = "of before"
    session.flush()
    code = not_refused(invited(session, county, admin, person.email or "")).code
    assert accept_role_with_password(session, code=code, account=PASSWORD, now=NOW) == ACCOUNT_KNOWN
    stranger = a_person(session, Role.AUDITOR, county_id=county.id)
    assert accept_role(session, code=code, actor=stranger, now=NOW) == OTHER_ACCOUNT
    assert not isinstance(accept_role(session, code=code, actor=known, now=NOW), Refusal)
    session.refresh(person)
    assert person.password_hash == "of before"
    assert codes(invited(session, county, admin, person.email or "")) == ["role_held"]


def test_a_substitute_acts_for_somebody_in_the_role_until_a_day(
    session: Session, county: InvitingCounty, admin: Actor
) -> None:
    away = a_person(session, Role.WORKER, name="Poissa Oleva", county_id=county.id)
    email = session.get_one(Person, away.person_id).email
    assert codes(invited(session, county, admin, substitute_for=email)) == ["last_day_needed"]
    elsewhere = a_person(session, Role.AUDITOR, county_id=county.id)
    wrong = {"substitute_for": session.get_one(Person, elsewhere.person_id).email, "last_day": TODAY}
    assert codes(invited(session, county, admin, **wrong)) == ["substitute_unknown"]  # type: ignore[arg-type]
    code = code_for(session, county, admin, substitute_for=email, last_day=TODAY)
    accepted = not_refused(accept_role_with_password(session, code=code, account=PASSWORD, now=NOW))
    (person,) = [
        one for one in people_of_county(session, county.id, TODAY) if one.person_id == accepted.person_id
    ]
    assert person.substitute_for == "Poissa Oleva"
    refused = change_terms(
        session,
        county.id,
        accepted.role_grant_id,
        last_day=None,
        granting_limit_cents=None,
        actor=admin,
        now=NOW,
    )
    assert codes(refused) == ["last_day_needed"]
    with pytest.raises(IntegrityError, match="ck_role_grant_substitute"), session.begin_nested():
        session.execute(text("UPDATE role_grant SET valid = daterange('2026-01-01', NULL)"))


def changed(session: Session, county_id: int, person: Actor, admin: Actor) -> Refusal | None:
    """Give the person's role its last day today and a limit."""
    grant_id = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == person.person_id)).one()
    return change_terms(
        session,
        county_id,
        grant_id,
        last_day=TODAY,
        granting_limit_cents=Money(100),
        actor=admin,
        now=NOW,
    )


def test_days_and_limit_change_for_others_only(
    session: Session, county: InvitingCounty, admin: Actor
) -> None:
    worker = a_person(session, Role.WORKER, county_id=county.id)
    assert changed(session, county.id, worker, admin) is None
    session.expire_all()
    grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == worker.person_id)).one()
    assert (grant.valid, grant.granting_limit_cents) == (days(date(2020, 1, 1), TODAY), 100)
    assert changed(session, county.id, admin, admin) == OWN_ROLE
    assert changed(session, a_county(session, code="11").id, worker, admin) == PERSON_UNKNOWN


def test_a_leaver_loses_ten_sessions_and_the_keys_at_once(
    session: Session, county: InvitingCounty, admin: Actor
) -> None:
    leaver = a_person(session, Role.WORKER, county_id=county.id)
    grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == leaver.person_id)).one()
    elsewhere = RoleGrant(person_id=leaver.person_id, role=Role.AUDITOR, county_id=None, valid=grant.valid)
    elsewhere.county_id = a_county(session, code="11").id
    session.add(elsewhere)
    session.flush()
    keys = {"omk_a": grant.id, "omk_b": elsewhere.id}
    for key, grant_id in keys.items():
        session.add(a_key(leaver, grant_id, key))
    assert leaver.person_id is not None
    tokens = [store_session(session, leaver.person_id, grant.id, NOW) for _ in range(10)]
    email = session.get_one(Person, leaver.person_id).email or ""
    assert end_person(session, county.id, email.upper(), actor=admin, now=NOW) == 1
    assert [find_open(session, token, NOW, TODAY) for token in tokens] == [None] * 10
    assert holder_of_key(session, "omk_a", TODAY, None) is None
    assert holder_of_key(session, "omk_b", TODAY, None) is not None
    session.expire_all()
    assert session.scalars(select(WebSession.ended_at)).all() == [NOW] * 10
    assert session.scalars(select(ApiKey.revoked_at).order_by(ApiKey.id)).all() == [NOW, None]
    assert end_person(session, county.id, email, actor=admin, now=NOW) == PERSON_UNKNOWN


def a_key(person: Actor, grant_id: int, key: str) -> ApiKey:
    from hashlib import sha256

    digest = sha256(key.encode()).hexdigest()
    return ApiKey(
        person_id=person.person_id,
        role_grant_id=grant_id,
        label="x",
        key_sha256=digest,
        hint="…",
        created_at=NOW,
    )


@pytest.mark.parametrize("first", [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=9)])
def test_a_role_ends_at_once_on_whichever_day_it_began(
    session: Session, county: InvitingCounty, admin: Actor, first: date
) -> None:
    code = code_for(session, county, admin, first_day=first)
    accepted = not_refused(accept_role_with_password(session, code=code, account=PASSWORD, now=NOW))
    assert end_role(session, county.id, accepted.role_grant_id, actor=admin, now=NOW, why="left") is None
    later = TODAY + timedelta(days=20)
    for day in (TODAY, later):
        assert accepted.person_id not in {one.person_id for one in people_of_county(session, county.id, day)}
    assert end_role(session, county.id, accepted.role_grant_id, actor=admin, now=NOW) == PERSON_UNKNOWN


def test_an_administrator_does_not_end_the_own_role(
    session: Session, county: InvitingCounty, admin: Actor
) -> None:
    grant_id = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == admin.person_id)).one()
    assert end_role(session, county.id, grant_id, actor=admin, now=NOW) == OWN_ROLE
    email = session.get_one(Person, admin.person_id).email or ""
    assert end_person(session, county.id, email, actor=admin, now=NOW) == OWN_ROLE


@pytest.mark.parametrize(
    ("change", "refused_by"),
    [
        ("role = 'client', granting_limit_cents = NULL", "ck_role_invitation_role"),
        ("email = 'Vaino@example.fi'", "ck_role_invitation_email"),
        ("last_day = first_day - 1", "ck_role_invitation_days"),
        ("role = 'auditor'", "ck_role_invitation_granting_limit"),
        ("code_sha256 = 'abc'", "ck_role_invitation_digest"),
        ("expires_at = made_at + interval '73 hours'", "ck_role_invitation_open"),
        ("accepted_at = now()", "ck_role_invitation_accepted"),
    ],
)
def test_the_database_refuses_a_wrong_invitation(
    session: Session, county: InvitingCounty, admin: Actor, change: str, refused_by: str
) -> None:
    code_for(session, county, admin)
    with pytest.raises(IntegrityError, match=refused_by), session.begin_nested():
        session.execute(text(f"UPDATE role_invitation SET {change}"))
