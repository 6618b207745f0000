"""Who has proved an identity code at a broker accepts an invitation without a password."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from foundation.database.tables.client_invitations import ClientInvitation
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.open_id import VerifiedSubject
from foundation.database.tables.people import Mandate, Person, RoleGrant, WebSession
from foundation.database.tables.providers import Provider
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.invite_client import invite_client
from marketplace.actions.invite_colleague import invite_colleague
from marketplace.actions.invite_to_act import Invitee, invite
from marketplace.load.colleagues import inviting_provider
from marketplace.rules.client_invitations import Way
from marketplace.rules.colleagues import ColleagueTerms
from marketplace.rules.mandate_terms import MandateTerms, Right
from tests.builders import NOW, a_client, a_county, a_provider
from tests.builders.fake_issuer import FakeIssuer, a_service
from tests.builders.openid_browser import use_service, went_through
from tests.pages.strict import StrictClient, StrictPage, strict_client
from tests.pages.test_openid_people import BROKER, CLAIM, CODE, OTHER_CODE, OWN_KEY, a_known_client
from wsgi import create_app

NEW = Person.email.is_distinct_from("confirmer@example.invalid")
"""Everybody but the one who has confirmed the provider's account."""
OPERATOR = Actor(None, None, "operator")


@pytest.fixture
def whole(sessions: sessionmaker[Session], var_dir: Path, issuer: FakeIssuer) -> Flask:
    """The application with a broker, on a county with a client and a provider and without people."""
    with sessions.begin() as session:
        county = a_county(session)
        a_provider(session, county)
        a_client(session, county)
    app = create_app(Settings("development", "s" * 32, var_dir, clock=NOW), sessions)
    use_service(app, issuer, a_service(issuer.address, OWN_KEY, **BROKER))
    issuer.claims = {"sub": "secret subject", "name": "Ville Verraton", CLAIM: CODE}
    return app


def provider_link(sessions: sessionmaker[Session], role: Role = Role.PROVIDER_BILLER) -> str:
    """Invite somebody to a role of the provider; return the path of the link."""
    with sessions.begin() as session:
        provider = inviting_provider(session, session.scalars(select(Provider.id)).one())
        assert provider is not None
        invited = invite_colleague(
            session,
            provider,
            "ville@example.fi",
            ColleagueTerms(role),
            actor=OPERATOR,
            now=NOW,
            address=None,
        )
        return f"/kutsu/yritys/{not_refused(invited).code}"


def helper_code(sessions: sessionmaker[Session]) -> str:
    """Invite somebody to help the client; return the code."""
    with sessions.begin() as session:
        client = session.scalars(select(Client)).one()
        terms = MandateTerms(frozenset({Right.SEE}), None, None)
        invited = invite(
            session,
            client_id=client.id,
            county_id=client.county_id,
            invitee=Invitee("Ville", None),
            terms=terms,
            actor=OPERATOR,
            now=NOW,
        )
        return not_refused(invited).code


def client_code(sessions: sessionmaker[Session]) -> str:
    """Invite the client; return the code of the letter."""
    with sessions.begin() as session:
        client_id = session.scalars(select(Client.id)).one()
        invited = invite_client(
            session,
            client_id,
            Way.LETTER,
            None,
            actor=OPERATOR,
            now=NOW,
            address="https://omatori.example.fi",
        )
        return not_refused(invited).code


def went(browser: StrictClient, page: StrictPage, issuer: FakeIssuer) -> StrictPage:
    """Log in at the broker by the first button of the page; return the page after it."""
    answer = went_through(browser, page, issuer)
    return browser.checked(answer, answer.request.path, answer.status_code)


def typed(browser: StrictClient, code: str, page: StrictPage | None = None) -> StrictPage:
    """Write the code on the page of codes."""
    return browser.send(page or browser.page("/kutsu", lang="en"), {"code": code})


def person(sessions: sessionmaker[Session]) -> Person:
    """Return the only person, who logs in without a password."""
    with sessions() as session:
        found = session.scalars(select(Person).where(NEW)).one()
        assert (found.password_hash, found.identity_hash is not None) == (None, True)
        return found


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_biller_accepts_by_the_broker(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer, language: str
) -> None:
    browser, path = strict_client(whole), provider_link(sessions)
    page = went(browser, browser.page(path, lang=language), issuer)
    assert page.path == path
    assert page.one("input[@id='name']").get("value") == "Ville Verraton"
    browser.send(page, {"name": ""}, status=422)
    assert browser.send(page).path == "/t"
    found = person(sessions)
    assert (found.name, found.email) == ("Ville Verraton", "ville@example.fi")
    again = strict_client(whole)
    assert went(again, again.page("/kirjaudu"), issuer).path == "/t"
    with sessions() as session:
        stored = [str(row) for row in session.execute(select(*VerifiedSubject.__table__.columns)).all()]
        assert session.scalars(select(WebSession.service)).all() == ["broker", "broker"]
    assert stored
    assert not [row for row in stored if CODE in row or "secret subject" in row]


def test_a_client_known_by_the_broker_becomes_a_biller_too(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    with sessions.begin() as session:
        a_known_client(whole, session)
    browser = strict_client(whole)
    assert went(browser, browser.page("/kirjaudu"), issuer).path == "/oma"
    page = browser.page(provider_link(sessions), lang="en")
    assert browser.send(page).path == "/t"
    with sessions() as session:
        assert session.scalars(select(Person.email).where(NEW)).all() == ["ville@example.fi"]
        assert set(session.scalars(select(RoleGrant.role))) == {Role.CLIENT, Role.PROVIDER_BILLER}


def test_an_address_with_a_password_is_not_taken_over(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    path = provider_link(sessions)
    browser = strict_client(whole)
    page = went(browser, browser.page(path), issuer)
    with sessions.begin() as session:
        session.add(Person(name="Ville", email="ville@example.fi", password_hash="x"))
    browser.send(page, status=422)
    with sessions() as session:
        assert session.scalars(select(Person.identity_hash).where(NEW)).all() == [None]
        assert session.scalars(select(RoleGrant)).all() == []


def test_a_helper_accepts_by_the_broker(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    browser, code = strict_client(whole), helper_code(sessions)
    back = went(browser, typed(browser, code), issuer)
    assert "You have proved who you are." in back.texts("main")
    page = typed(browser, code, back)
    assert browser.send(page, {"name": "Ville V"}).path == "/puolesta"
    with sessions() as session:
        assert session.scalars(select(Mandate.person_id)).one() == person(sessions).id


def test_a_client_accepts_by_the_broker(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    browser, code = strict_client(whole), client_code(sessions)
    back = went(browser, typed(browser, code), issuer)
    ready = browser.send(typed(browser, code, back))
    assert ready.path == "/kutsu/valmis"
    assert "Log in in the same way as now." in browser.page("/kutsu/valmis", lang="en").texts("main")
    again = strict_client(whole)
    assert went(again, again.page("/kirjaudu"), issuer).path == "/oma"
    with sessions() as session:
        assert session.scalars(select(ClientInvitation.accepted_at)).all() == [NOW]


def test_somebody_else_than_the_recorded_client_is_refused(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    browser, code = strict_client(whole), client_code(sessions)
    with sessions.begin() as session:
        session.execute(update(Client).values(identity_hash="of somebody else"))
    issuer.claims = {"name": "Ville", CLAIM: OTHER_CODE}
    back = went(browser, typed(browser, code), issuer)
    refused = browser.send(typed(browser, code, back), status=422)
    assert "The code is for another person." in refused.texts("main")
    with sessions() as session:
        assert session.scalars(select(RoleGrant)).all() == []


def test_without_an_invitation_nobody_is_verified(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    browser = strict_client(whole)
    went(browser, browser.page("/kirjaudu?next=/kutsuttu"), issuer)
    with sessions() as session:
        assert session.scalars(select(VerifiedSubject)).all() == []
        assert session.scalars(select(County)).all()
    for path in ("/kutsu/palvelu", "/kutsu/tili/palvelu"):
        token = browser.page("/kutsu").root.xpath("//main//input[@name='csrf_token']/@value")[0]
        sent = {"csrf_token": token, "code": client_code(sessions), "name": "Ville"}
        assert browser.web.post(path, data=sent).status_code in (303, 422)
    with sessions() as session:
        assert session.scalars(select(Person).where(NEW)).all() == []
