"""*Done as planned* without a connection: one tap is kept on the phone, and is one charge, for each role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from clearing.plans.facts.plan import VisitId
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.vocabulary.roles import Role
from marketplace.load.visit_list import visit_by_id
from provider_portal.actions.charge_visit import mark_not_given
from tests.builders import NOW, a_person
from tests.builders.client_api import ClientApi
from tests.journeys.axe import check_axe
from tests.pages.served import served
from tests.pages.strict import StrictClient
from tests.pages.test_charges_without_connection import QUEUE, STORED, CutLine
from tests.pages.test_own_visits import Company

WEEK = "/t/kaynnit?viikko=2026-11-16"
HOMES = {
    Role.PROVIDER_BILLER: "/t",
    Role.PROVIDER_OWNER: WEEK,
    Role.PROVIDER_WORKER: "/t/omat?alkaen=2026-11-21",
}
"""A page of each role with the visit of today, the 21st."""
WORKER_STARTED = """async () => {
  for (let turns = 0; turns < 1200; turns++) {
    if ((await navigator.serviceWorker.getRegistration("/t"))?.active?.state === "activated") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("no service worker has started");
}"""
ROLES = pytest.mark.parametrize("role", HOMES)
KEPT = "Tallessa tässä puhelimessa."
"""What the line of a visit says while its tap waits."""


@dataclass
class Phone:
    """A phone that people of a company log in on, and the line to the server."""

    context: BrowserContext
    company: Company
    address: str
    line: CutLine
    people: dict[Role, StrictClient] = field(default_factory=dict)

    def log_in(self, role: Role) -> Page:
        """Log a person of a role in; return the opened page, when it keeps what is tapped."""
        if role not in self.people:
            person = self.company.worker
            if role is not Role.PROVIDER_WORKER:
                person = a_person(self.company.api.session, role, provider_id=self.company.provider_id)
                self.company.api.session.commit()
            self.people[role] = self.company.browser(person)
        reader = self.people[role]
        reader.page(HOMES[role])
        cookie = reader.web.get_cookie(reader.web.application.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])
        page = self.context.new_page()
        self.open(page, HOMES[role])
        return page

    def open(self, page: Page, path: str) -> None:
        """Open a page, and wait until it keeps what is tapped."""
        page.goto(self.address + path)
        expect(page.locator("html[data-queue=ready]")).to_be_attached()

    def done(self, page: Page) -> Locator:
        """Return the button of the visit of today."""
        return page.locator(f"form[data-reference='V-{self.company.own.id}-20261121-1'] button")

    @property
    def charges(self) -> int:
        """How many charges of visits there are."""
        self.company.api.session.rollback()
        return self.company.api.session.query(Charge).filter(Charge.reference.like("V-%")).count()


@pytest.fixture
def phone(client_api: ClientApi, browser: Browser) -> Iterator[Phone]:
    """A phone; its worker visits one of the company's two clients."""
    company = Company(client_api)
    assert company.assign(company.own) is None
    app = client_api.web.application
    whole = app.wsgi_app
    line = CutLine(whole)
    app.wsgi_app = line  # type: ignore[method-assign]
    context = browser.new_context(locale="fi-FI", viewport={"width": 390, "height": 844})
    with served(app) as address:
        yield Phone(context, company, address, line)
    context.close()
    app.wsgi_app = whole  # type: ignore[method-assign]


def states(page: Page) -> list[str]:
    return [charge["state"] for charge in page.evaluate(STORED)]


@ROLES
@pytest.mark.browser
def test_with_a_connection_one_tap_charges_and_nothing_is_kept(phone: Phone, role: Role) -> None:
    page = phone.log_in(role)
    phone.done(page).click()
    expect(page.locator("main")).to_contain_text("Veloitus hyväksyttiin.")
    assert page.url.startswith(phone.address + HOMES[role])
    expect(phone.done(page)).to_have_count(0)
    assert (states(page), phone.charges) == ([], 1)


@ROLES
@pytest.mark.browser
def test_a_tap_without_a_connection_waits_over_a_reload_and_is_sent_once(phone: Phone, role: Role) -> None:
    page = phone.log_in(role)
    page.evaluate(WORKER_STARTED)
    phone.context.set_offline(True)
    phone.done(page).focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-tapped]")).to_contain_text(KEPT)
    expect(page.locator("[data-tapped]")).to_be_focused()
    expect(phone.done(page)).to_be_hidden()
    expect(page.locator("#charge-queue")).to_contain_text("1 veloitus odottaa tässä puhelimessa.")
    check_axe(page)
    page.goto(phone.address + HOMES[role])
    expect(page.get_by_role("heading", level=1)).to_have_text("Yhteyttä ei ole")
    expect(page.locator("#charge-queue-list li")).to_contain_text("21.11.2026 8.00–10.00")
    (kept,) = page.evaluate(STORED)
    assert (kept["fields"], phone.charges) == ([], 0)
    assert "Asiakas" not in str(kept)
    phone.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Yhteyttä ei ole")
    phone.open(page, QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Veloitus hyväksyttiin.")
    expect(page.locator("#charge-queue-list a")).to_have_text(
        "Katso sen ajan käynnit" if role is Role.PROVIDER_WORKER else "Katso veloitus"
    )
    check_axe(page)
    page.locator("#charge-queue-list a").click()
    expect(page.locator("html[data-queue=ready]")).to_be_attached()
    expect(phone.done(page)).to_have_count(0)
    assert phone.charges == 1


@ROLES
@pytest.mark.browser
def test_a_lost_answer_and_a_second_tap_are_one_charge(phone: Phone, role: Role) -> None:
    page = phone.log_in(role)
    other = phone.log_in(role)
    phone.line.cuts = True
    phone.done(page).click()
    expect(page.locator("[data-tapped]")).to_contain_text(KEPT)
    phone.done(other).click()
    expect(other.locator("[data-tapped]")).to_contain_text(KEPT)
    assert (states(page), phone.charges, phone.line.lost >= 2) == (["waiting"], 1, True)
    phone.line.cuts = False
    phone.open(page, QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Veloitus hyväksyttiin.")
    assert phone.charges == 1


@pytest.mark.browser
def test_another_person_on_the_phone_never_sends_it_as_their_own(phone: Phone) -> None:
    page = phone.log_in(Role.PROVIDER_WORKER)
    phone.context.set_offline(True)
    phone.done(page).click()
    expect(page.locator("[data-tapped]")).to_contain_text(KEPT)
    page.close()
    phone.context.set_offline(False)
    page = phone.log_in(Role.PROVIDER_BILLER)
    expect(phone.done(page)).to_be_visible()
    phone.open(page, QUEUE)
    expect(page.locator("#charge-queue-others")).to_be_visible()
    expect(page.locator("#charge-queue-list li")).to_have_count(0)
    page.locator("#charge-queue-send").click()
    phone.open(page, "/t")
    assert (states(page), phone.charges) == (["waiting"], 0)
    page = phone.log_in(Role.PROVIDER_WORKER)
    phone.open(page, QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Veloitus hyväksyttiin.")
    session = phone.company.api.session
    session.rollback()
    charge = session.query(Charge).filter(Charge.reference.like("V-%")).one()
    assert charge.received_by == phone.company.worker.person_id


@pytest.mark.browser
def test_a_visit_that_was_taken_off_meanwhile_is_listed_with_its_reason(phone: Phone) -> None:
    page = phone.log_in(Role.PROVIDER_WORKER)
    phone.context.set_offline(True)
    phone.done(page).click()
    expect(page.locator("[data-tapped]")).to_contain_text(KEPT)
    take_off(phone.company.api, phone.company.own)
    phone.context.set_offline(False)
    expect(page.locator("[data-tapped]")).to_contain_text("Käyntiä ei veloitettu. Käynti on peruttu")
    phone.open(page, QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Ei lähetetty")
    assert (states(page), phone.charges) == (["faulty"], 0)
    page.get_by_role("button", name="Poista lähettämättä").click()
    expect(page.locator("#charge-queue-empty")).to_be_visible()


def take_off(api: ClientApi, choice: Choice) -> None:
    """Record that the visit of today was not given."""
    visit_id = VisitId.parse(f"{choice.id}-20261121-1")
    assert visit_id is not None
    visit = visit_by_id(api.session, visit_id, NOW)
    assert visit is not None
    owner = a_person(api.session, Role.PROVIDER_OWNER, provider_id=visit.choice.provider_id)
    assert mark_not_given(api.session, visit=visit, why="provider", actor=owner, now=NOW) is None
    api.session.commit()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_list_of_the_phone_is_right_for_a_worker(client_api: ClientApi, language: str) -> None:
    company = Company(client_api)
    page = company.browser(company.worker).page(QUEUE, lang=language)
    assert page.root.xpath("//a[@class='govuk-back-link']/@href") == ["/t/omat"]


def test_the_server_compares_whose_it_is(client_api: ClientApi) -> None:
    company = Company(client_api)
    company.assign(company.own)
    worker = company.browser(company.worker)
    token = worker.web.get(f"{QUEUE}/tila").get_json()
    path = f"/t/omat/{company.own.id}-20261121-1/tehty/jono"
    for who in ({}, {"who": "999999"}):
        assert worker.web.post(path, data={"csrf_token": token["csrf_token"], **who}).status_code == 409
    foreign = f"/t/omat/{company.other.id}-20261121-1/tehty/jono"
    assert worker.web.post(foreign, data=token).status_code == 404
    assert client_api.session.query(Charge).filter(Charge.reference.like("V-%")).count() == 0
