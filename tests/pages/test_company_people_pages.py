"""/t/yritys/ihmiset and /kutsu/yritys: an owner invites, changes and ends people of the own company."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.provider_invitations import ProviderInvitation
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_county, a_person, a_provider
from tests.builders.api import application_on
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, strict_client

INVITED = {"email": "Liisa@example.fi", "role": "provider_biller", "last_day": "31.12.2026"}
ACCOUNT = {"name": "Liisa Laskuttaja", "password": "neljä sanaa on hyvä"}
LIST = "/t/yritys/ihmiset"


@dataclass
class Company:
    """The application, an owner and a biller of a provider, and another provider's owner."""

    app: Flask
    sessions: sessionmaker[Session]
    people: dict[str, Actor]

    def browser(self, name: str = "owner") -> StrictClient:
        with self.sessions.begin() as session:
            return logged_in(self.app.test_client(), session, self.people[name])

    def path(self, name: str) -> str:
        with self.sessions() as session:
            person_id = self.people[name].person_id
            grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == person_id)).one()
        return f"{LIST}/{grant}"

    def link(self) -> str:
        with self.sessions() as session:
            body = session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id.desc())).first()
        assert body is not None
        (line,) = [line for line in body["text"].splitlines() if "/kutsu/yritys/" in line]
        return str(line).removeprefix("http://localhost")


@pytest.fixture
def company(sessions: sessionmaker[Session], var_dir: Path) -> Company:
    """Two providers of a county."""
    with sessions.begin() as session:
        county = a_county(session)
        provider = a_provider(session, county)
        other = a_provider(session, county, business_id="2345678-9")
        people = {
            "owner": a_person(session, Role.PROVIDER_OWNER, name="Olli Omistaja", provider_id=provider.id),
            "biller": a_person(session, Role.PROVIDER_BILLER, name="Bea Biller", provider_id=provider.id),
            "far": a_person(session, Role.PROVIDER_OWNER, name="Kauko Muu", provider_id=other.id),
        }
    app = application_on(sessions, var_dir)
    return Company(app, sessions, people)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_somebody_is_invited_and_accepts(company: Company, language: str) -> None:
    owner = company.browser()
    invite = owner.page(f"{LIST}/kutsu", lang=language)
    owner.send(invite, {"email": "x", "role": "", "last_day": "1.1.2020"}, status=422)
    assert owner.send(invite, {**INVITED, "last_day": "1.1.2020"}, status=422).path == f"{LIST}/kutsu"
    assert owner.send(invite, INVITED).path == LIST
    shown = owner.page(LIST, lang=language)
    assert all(name in shown.texts("main") for name in ("Olli Omistaja", "Bea Biller", "liisa@example.fi"))
    assert "Kauko" not in shown.texts("main")
    assert "/kutsu/yritys/" not in shown.answer.text
    visitor, link = strict_client(company.app), company.link()
    page = visitor.page(link, lang=language)
    visitor.send(page, {**ACCOUNT, "password": "lyhyt"}, status=422)
    assert visitor.send(page, ACCOUNT).path == "/t"
    assert visitor.web.get(LIST).status_code == 403
    used = strict_client(company.app).page(link, status=404, lang=language)
    assert used.root.xpath("//main//form") == []


def test_an_account_of_before_accepts_after_a_log_in(company: Company) -> None:
    with company.sessions() as session:
        email = session.get_one(Person, company.people["far"].person_id).email or ""
    owner = company.browser()
    owner.send(owner.page(f"{LIST}/kutsu"), {**INVITED, "email": email})
    own = company.browser("far")
    assert own.send(own.page(company.link())).path == "/t"


def test_an_invitation_is_withdrawn_by_the_own_company(company: Company) -> None:
    owner, far = company.browser(), company.browser("far")
    owner.send(owner.page(f"{LIST}/kutsu"), INVITED)
    with company.sessions() as session:
        invitation = session.scalars(select(ProviderInvitation.id)).one()
    token = far.page(f"{LIST}/kutsu").root.xpath("//input[@name='csrf_token']/@value")[0]
    path = f"{LIST}/kutsut/{invitation}/peru"
    assert far.web.post(path, data={"csrf_token": token}).status_code == 404
    link = company.link()
    assert owner.send(owner.page(LIST)).path == LIST
    strict_client(company.app).page(link, status=404)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_role_is_changed_and_ended_with_a_reason(company: Company, language: str) -> None:
    owner, biller = company.browser(), company.browser("biller")
    path = company.path("biller")
    assert biller.web.get("/t").status_code == 200
    change = owner.page(path, lang=language)
    owner.send(change, {"last_day": "1.1.2020"}, status=422)
    assert owner.send(change, {"last_day": "31.12.2026"}).path == LIST
    end = owner.page(f"{path}/lopeta", lang=language)
    owner.send(end, {"why": ""}, status=422)
    assert owner.send(end, {"why": "lähti"}).path == LIST
    assert biller.web.get("/t").status_code == 302
    own = company.path("owner")
    assert owner.page(own, lang=language).root.xpath("//main//form") == []
    assert owner.page(f"{own}/lopeta", lang=language).root.xpath("//main//form") == []


def test_ten_wrong_codes_are_stopped(company: Company) -> None:
    web = company.app.test_client()
    statuses = [web.get(f"/kutsu/yritys/{number}").status_code for number in range(12)]
    assert statuses == [404] * 10 + [429] * 2
