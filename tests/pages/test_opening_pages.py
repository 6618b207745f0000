"""The pages of opening balances: one person submits the file, another accepts it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.grants import GrantDecision
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_county, a_person
from tests.builders.api import application_on
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

HEAD = (
    "number;decided_on;decided_by;legal_basis;cost_centre;client;name;municipality;external_id;kind;services;"
    "from;to;amount;unit_values;used_amount\n"
)
ROW = (
    "V-1;7.1.2026;Virpi;VpL 9 §;4410;C-VANHA;Aino;Mikkeli;a;voucher;PERSONAL_ASSISTANCE;1.1.2026;31.12.2026;"
    "3000;any=40;1000,50\n"
)


@dataclass
class OpeningPages:
    """The application on a county without clients, and two of its people."""

    app: Flask
    sessions: sessionmaker[Session]
    worker: Actor
    coordinator: Actor
    stranger: Actor

    def browser(self, actor: Actor) -> StrictClient:
        """Return the actor's browser, logged in."""
        with self.sessions.begin() as session:
            return logged_in(self.app.test_client(), session, actor)

    def sent(self, rows: str, *, opens_on: str = "1.12.2026", status: int = 200) -> StrictPage:
        """Send a file as the worker."""
        browser = self.browser(self.worker)
        page = browser.page("/tt/alkusaldot", lang="en")
        file = (io.BytesIO((HEAD + rows).encode()), "vanha.csv")
        return browser.send(page, {"opens_on": opens_on, "file": file}, status=status)

    def decisions(self) -> int:
        """Count the decisions in the books."""
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(GrantDecision)) or 0


@pytest.fixture
def pages(sessions: sessionmaker[Session], var_dir: Path) -> OpeningPages:
    with sessions.begin() as session:
        county, other = a_county(session), a_county(session, "13")
        people = [
            a_person(session, role, county_id=county_id)
            for role, county_id in (
                (Role.WORKER, county.id), (Role.COORDINATOR, county.id), (Role.COORDINATOR, other.id),
            )
        ]  # fmt: skip
    return OpeningPages(application_on(sessions, var_dir), sessions, *people)


def link_of(page: StrictPage) -> str:
    (link,) = page.root.xpath("//main//table//a/@href")
    return str(link)


def test_two_people_bring_the_vouchers_in(pages: OpeningPages) -> None:
    listed = pages.sent(ROW)
    assert "Every row is right." in listed.texts()
    assert "Waits for another person" in listed.texts("main")
    assert pages.decisions() == 0
    path, own = link_of(listed), pages.browser(pages.worker)
    page = own.page(path, lang="en")
    assert "A coordinator other than the person who submitted the file accepts it." in page.texts()
    token = page.form().fields["csrf_token"]
    assert own.web.post(f"{path}/hyvaksy", data={"csrf_token": token}).status_code == 403
    assert pages.browser(pages.stranger).web.get(path).status_code == 404
    other = pages.browser(pages.coordinator)
    compared = other.page(path, lang="en")
    assert "4410: PERSONAL_ASSISTANCE" in compared.texts("table")  # the county of the test names it so
    assert "1,000.50" in compared.texts("table").replace("\u00a0", " ")
    done = other.send(compared, form=0)
    assert "The vouchers are in the books." in done.texts()
    assert pages.decisions() == 1


def test_a_wrong_row_is_named_and_nothing_is_stored(pages: OpeningPages) -> None:
    page = pages.sent(ROW.replace("1000,50", "3000,01"))
    assert "Nothing was stored: correct these rows" in page.texts()
    assert "More euros were used than the voucher has." in page.texts()
    assert "Waits for another person" not in page.texts()


def test_a_file_is_rejected_with_a_reason(pages: OpeningPages) -> None:
    path, other = link_of(pages.sent(ROW)), pages.browser(pages.coordinator)
    page = other.page(path, lang="en")
    assert "Write why" in other.send(page, {"why": ""}, form=1, status=422).texts()
    assert "Rejected" in other.send(page, {"why": "Summat eivät täsmää"}, form=1).texts()
    assert "Summat eivät täsmää" in other.page(path, lang="en").texts()
    assert pages.decisions() == 0


def test_the_same_file_waits_once(pages: OpeningPages) -> None:
    pages.sent(ROW)
    assert "This file waits already" in pages.sent(ROW, status=422).texts()


@pytest.mark.parametrize(
    ("rows", "opens_on", "text"),
    [(ROW, "", "Write the day"), (ROW, "joskus", "joskus"), ("", "1.12.2026", "file")],
)
def test_a_form_that_cannot_be_read(pages: OpeningPages, rows: str, opens_on: str, text: str) -> None:
    page = pages.sent(rows, opens_on=opens_on, status=422)
    assert text in page.texts() + str(page.root.xpath("//input/@value"))
    assert "Waits for another person" not in page.texts()
