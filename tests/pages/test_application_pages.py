"""A company applies on the pages: task list, papers, the county's question and decision, the new owner."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.counties import County
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.providers import ApprovalState, Provider
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_county, a_person, a_provider, an_offering
from tests.builders.api import application_on
from tests.builders.application import COMPANY, CONTACT, PDF, an_application
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage, strict_client

START = {"county": "", "email": "helmi@example.fi"}
OWNER = {"name": "Helmi Hakija", "password": "neljä sanaa on hyvä"}
PAPERS = ("rekisteri", "vakuutus", "ennakkopera")


@dataclass
class Applying:
    """The application of the program, and people of two counties and of a provider."""

    app: Flask
    sessions: sessionmaker[Session]
    county_id: int
    people: dict[str, Actor]

    def browser(self, name: str) -> StrictClient:
        with self.sessions.begin() as session:
            return logged_in(self.app.test_client(), session, self.people[name])

    def link(self, path: str) -> str:
        """Return the newest link of a mail that has this path."""
        with self.sessions() as session:
            bodies = session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id.desc())).all()
        found = [line for body in bodies for line in body["text"].splitlines() if path in line]
        return str(found[0]).removeprefix("http://localhost")

    def applied(self, **options: object) -> int:
        with self.sessions.begin() as session:
            return an_application(session, self.county_id, **options)  # type: ignore[arg-type]


@pytest.fixture
def applying(sessions: sessionmaker[Session], var_dir: Path) -> Applying:
    """Two counties, and a provider of the first."""
    with sessions.begin() as session:
        county, other = a_county(session), a_county(session, "13")
        provider = a_provider(session, county)
        people = {
            "worker": a_person(session, Role.WORKER, county_id=county.id),
            "coordinator": a_person(session, Role.COORDINATOR, county_id=county.id),
            "far": a_person(session, Role.WORKER, county_id=other.id),
            "owner": a_person(session, Role.PROVIDER_OWNER, provider_id=provider.id),
        }
        county_id = county.id
    app = application_on(sessions, var_dir)
    return Applying(app, sessions, county_id, people)


def begin(applying: Applying, language: str = "fi") -> tuple[StrictClient, str]:
    """Begin an application on the public page; return the visitor's browser and the link of the mail."""
    visitor = strict_client(applying.app)
    page = visitor.page("/hae/palveluntuottajaksi", lang=language)
    visitor.send(page, {"email": "x"}, status=422)
    visitor.send(page, {**START, "county": str(applying.county_id)})
    return visitor, applying.link("/hakemus/")


def attach(visitor: StrictClient, page: StrictPage, content: bytes, *, status: int = 200) -> StrictPage:
    file = (io.BytesIO(content), "../evil.exe")
    return visitor.send(
        page, {"file": file, "first_day": "1.1.2026", "last_day": "31.12.2027"}, status=status
    )


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_company_does_its_tasks_and_sends_them(applying: Applying, language: str) -> None:
    visitor, link = begin(applying, language)
    assert len(visitor.page(link, lang=language).root.xpath("//ul[@class='om-tasks']/li")) == 6
    company = visitor.page(f"{link}/yritys", lang=language)
    visitor.send(company, {**COMPANY, "business_id": "1234567-0"}, status=422)
    assert visitor.send(company, COMPANY).path == link
    visitor.send(visitor.page(f"{link}/yhteyshenkilo", lang=language), CONTACT)
    services = visitor.page(f"{link}/palvelut", lang=language)
    visitor.send(services, {"services": []}, status=422)
    visitor.send(services, {"services": ["PERSONAL_ASSISTANCE"]})
    for slug in PAPERS:
        page = visitor.page(f"{link}/{slug}", lang=language)
        attach(visitor, page, b"MZ not a document", status=422)
        assert attach(visitor, page, PDF).path == link
    ready = visitor.page(link, lang=language)
    file = visitor.web.get(ready.root.xpath("//main//a[contains(@href, '/liite/')]/@href")[0])
    assert (file.data, file.content_type) == (PDF, "application/pdf")
    assert "evil" not in file.headers["Content-Disposition"]
    assert "attachment" in file.headers["Content-Disposition"]
    visitor.send(ready, form=0)
    assert visitor.web.get(f"{link}/yritys").status_code == 303


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_county_asks_and_approves_and_the_applicant_is_the_owner(
    applying: Applying, language: str
) -> None:
    path = f"/tt/hakemukset/{applying.applied()}"
    worker, visitor = applying.browser("worker"), strict_client(applying.app)
    assert path in str(worker.page("/tt/hakemukset", lang=language).answer.text)
    assert "/tt/hakemukset" in worker.page("/tt", lang=language).answer.text
    shown = worker.page(path, lang=language)
    assert "Hoiva Helmi Oy" in shown.texts("main")
    worker.send(shown, {"question": ""}, status=422)
    worker.send(shown, {"question": "Mikä on vakuutuksen määrä?"})
    asked = applying.link("/hakemus/")
    page = visitor.page(asked, lang=language)
    assert "Mikä on vakuutuksen määrä?" in page.texts("main")
    visitor.send(page, form=0)
    coordinator = applying.browser("coordinator")
    decide = coordinator.page(f"{path}/palvelu/PERSONAL_ASSISTANCE", lang=language)
    coordinator.send(decide, {"decision": "refuse", "first_day": "21.11.2026"}, status=422)
    coordinator.send(decide, {"decision": "approve", "first_day": "21.11.2026", "last_day": "31.12.2027"})
    coordinator.page(path, lang=language)
    visitor.page(applying.link("/hakemus/"), lang=language)
    owner = strict_client(applying.app)
    accepted = owner.send(owner.page(applying.link("/kutsu/yritys/"), lang=language), OWNER)
    assert accepted.path == "/t"
    assert owner.web.get("/t/yritys/tili").status_code == 200
    listed = owner.page("/t/hakemukset", lang=language)
    owner.page(str(listed.one("main//tbody//a").get("href")), lang=language)


def test_an_owner_applies_to_another_county_with_what_was_answered(applying: Applying) -> None:
    owner = applying.browser("owner")
    listed = owner.page("/t/hakemukset")
    owner.send(listed, {}, status=422)
    started = owner.send(listed, {"county": "13"})
    assert started.path.startswith("/t/hakemukset/")
    company = owner.page(f"{started.path}/yritys")
    assert company.one("input[@id='business_id']").get("value") == "1234567-1"
    owner.send(company, {**COMPANY, "business_id": "2345678-0"}, status=422)
    assert owner.send(owner.page(started.path), form=0).path == started.path
    assert owner.web.get(f"{started.path}/muu").status_code == 404


def test_other_counties_and_other_links_open_nothing(applying: Applying) -> None:
    key = applying.applied()
    far = applying.browser("far")
    for path in ("", "/palvelu/PERSONAL_ASSISTANCE", "/liite/1"):
        assert far.web.get(f"/tt/hakemukset/{key}{path}").status_code == 404
    owner = applying.browser("owner")
    for path in ("", "/yritys", "/liite/1"):
        assert owner.web.get(f"/t/hakemukset/{key}{path}").status_code == 404
    web = applying.app.test_client()
    statuses = [web.get(f"/hakemus/{number}").status_code for number in range(12)]
    assert statuses == [404] * 10 + [429] * 2


def test_a_draft_is_not_seen_by_the_county_and_a_sent_one_is_withdrawn(applying: Applying) -> None:
    draft = applying.applied(is_sent=False)
    worker = applying.browser("worker")
    assert worker.web.get(f"/tt/hakemukset/{draft}").status_code == 404
    link = applying.link("/hakemus/")
    visitor = strict_client(applying.app)
    visitor.send(visitor.page(link), form=0)
    assert worker.web.get(f"/tt/hakemukset/{draft}").status_code == 200
    visitor.send(visitor.page(link), form=0)
    assert visitor.page(link).root.xpath("//main//form") == []


def test_a_new_link_is_mailed_and_the_answer_is_the_same_for_every_address(applying: Applying) -> None:
    visitor = strict_client(applying.app)
    page = visitor.page("/hae/palveluntuottajaksi/linkki")
    texts = {visitor.send(page, {"email": email}).texts("main") for email in ("a@b.fi", "helmi@example.fi")}
    assert len(texts) == 1


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_offering_without_an_approval_is_a_draft_from_which_the_owner_applies(
    applying: Applying, language: str
) -> None:
    with applying.sessions.begin() as session:
        provider = session.scalars(select(Provider)).one()
        offering = an_offering(session, session.get_one(County, applying.county_id), provider).id
    owner = applying.browser("owner")
    path = f"/t/palvelut/{offering}"
    apply = "main//a[@href='/t/hakemukset']"
    assert owner.page(path, lang=language).root.xpath(f"//{apply}") == []
    with applying.sessions.begin() as session:
        session.execute(update(ApprovalState).values(state="ended"))
    owner.page(path, lang=language).one(apply)
    with applying.sessions.begin() as session:
        applying.people["biller"] = a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id)
    assert applying.browser("biller").page(path, lang=language).root.xpath(f"//{apply}") == []
