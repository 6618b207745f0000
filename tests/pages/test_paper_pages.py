"""A new paper on the pages: the owner sends it, the county reads the file, and accepts it or says why not."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.columns import days
from foundation.database.tables.providers import ProviderPaper
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_county, a_person, a_provider
from tests.builders.api import application_on
from tests.builders.application import PDF
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

SENT = {"first_day": "21.11.2026", "last_day": "31.12.2027"}
LIST, INSURANCE, DESK = "/t/yritys/paperit", "/t/yritys/paperit/vakuutus", "/tt/paperit"


@dataclass
class Papers:
    """A provider whose insurance has ended, its people, and a worker of its county and of another."""

    app: Flask
    sessions: sessionmaker[Session]
    people: dict[str, Actor]

    def browser(self, name: str) -> StrictClient:
        with self.sessions.begin() as session:
            return logged_in(self.app.test_client(), session, self.people[name])

    def send(self, content: bytes = PDF, *, language: str = "fi", status: int = 200) -> StrictPage:
        """Send a new insurance as the owner."""
        owner = self.browser("owner")
        page = owner.page(INSURANCE, lang=language)
        return owner.send(page, {**SENT, "file": (io.BytesIO(content), "../evil.exe")}, status=status)


@pytest.fixture
def papers(sessions: sessionmaker[Session], var_dir: Path) -> Papers:
    with sessions.begin() as session:
        county, other = a_county(session), a_county(session, "13")
        provider = a_provider(session, county)
        ended = update(ProviderPaper).where(ProviderPaper.kind == "insurance")
        session.execute(ended.values(valid=days(date(2024, 1, 1), date(2026, 1, 31))))
        people = {
            "owner": a_person(session, Role.PROVIDER_OWNER, provider_id=provider.id),
            "biller": a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id),
            "worker": a_person(session, Role.WORKER, county_id=county.id),
            "coordinator": a_person(session, Role.COORDINATOR, county_id=county.id),
            "far": a_person(session, Role.WORKER, county_id=other.id),
        }
    return Papers(application_on(sessions, var_dir), sessions, people)


def links(page: StrictPage, part: str) -> list[str]:
    return [str(each) for each in page.root.xpath(f"//main//a[contains(@href, '{part}')]/@href")]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_paper_is_sent_read_and_accepted(papers: Papers, language: str) -> None:
    owner, worker = papers.browser("owner"), papers.browser("worker")
    assert LIST in links(owner.page("/t", lang=language), LIST)
    assert not links(worker.page("/tt", lang=language), DESK)
    papers.send(b"MZ not a document", language=language, status=422)
    assert papers.send(language=language).path == LIST
    listed = owner.page(LIST, lang=language)
    file = owner.web.get(links(listed, "/liite/")[0])
    assert (file.data, file.content_type) == (PDF, "application/pdf")
    assert "evil" not in file.headers["Content-Disposition"]
    assert links(worker.page("/tt", lang=language), DESK) == [DESK]
    (path,) = links(worker.page(DESK, lang=language), f"{DESK}/")
    shown = worker.page(path, lang=language)
    assert worker.web.get(links(shown, "/liite/")[0]).data == PDF
    worker.send(shown, {"decision": "reject", "why": ""}, status=422)
    assert worker.send(shown, {"decision": "accept", "why": ""}).path == DESK
    assert not links(worker.page("/tt", lang=language), DESK)
    assert not links(owner.page("/t", lang=language), LIST)
    assert "2027" in owner.page(LIST, lang=language).texts("main")


def test_the_owner_reads_why_and_sends_another(papers: Papers) -> None:
    papers.send()
    worker, owner = papers.browser("coordinator"), papers.browser("owner")
    (path,) = links(worker.page(DESK), f"{DESK}/")
    worker.send(worker.page(path), {"decision": "reject", "why": "Sivu 2 puuttuu."})
    for page in ("/t", LIST, INSURANCE):
        assert "Sivu 2 puuttuu." in owner.page(page).texts("main"), page
    assert papers.send().path == LIST
    assert len(links(worker.page(DESK), f"{DESK}/")) == 2


def test_what_was_typed_stays_and_the_gap_is_shown(papers: Papers) -> None:
    owner = papers.browser("owner")
    page = owner.page(INSURANCE)
    typed = {"first_day": "1.1.2027", "last_day": "31.12.2026", "file": (io.BytesIO(PDF), "x.pdf")}
    refused = owner.send(page, typed, status=422)
    assert refused.root.xpath("//input[@name='last_day']/@value") == ["31.12.2026"]
    owner.send(refused, {**typed, "last_day": "31.12.2027", "file": (io.BytesIO(PDF), "x.pdf")})
    worker = papers.browser("worker")
    (path,) = links(worker.page(DESK), f"{DESK}/")
    assert "Päivät ilman asiakirjaa" in worker.page(path).texts("main")


def test_the_owner_withdraws_what_waits(papers: Papers) -> None:
    papers.send()
    owner, worker = papers.browser("owner"), papers.browser("worker")
    (path,) = links(worker.page(DESK), f"{DESK}/")
    listed = owner.page(LIST)
    owner.send(listed, form=0)
    assert worker.web.get(path).status_code == 404
    again = owner.send(listed, form=0)
    assert "jo käsitellyt" in again.texts("body")


def test_who_may_not(papers: Papers) -> None:
    papers.send()
    (path,) = links(papers.browser("worker").page(DESK), f"{DESK}/")
    far, biller = papers.browser("far"), papers.browser("biller")
    assert not links(far.page(DESK), f"{DESK}/")
    for address in (path, path.replace("paperit/", "paperit/liite/")):
        assert far.web.get(address).status_code == 404
    assert "/liite/" not in str(biller.page(LIST).answer.text)
    assert biller.web.get(INSURANCE).status_code == 403
    assert papers.browser("owner").web.get(f"{LIST}/muu").status_code == 404
