"""Who somebody is whom a service has verified: clients, invited staff, and who confirms or connects."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.open_id import ExternalIdentity
from foundation.database.tables.people import Person, RoleGrant, WebSession
from foundation.vocabulary.identity_codes import hash_identity_code
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.log_in_services import Audience
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.openid.faults import PAGES
from tests.builders import NOW, TODAY, a_client, a_county, a_person, a_provider
from tests.builders.api import application_on
from tests.builders.fake_issuer import SECONDS, FakeIssuer, a_service, own_key
from tests.builders.openid_browser import use_service, went_through
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage, strict_client
from tests.pages.test_role_invitations import link

CODE, OTHER_CODE = "131052-308T", "010594-9032"
CLAIM = "urn:oid:1.2.246.21"
OWN_KEY = own_key()
BROKER: dict[str, Any] = {"name": "broker", "audience": Audience.CLIENTS, "identity_claim": CLAIM}
MFA: dict[str, Any] = {"second_factor_amr": frozenset({"mfa"})}


@pytest.fixture
def whole(sessions: sessionmaker[Session], var_dir: Path) -> Flask:
    """The application on a county without people."""
    with sessions.begin() as session:
        a_county(session)
    return application_on(sessions, var_dir)


def a_known_client(app: Flask, session: Session, code: str = CODE) -> int:
    """Add a client whose identity code the county has recorded; return the id."""
    county = session.scalars(select(County)).one()
    client = a_client(session, county)
    hashed = hash_identity_code(code, app.extensions["omatori"].settings.keys(KeyPurpose.IDENTITY))
    assert hashed is not None
    client.identity_hash = hashed.earlier[0] if hashed.earlier else hashed.newest
    return client.id


def logged_in_there(app: Flask, issuer: FakeIssuer, status: int = 200, path: str = "/kirjaudu") -> StrictPage:
    """Log in as somebody new in a new browser; return the last page."""
    browser = strict_client(app)
    answer = went_through(browser, browser.page(path), issuer)
    return browser.checked(answer, answer.request.path, status)


def test_the_first_log_in_of_a_client_makes_the_account(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    use_service(whole, issuer, a_service(issuer.address, OWN_KEY, **BROKER))
    with sessions.begin() as session:
        client_id = a_known_client(whole, session)
    issuer.claims = {"sub": "changes every time", CLAIM: CODE}
    for _ in range(2):
        assert logged_in_there(whole, issuer).path == "/oma"
    with sessions() as session:
        person = session.scalars(select(Person)).one()
        grant = session.scalars(select(RoleGrant)).one()
        assert (grant.person_id, grant.role, grant.client_id) == (person.id, "client", client_id)
        acts = session.execute(select(AuditEvent.act, AuditEvent.detail)).all()
        stored = [str(row) for table in (Person, AuditEvent, WebSession) for row in rows_of(session, table)]
    assert [act for act, _detail in acts if act.startswith("client.")] == ["client.first_log_in"]
    assert not [row for row in stored if CODE in row or "changes every time" in row]


def rows_of(session: Session, table: Any) -> list[Any]:
    return list(session.execute(select(*table.__table__.columns)).all())


def test_an_account_that_the_client_has_is_the_one(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    use_service(whole, issuer, a_service(issuer.address, OWN_KEY, **BROKER))
    with sessions.begin() as session:
        client_id = a_known_client(whole, session)
        own = a_person(session, Role.CLIENT, client_id=client_id)
    issuer.claims = {CLAIM: CODE}
    assert logged_in_there(whole, issuer).path == "/oma"
    with sessions() as session:
        assert session.scalars(select(WebSession.person_id)).one() == own.person_id
        assert session.scalar(select(func.count()).select_from(RoleGrant)) == 1


def test_nobody_else_gets_in_by_a_code(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    use_service(whole, issuer, a_service(issuer.address, OWN_KEY, **BROKER))
    with sessions.begin() as session:
        a_known_client(whole, session)
    for claims, code in (({CLAIM: OTHER_CODE}, "unknown"), ({CLAIM: "131052-308U"}, "token"), ({}, "token")):
        issuer.claims = claims
        status, title, _advice = PAGES[code]
        page = logged_in_there(whole, issuer, status, "/kirjaudu?lang=en")
        assert page.texts("h1") == title
    with sessions.begin() as session:
        session.execute(update(Client).values(ended_on=TODAY))
    issuer.claims = {CLAIM: CODE}
    logged_in_there(whole, issuer, 403)
    with sessions() as session:
        assert session.scalars(select(Person)).all() == []


def test_an_invited_person_uses_the_account_of_the_directory(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    use_service(whole, issuer, a_service(issuer.address, OWN_KEY, county="12", **MFA))
    issuer.claims = {"name": "Väinö Uusi", "amr": ["mfa"]}
    browser, path = strict_client(whole), link(sessions)
    answer = went_through(browser, browser.page(path), issuer)
    page = browser.checked(answer, answer.request.path)
    assert page.path == path
    assert page.one("input[@id='name']").get("value") == "Väinö Uusi"
    browser.send(page, {"name": ""}, status=422)
    assert browser.send(page).path == "/tt"
    with sessions() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.email, person.password_hash) == ("Väinö Uusi", "vaino@example.fi", None)
        assert session.scalars(select(ExternalIdentity.subject)).one() == "subject-1"
        assert session.scalars(select(WebSession.second_factor_at)).one() == NOW
    assert logged_in_there(whole, issuer).path == "/tt"
    issuer.claims = {"sub": "subject-2"}
    logged_in_there(whole, issuer, 403)


def test_a_link_adds_no_log_in_to_an_account_that_has_one(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    use_service(whole, issuer, a_service(issuer.address, OWN_KEY))
    with sessions.begin() as session:
        person = Person(name="Väinö", email="vaino@example.fi", password_hash="x")
        session.add(person)
    browser, path = strict_client(whole), link(sessions)
    assert browser.page(path).root.xpath("//main//form") == []
    issuer.claims = {"sub": "attacker"}
    answer = went_through(browser, browser.page(f"/kirjaudu?next={path}"), issuer)
    page = browser.checked(answer, answer.request.path)
    assert page.root.xpath("//main//form") == []
    token = browser.page("/kirjaudu").root.xpath("//main//input[@name='csrf_token']/@value")[0]
    posted = browser.web.post(f"{path}/palvelu", data={"csrf_token": token, "name": "x"})
    assert posted.status_code == 422
    with sessions() as session:
        assert session.scalars(select(ExternalIdentity)).all() == []


def test_another_countys_directory_is_not_offered(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    use_service(whole, issuer, a_service(issuer.address, OWN_KEY, county="11"))
    browser, path = strict_client(whole), link(sessions)
    assert len(browser.page(path).root.xpath("//main//form")) == 1
    went_through(browser, browser.page(f"/kirjaudu?next={path}"), issuer)
    assert "Työtunnus" not in browser.page(path).texts("main")


def a_worker_of_the_directory(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> tuple[StrictClient, Actor]:
    """Return the browser of an administrator who logged in at the directory an hour ago."""
    use_service(whole, issuer, a_service(issuer.address, OWN_KEY, **MFA))
    with sessions.begin() as session:
        county_id = session.scalars(select(County.id)).one()
        admin = a_person(session, Role.ADMIN, county_id=county_id)
        known = ExternalIdentity(person_id=admin.person_id, issuer=issuer.address, subject="subject-1")
        known.linked_at = NOW
        session.add(known)
    issuer.claims = {"amr": ["mfa"], "auth_time": SECONDS - 3600}
    browser = strict_client(whole)
    went_through(browser, browser.page("/kirjaudu"), issuer)
    with sessions.begin() as session:
        session.execute(update(WebSession).values(needs_second_factor=True))
    return browser, admin


def test_a_fresh_log_in_at_the_directory_confirms(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    browser, _admin = a_worker_of_the_directory(whole, sessions, issuer)
    browser.page("/hallinta/ihmiset")
    assert browser.web.get("/hallinta/ihmiset/kutsu").status_code == 302
    asked = browser.page("/kirjaudu/vahvistus?next=/hallinta/ihmiset/kutsu", lang="en")
    leaving = browser.send(asked, form=0)
    assert "prompt=login" in leaving.answer.text
    assert "max_age=0" in leaving.answer.text
    wrong = (
        ({"auth_time": SECONDS - 61, "amr": ["mfa"]}, "too_old"),
        ({"auth_time": None, "amr": ["mfa"]}, "too_old"),
        ({"amr": ["pwd"]}, "level"),
        ({"sub": "subject-2", "amr": ["mfa"]}, "other_person"),
    )
    for claims, code in wrong:
        issuer.claims = claims
        answer = went_through(browser, asked, issuer)
        assert browser.checked(answer, "/", PAGES[code][0]).texts("h1") == PAGES[code][1]
        assert browser.web.get("/hallinta/ihmiset/kutsu").status_code == 302
    issuer.claims = {"amr": ["mfa"]}
    answer = went_through(browser, browser.page("/kirjaudu/vahvistus?next=/hallinta/ihmiset/kutsu"), issuer)
    assert answer.request.path == "/hallinta/ihmiset/kutsu"
    with sessions() as session:
        newest = session.scalars(select(WebSession).order_by(WebSession.id.desc())).first()
    assert newest is not None
    assert newest.second_factor_at == NOW


def test_an_answer_that_began_before_the_log_out_confirms_nothing(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    browser, _admin = a_worker_of_the_directory(whole, sessions, issuer)
    asked = browser.page("/kirjaudu/vahvistus")
    with sessions.begin() as session:
        session.execute(
            update(WebSession).values(used_at=NOW - timedelta(hours=3), begun_at=NOW - timedelta(hours=3))
        )
    token = asked.root.xpath("//main//input[@name='csrf_token']/@value")[0]
    sent = {"csrf_token": token, "purpose": "confirm"}
    assert browser.web.post("/kirjaudu/palvelu/directory", data=sent).status_code in (302, 400, 401)


def test_somebody_connects_the_account_of_the_directory(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    use_service(whole, issuer, a_service(issuer.address, OWN_KEY))
    with sessions.begin() as session:
        county_id = session.scalars(select(County.id)).one()
        people = [a_person(session, Role.WORKER, county_id=county_id) for _ in range(2)]
    with sessions.begin() as session:
        browsers = [logged_in(whole.test_client(), session, person) for person in people]
    for browser, status in zip(browsers, (200, PAGES["taken"][0]), strict=True):
        token = browser.page("/rooli").root.xpath("//main//input[@name='csrf_token']/@value")[0]
        sent = {"csrf_token": token, "purpose": "connect", "next": "/rooli"}
        leaving = browser.checked(browser.web.post("/kirjaudu/palvelu/directory", data=sent), "/")
        address = str(leaving.one("main//a[@role='button']").get("href"))
        answer = browser.web.get(
            "/kirjaudu/palvelu/directory/paluu", query_string=issuer.answer_to(address), follow_redirects=True
        )
        assert answer.status_code == status
    with sessions() as session:
        assert session.scalars(select(ExternalIdentity.person_id)).one() == people[0].person_id


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_owner_connects_the_broker_by_a_button(
    whole: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer, language: str
) -> None:
    use_service(whole, issuer, a_service(issuer.address, OWN_KEY, **BROKER))
    with sessions.begin() as session:
        provider = a_provider(session, session.scalars(select(County)).one())
        owner = a_person(session, Role.PROVIDER_OWNER, provider_id=provider.id)
    with sessions.begin() as session:
        browser = logged_in(whole.test_client(), session, owner)
    issuer.claims = {CLAIM: CODE}
    page = browser.page("/rooli", lang=language)
    forms = page.root.xpath("//main//form")
    (index,) = [number for number, form in enumerate(forms) if form.xpath(".//input[@name='purpose']")]
    answer = went_through(browser, page, issuer, index)
    after = browser.checked(answer, answer.request.path)
    assert after.path == "/rooli"
    assert not after.root.xpath("//main//input[@name='purpose']")
    assert logged_in_there(whole, issuer).path == "/t"
