"""The page on which somebody accepts an invitation to a role, and new passwords."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from county_desk.actions.invite_person import invite_person
from county_desk.load.people import inviting_county
from county_desk.rules.people import RoleTerms
from foundation.database.tables.counties import County
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.role_invitations import RoleInvitation
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity import hash_password, password_fault
from foundation.web.identity.passwords import TOO_COMMON, TOO_LONG, TOO_SHORT
from tests.builders import NOW, TODAY, a_county, a_person
from tests.builders.api import application_on
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, strict_client

OPERATOR = Actor(None, Role.ADMIN, "operator")
TERMS = RoleTerms(Role.WORKER, TODAY)
ACCOUNT = {"name": "Väinö Uusi", "password": "neljä sanaa on hyvä"}


@pytest.fixture
def whole(sessions: sessionmaker[Session], var_dir: Path) -> Flask:
    """The whole application, on a county without people."""
    with sessions.begin() as session:
        a_county(session)
    return application_on(sessions, var_dir)


def link(
    sessions: sessionmaker[Session],
    email: str = "vaino@example.fi",
    terms: RoleTerms = TERMS,
) -> str:
    """Invite somebody; return the path of the link."""
    with sessions.begin() as session:
        county = inviting_county(session, session.scalars(select(County.id)).one())
        assert county is not None
        options = {"actor": OPERATOR, "now": NOW, "address": None}
        invited = not_refused(invite_person(session, county, email, terms, **options))  # type: ignore[arg-type]
    return f"/kutsu/rooli/{invited.code}"


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_a_new_person_chooses_a_password_and_is_logged_in(
    whole: Flask, sessions: sessionmaker[Session], language: str
) -> None:
    client, path = strict_client(whole), link(sessions)
    page = client.page(path, lang=language)
    assert "vaino@example.fi" in page.texts("main")
    for wrong in ({}, {"name": "Väinö"}, {**ACCOUNT, "password": "lyhyt"}, {**ACCOUNT, "name": "x" * 101}):
        client.send(page, wrong, status=422)
    common = client.send(page, {**ACCOUNT, "password": "Salasana2026"}, status=422)
    assert common.one("input[@id='name']").get("value") == "Väinö Uusi"
    assert client.send(page, ACCOUNT).path == "/tt"
    with sessions() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.email) == ("Väinö Uusi", "vaino@example.fi")
    assert client.web.get("/tt/asiakkaat").status_code == 200
    used = StrictClient(whole.test_client()).page(path, status=404, lang=language)
    assert used.root.xpath("//main//form") == []


def test_a_link_that_has_expired_or_never_was_looks_the_same(
    whole: Flask, sessions: sessionmaker[Session]
) -> None:
    client, path = strict_client(whole), link(sessions)
    with sessions.begin() as session:
        session.execute(update(RoleInvitation).values(made_at=NOW - timedelta(hours=72), expires_at=NOW))
    texts = {client.page(one, status=404).texts("main") for one in (path, "/kutsu/rooli/abc")}
    assert len(texts) == 1


def test_ten_wrong_codes_are_stopped_and_a_right_one_too(
    whole: Flask, sessions: sessionmaker[Session]
) -> None:
    web, path = whole.test_client(), link(sessions)
    statuses = [web.get(f"/kutsu/rooli/{number}").status_code for number in range(12)]
    assert statuses == [404] * 10 + [429] * 2
    answer = web.get(path)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1


def test_an_account_of_before_accepts_after_a_log_in(whole: Flask, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        county_id = session.scalars(select(County.id)).one()
        known = a_person(session, Role.AUDITOR, name="Tarja Tarkka", county_id=county_id)
        session.execute(
            update(Person).values(email="tarja@example.fi", password_hash=hash_password("x" * 12))
        )
        stranger = a_person(session, Role.AUDITOR, name="Muu Henkilö", county_id=county_id)
    path = link(sessions, "tarja@example.fi")
    visitor = strict_client(whole)
    page = visitor.page(path)
    assert page.root.xpath("//main//form") == []
    assert page.one("main//a[@role='button']").get("href") == f"/kirjaudu?next={path}"
    token = visitor.page("/kirjaudu").root.xpath("//input[@name='csrf_token']/@value")[0]
    forced = visitor.web.post(path, data={**ACCOUNT, "csrf_token": token})
    assert forced.status_code == 422
    with sessions.begin() as session:
        other = logged_in(whole.test_client(), session, stranger)
        own = logged_in(whole.test_client(), session, known)
    assert "Muu Henkilö" in other.page(path).texts("main")
    assert own.send(own.page(path)).path == "/tt"
    with sessions() as session:
        roles = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == known.person_id)).all()
    assert sorted(roles) == ["auditor", "worker"]


def test_a_role_that_begins_later_does_not_log_in(whole: Flask, sessions: sessionmaker[Session]) -> None:
    client = strict_client(whole)
    path = link(sessions, terms=RoleTerms(Role.WORKER, TODAY + timedelta(days=3)))
    assert client.send(client.page(path), ACCOUNT).path == "/kirjaudu"
    assert client.web.get("/tt").status_code == 302


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", TOO_SHORT),
        ("viisitoista", TOO_SHORT),
        ("x" * 201, TOO_LONG),
        ("password1234", TOO_COMMON),
        ("P4ssw0rd1234", TOO_COMMON),
        ("salasana salasana", TOO_COMMON),
        ("qwertyuiop12", TOO_COMMON),
        ("aaaaaaaaaaaa", TOO_COMMON),
        ("Kesäkuu2026!", TOO_COMMON),
        ("vaino@example.fi", TOO_COMMON),
        ("neljä sanaa on hyvä", None),
        ("k7Rq-2mZp-9xTd", None),
    ],
)
def test_new_passwords(password: str, fault: str | None) -> None:
    assert password_fault(password, ("Väinö Uusi", "vaino@example.fi")) == fault
