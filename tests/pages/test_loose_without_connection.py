"""Help without times, marked done without a connection: the day and the quantity of the tap count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from foundation.database.tables.charges import Charge
from foundation.vocabulary.roles import Role
from tests.builders import NOW
from tests.builders.client_api import ClientApi
from tests.builders.planned_visits import plan_by_the_week
from tests.journeys.axe import check_axe
from tests.pages.strict import StrictClient
from tests.pages.test_charges_without_connection import QUEUE, STORED
from tests.pages.test_own_visits import Company
from tests.pages.test_planned_without_connection import (
    HOMES,
    KEPT,
    WEEK,
    WORKER_STARTED,
    Phone,
    phone,
)

__all__ = ["phone"]
PLACES = {Role.PROVIDER_OWNER: WEEK, Role.PROVIDER_WORKER: "/t/omat?alkaen=2026-11-16"}
SECOND = "form[data-planned][data-quantity] button"


def plan(company: Company) -> None:
    """Six hours a week without times for the worker's client, and no visits for the other."""
    session = company.api.session
    plan_by_the_week(session, company.own, first_day=date(2026, 11, 18))
    plan_by_the_week(session, company.other, first_day=date(2027, 1, 4))
    session.commit()


def charges(company: Company) -> list[Charge]:
    company.api.session.rollback()
    return company.api.session.query(Charge).filter(Charge.reference.like("V-%")).order_by(Charge.id).all()


def opened(phone: Phone, role: Role) -> Page:
    """Return the page with the help of this week, when it keeps what is tapped."""
    page = phone.log_in(role)
    plan(phone.company)
    phone.open(page, PLACES[role])
    page.evaluate(WORKER_STARTED)
    return page


@pytest.mark.parametrize("role", PLACES)
@pytest.mark.browser
def test_a_tap_waits_and_is_one_charge_of_its_day(phone: Phone, role: Role) -> None:
    page = opened(phone, role)
    phone.context.set_offline(True)
    page.locator(SECOND).focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-tapped]")).to_contain_text(KEPT)
    check_axe(page)
    (kept,) = page.evaluate(STORED)
    assert kept["fields"] == [["day", "2026-11-21"], ["quantity", "6.0"]]
    assert "Asiakas" not in str(kept)
    page.goto(phone.address + PLACES[role])
    expect(page.get_by_role("heading", level=1)).to_have_text("Yhteyttä ei ole")
    phone.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Yhteyttä ei ole")
    phone.open(page, QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Veloitus hyväksyttiin.")
    (charge,) = charges(phone.company)
    assert (charge.service_day, charge.quantity_hundredths) == (date(2026, 11, 21), 600)


@pytest.mark.browser
def test_a_page_that_stayed_open_overnight_says_the_day_of_the_tap(phone: Phone) -> None:
    page = opened(phone, Role.PROVIDER_WORKER)
    page.clock.set_system_time(NOW)  # at noon: a day later is the next day, also when the clocks change
    phone.open(page, PLACES[Role.PROVIDER_WORKER])
    phone.context.set_offline(True)
    for days, day in ((1, "2026-11-22"), (9, "2026-11-24")):
        page.clock.set_system_time(NOW + timedelta(days=days))
        page.evaluate("document.querySelector('form[data-quantity]').requestSubmit()")
        page.wait_for_function(f"async () => JSON.stringify(await ({STORED})()).includes('{day}')")
        expect(page.locator("[data-tapped]")).to_contain_text(KEPT)
        (kept,) = page.evaluate(STORED)
        assert (kept["label"]["day"], kept["fields"][0]) == (day, ["day", day])


@pytest.mark.browser
def test_a_lost_answer_is_one_charge(phone: Phone) -> None:
    page = opened(phone, Role.PROVIDER_WORKER)
    phone.line.cuts = True
    page.locator(SECOND).click()
    expect(page.locator("[data-tapped]")).to_contain_text(KEPT)
    phone.line.cuts = False
    phone.open(page, QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Veloitus hyväksyttiin.")
    assert [charge.quantity_hundredths for charge in charges(phone.company)] == [600]


@pytest.mark.browser
def test_the_start_page_is_the_workers_and_those_of_others_are_not(phone: Phone) -> None:
    """`/tt` and `/tuottaja` begin as `/t` does."""
    page = phone.log_in(Role.PROVIDER_BILLER)
    page.evaluate(WORKER_STARTED)
    phone.context.set_offline(True)
    for path in ("/t", "/t?lang=fi", HOMES[Role.PROVIDER_OWNER]):
        page.goto(phone.address + path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Yhteyttä ei ole")
    for path in ("/tt", "/tuottaja/1", "/oma"):
        other = phone.context.new_page()
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
            other.goto(phone.address + path)


@pytest.mark.browser
def test_nothing_of_a_person_is_left_after_logging_out(phone: Phone) -> None:
    page = phone.log_in(Role.PROVIDER_BILLER)
    page.evaluate(WORKER_STARTED)
    page.locator('form[action="/ulos"] button').first.click()
    expect(page).not_to_have_url(phone.address + "/t")
    phone.context.set_offline(True)
    page.goto(phone.address + "/t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Yhteyttä ei ole")
    assert page.evaluate(STORED) == []
    kept = page.evaluate(CACHED)
    assert kept
    assert not [text for text in kept.values() if "Asiakas" in text]
    assert "csrf_token" not in kept["/t/ei-yhteytta"]
    assert [path for path in kept if path.startswith("/t")] == ["/t/ei-yhteytta"]


@pytest.mark.browser
def test_the_worker_of_before_gives_way(phone: Phone) -> None:
    """Phones have one of the scope /t/, which would keep answering before the new one."""
    page = phone.log_in(Role.PROVIDER_BILLER)
    page.evaluate("navigator.serviceWorker.register('/t/jono.js?lang=fi', {scope: '/t/', type: 'module'})")
    phone.open(page, HOMES[Role.PROVIDER_BILLER])
    page.wait_for_function("""async () => {
      const found = await navigator.serviceWorker.getRegistrations();
      return found.map(({ scope }) => new URL(scope).pathname).join() === "/t";
    }""")


CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      found[new URL(request.url).pathname] = await (await cache.match(request)).text();
  }
  return found;
}"""


class Sent:
    """What a worker's phone sends to the queue of one week's help."""

    def __init__(self, company: Company) -> None:
        plan(company)
        self.worker: StrictClient = company.browser(company.worker)
        page = self.worker.page(PLACES[Role.PROVIDER_WORKER], lang="en")
        (self.path,) = page.root.xpath("//form/@data-planned")
        self.token = self.worker.web.get(f"{QUEUE}/tila").get_json()

    def send(self, **fields: str) -> tuple[int, Any]:
        answer = self.worker.web.post(self.path, data=self.token | fields)
        return answer.status_code, answer.get_json()


@pytest.fixture
def sent(company: Company) -> Sent:
    return Sent(company)


@pytest.fixture
def company(client_api: ClientApi) -> Company:
    company = Company(client_api)
    assert company.assign(company.own) is None
    return company


def test_the_same_tap_is_one_charge_and_another_is_told(company: Company, sent: Sent) -> None:
    assert [sent.send(day="2026-11-20", quantity="6.0")[0] for _ in range(2)] == [200, 200]
    status, told = sent.send(day="2026-11-21", quantity="6.0")
    assert (status, told["reasons"]) == (422, ["The visit has been charged"])
    found = charges(company)
    assert [(charge.service_day, charge.state) for charge in found] == [(date(2026, 11, 20), "accepted")]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "This is help without fixed times"),
        ({"day": "x", "quantity": "6"}, "This is help without fixed times"),
        ({"day": "2026-11-22", "quantity": "6"}, "The visit is still to come"),
        ({"day": "2026-11-17", "quantity": "6"}, "There is no such visit"),
        ({"day": "2026-11-20", "quantity": "6.5"}, "Less of it is left than when you pressed"),
        ({"day": "2026-11-20", "quantity": "0"}, "Less of it is left than when you pressed"),
    ],
)
def test_what_cannot_be_the_tap_is_told(
    company: Company, sent: Sent, fields: dict[str, str], said: str
) -> None:
    status, told = sent.send(**fields)
    assert (status, told["url"]) == (422, "/t/omat?alkaen=2026-11-16")
    assert said in told["reasons"][0]
    assert charges(company) == []


def test_what_somebody_else_charged_meanwhile_is_not_charged_twice(company: Company, sent: Sent) -> None:
    worker = sent.worker
    (path,) = worker.page(PLACES[Role.PROVIDER_WORKER]).root.xpath("//a[contains(@href, '/toisin')]/@href")
    part = {"quantity": "2", "why": "Kauppaan", "service_day": "2026-11-18"}
    worker.send(worker.page(path), part)
    status, told = sent.send(day="2026-11-20", quantity="6.0")
    assert (status, told["see"]) == (422, "visits")
    assert "Less of it is left" in told["reasons"][0]
    assert [charge.quantity_hundredths for charge in charges(company)] == [200]
    assert sent.send(day="2026-11-20", quantity="4.0")[0] == 200
    assert [charge.quantity_hundredths for charge in charges(company)] == [200, 400]
