"""Invite, accept, change and end people of a provider; what the database refuses by itself."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.people import ApiKey, Person, RoleGrant
from foundation.database.tables.provider_invitations import ProviderInvitation
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.key_holders import holder_of_key
from foundation.web.identity.sessions import find_open, store_session
from marketplace.actions.accept_colleague import accept_colleague, accept_colleague_with_password
from marketplace.actions.change_colleague import change_colleague, end_colleague
from marketplace.actions.invite_colleague import (
    InvitedColleague,
    invite_colleague,
    withdraw_colleague_invitation,
)
from marketplace.load.colleagues import InvitingProvider, colleagues_of, inviting_provider
from marketplace.rules.accounts import NewPassword
from marketplace.rules.colleagues import (
    ACCOUNT_KNOWN,
    INVITATION_UNKNOWN,
    OTHER_ACCOUNT,
    OWN_ROLE,
    PERSON_UNKNOWN,
    ColleagueTerms,
)
from tests.builders import NOW, TODAY, a_county, a_person, a_provider

BILLER = ColleagueTerms(Role.PROVIDER_BILLER)
PASSWORD = NewPassword("Liisa Laskuttaja", "hash")
ADDRESS = "https://omatori.example.fi"
LIISA = "liisa@example.fi"


@pytest.fixture
def provider(session: Session) -> InvitingProvider:
    """A provider in the register."""
    found = inviting_provider(session, a_provider(session, a_county(session)).id)
    return found or pytest.fail("no provider")


@pytest.fixture
def owner(session: Session, provider: InvitingProvider) -> Actor:
    """Its owner."""
    return a_person(session, Role.PROVIDER_OWNER, name="Olli Omistaja", provider_id=provider.id)


def invited(
    session: Session,
    provider: InvitingProvider,
    actor: Actor,
    email: str = LIISA,
    terms: ColleagueTerms = BILLER,
) -> InvitedColleague | Refusal:
    return invite_colleague(session, provider, email, terms, actor=actor, now=NOW, address=ADDRESS)


def codes(outcome: object) -> list[str]:
    assert isinstance(outcome, Refusal)
    return [reason.code for reason in outcome.reasons]


def grant_of(session: Session, person: Actor) -> RoleGrant:
    return session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.person_id)).one()


def test_an_invitation_becomes_a_role_once(
    session: Session, provider: InvitingProvider, owner: Actor
) -> None:
    code = not_refused(invited(session, provider, owner, " Liisa@Example.fi ")).code
    accepted = not_refused(accept_colleague_with_password(session, code=code, account=PASSWORD, now=NOW))
    names = [(one.name, one.terms.role) for one in colleagues_of(session, provider.id, TODAY)]
    assert names == [("Liisa Laskuttaja", Role.PROVIDER_BILLER), ("Olli Omistaja", Role.PROVIDER_OWNER)]
    assert session.get_one(RoleGrant, accepted.role_grant_id).given_by == owner.person_id
    again = accept_colleague_with_password(session, code=code, account=PASSWORD, now=NOW)
    assert again == INVITATION_UNKNOWN
    acts = session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts == ["role.invite", "role.accept"]
    assert codes(invited(session, provider, owner)) == ["role_held"]


def test_a_code_works_for_72_hours_and_until_it_is_withdrawn_or_replaced(
    session: Session, provider: InvitingProvider, owner: Actor
) -> None:
    code, late = not_refused(invited(session, provider, owner)).code, NOW + timedelta(hours=72)
    accepted = accept_colleague_with_password(session, code=code, account=PASSWORD, now=late)
    assert accepted == INVITATION_UNKNOWN
    newer = not_refused(invited(session, provider, owner))
    accepted = accept_colleague_with_password(session, code=code, account=PASSWORD, now=NOW)
    assert accepted == INVITATION_UNKNOWN
    other = a_provider(session, a_county(session, code="11"), business_id="2345678-9").id
    key = {"actor": owner, "now": NOW}
    assert not withdraw_colleague_invitation(session, other, newer.invitation_id, **key)  # type: ignore[arg-type]
    assert withdraw_colleague_invitation(session, provider.id, newer.invitation_id, **key)  # type: ignore[arg-type]
    accepted = accept_colleague_with_password(session, code=newer.code, account=PASSWORD, now=NOW)
    assert accepted == INVITATION_UNKNOWN


def test_wrong_invitations_give_every_reason(
    session: Session, provider: InvitingProvider, owner: Actor
) -> None:
    wrong = ColleagueTerms(Role.WORKER, TODAY - timedelta(days=1))
    found = codes(invited(session, provider, owner, "nobody", wrong))
    assert found == ["email_malformed", "role_not_of_provider", "last_day_past"]
    own = session.get_one(Person, owner.person_id).email or ""
    assert codes(invited(session, provider, owner, own.upper())) == ["own_role"]


def test_an_account_with_a_password_logs_in_first(
    session: Session, provider: InvitingProvider, owner: Actor
) -> None:
    known = a_person(session, Role.AUDITOR, county_id=a_county(session, code="11").id)
    person = session.get_one(Person, known.person_id)
    person.password_hash = "of before"
    session.flush()
    code = not_refused(invited(session, provider, owner, person.email or "")).code
    refused = accept_colleague_with_password(session, code=code, account=PASSWORD, now=NOW)
    assert refused == ACCOUNT_KNOWN
    assert accept_colleague(session, code=code, actor=owner, now=NOW) == OTHER_ACCOUNT
    assert not isinstance(accept_colleague(session, code=code, actor=known, now=NOW), Refusal)
    session.refresh(person)
    assert person.password_hash == "of before"


def test_a_leaver_loses_sessions_keys_and_open_invitations_at_once(
    session: Session, provider: InvitingProvider, owner: Actor
) -> None:
    leaver = a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id)
    grant = grant_of(session, leaver)
    digest = sha256(b"omk_a").hexdigest()
    own = {"person_id": leaver.person_id, "role_grant_id": grant.id}
    session.add(ApiKey(**own, label="x", key_sha256=digest, hint="…", created_at=NOW))
    assert leaver.person_id is not None
    token = store_session(session, leaver.person_id, grant.id, NOW)
    email = session.get_one(Person, leaver.person_id).email or ""
    as_owner = ColleagueTerms(Role.PROVIDER_OWNER)
    not_refused(invited(session, provider, owner, email, as_owner))
    assert end_colleague(session, provider.id, grant.id, actor=owner, now=NOW, why="left") is None
    assert find_open(session, token, NOW, TODAY) is None
    assert holder_of_key(session, "omk_a", TODAY, None) is None
    assert session.scalars(select(ProviderInvitation.withdrawn_at)).all() == [NOW]
    assert end_colleague(session, provider.id, grant.id, actor=owner, now=NOW) == PERSON_UNKNOWN


def test_an_owner_changes_and_ends_others_of_the_own_company_only(
    session: Session, provider: InvitingProvider, owner: Actor
) -> None:
    biller = a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id)
    own, other = grant_of(session, owner).id, grant_of(session, biller).id
    key = {"actor": owner, "now": NOW}
    assert change_colleague(session, provider.id, other, last_day=TODAY, **key) is None  # type: ignore[arg-type]
    (last,) = [
        one.terms.last_day for one in colleagues_of(session, provider.id, TODAY) if one.name != owner.name
    ]
    assert last == TODAY
    refused = change_colleague(session, provider.id, other, last_day=TODAY - timedelta(days=1), **key)  # type: ignore[arg-type]
    assert codes(refused) == ["last_day_past"]
    assert change_colleague(session, provider.id, own, last_day=TODAY, **key) == OWN_ROLE  # type: ignore[arg-type]
    assert end_colleague(session, provider.id, own, **key) == OWN_ROLE  # type: ignore[arg-type]
    stranger = a_provider(session, a_county(session, code="11"), business_id="2345678-9").id
    assert end_colleague(session, stranger, other, **key) == PERSON_UNKNOWN  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "refused_by"),
    [
        ("role = 'worker'", "ck_provider_invitation_role"),
        ("email = 'Liisa@example.fi'", "ck_provider_invitation_email"),
        ("code_sha256 = 'abc'", "ck_provider_invitation_digest"),
        ("expires_at = made_at + interval '73 hours'", "ck_provider_invitation_open"),
        ("accepted_at = now()", "ck_provider_invitation_accepted"),
    ],
)
def test_the_database_refuses_a_wrong_invitation(
    session: Session, provider: InvitingProvider, owner: Actor, change: str, refused_by: str
) -> None:
    not_refused(invited(session, provider, owner))
    with pytest.raises(IntegrityError, match=refused_by), session.begin_nested():
        session.execute(text(f"UPDATE provider_invitation SET {change}"))
