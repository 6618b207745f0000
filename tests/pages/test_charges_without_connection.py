"""A charge survives a lost connection, a reload and a log-out by time, and is one charge."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from foundation.database.tables.charges import Charge
from foundation.database.tables.people import WebSession
from tests.builders import NOW
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.served import served
from tests.pages.strict import StrictClient
from tests.pages.test_charging_in_taps import context_of

QUEUE = "/t/kirjaa/jono"
STORED = """async () => {
  const database = await new Promise((resolve) => {
    const request = indexedDB.open("omatori-charges", 1);
    request.onsuccess = () => resolve(request.result);
  });
  const store = database.transaction("charges").objectStore("charges");
  const found = await new Promise((resolve) => {
    const request = store.getAll();
    request.onsuccess = () => resolve(request.result);
  });
  database.close();
  return found;
}"""


@pytest.fixture
def biller(provider_api: ProviderApi) -> StrictClient:
    """The biller, logged in."""
    return logged_in(provider_api.web, provider_api.session, provider_api.biller)


class CutLine:
    """Cuts the connection of a charge that is sent after the server has stored it, while it is told to."""

    def __init__(self, app: Any) -> None:
        self.app, self.cuts, self.lost = app, False, 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self.app(environ, start_response)
        if self.cuts and environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/jono"):
            self.lost += 1
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return answer


@pytest.fixture
def line(provider_api: ProviderApi) -> Iterator[CutLine]:
    """The line between the phone and the server."""
    app = provider_api.web.application
    whole = app.wsgi_app
    cut = CutLine(whole)
    app.wsgi_app = cut  # type: ignore[method-assign]
    yield cut
    app.wsgi_app = whole  # type: ignore[method-assign]


@pytest.fixture
def address(provider_api: ProviderApi, line: CutLine) -> Iterator[str]:
    """The application, served."""
    with served(provider_api.web.application) as address:
        yield address


@pytest.fixture
def phone(browser: Browser, biller: StrictClient, address: str) -> Iterator[BrowserContext]:
    """The biller's phone."""
    context = context_of(browser, biller, address)
    yield context
    context.close()


def opened_form(phone: BrowserContext, provider_api: ProviderApi, address: str) -> Page:
    """Return the form with a visit filled in, when the page keeps charges."""
    page = phone.new_page()
    page.goto(f"{address}/t/kirjaa?seteli={provider_api.voucher}&lang=fi")
    expect(page.locator("html[data-queue=ready]")).to_be_attached()
    for name, value in {"service_day": "2026-11-20", "start": "08:00", "end": "10:00"}.items():
        page.locator(f"[name={name}]").fill(value)
    return page


def send(page: Page) -> None:
    page.locator("button[value=send]").click()


def states(page: Page) -> list[str]:
    return [charge["state"] for charge in page.evaluate(STORED)]


def log_in_again(phone: BrowserContext, reader: StrictClient, address: str) -> None:
    reader.page("/t")
    cookie = reader.web.get_cookie(reader.web.application.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    phone.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_right_in_every_language(biller: StrictClient, language: str) -> None:
    for path in (QUEUE, "/t/ei-yhteytta"):
        biller.page(path, lang=language)


def test_the_page_for_no_connection_names_nobody(provider_api: ProviderApi, biller: StrictClient) -> None:
    """The service worker keeps it as a visitor reads it."""
    visitor = provider_api.web.application.test_client().get("/t/ei-yhteytta?lang=en").text
    assert "Maija" not in visitor
    assert "csrf_token" not in visitor
    script = provider_api.web.application.test_client().get("/t/jono.js?lang=sv")
    assert (script.mimetype, script.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert "/t/ei-yhteytta?lang=sv" in script.text


def test_a_charge_of_another_log_in_is_refused_by_the_server_too(
    provider_api: ProviderApi, biller: StrictClient
) -> None:
    form = biller.page(f"/t/kirjaa?seteli={provider_api.voucher}", lang="en").one("form[@id='visit']")
    token = biller.web.get(f"{QUEUE}/tila").get_json()
    data = {**dict(form.form_values()), "start": "8", "end": "10", "csrf_token": token["csrf_token"]}
    path = f"{QUEUE}?seteli={provider_api.voucher}"
    assert biller.web.post(path, data={**data, "who": "999999"}).status_code == 409
    assert biller.web.post(path, data=data).status_code == 409
    assert provider_api.count(Charge) == 0
    assert biller.web.post(path, data={**data, "who": token["who"]}).get_json()["outcome"] == "accepted"
    faulty = biller.web.post(path, data={**data, "who": token["who"], "service_day": "x"})
    assert (faulty.status_code, faulty.get_json()["reasons"]) == (
        422,
        ["Enter a date, for example 21.11.2026"],
    )
    unknown = biller.web.post(f"{QUEUE}?seteli=NOPE", data={**data, "who": token["who"]})
    assert unknown.status_code == 422


@pytest.mark.browser
def test_with_a_connection_it_is_sent_at_once_and_nothing_is_kept(
    provider_api: ProviderApi, phone: BrowserContext, address: str
) -> None:
    page = opened_form(phone, provider_api, address)
    send(page)
    expect(page.locator("main")).to_contain_text("Veloitus hyväksyttiin.")
    assert states(page) == []
    assert page.evaluate("Object.keys(sessionStorage)") == []
    assert provider_api.count(Charge) == 1


@pytest.mark.browser
def test_a_fault_of_the_form_is_shown_as_without_script(
    provider_api: ProviderApi, phone: BrowserContext, address: str
) -> None:
    page = opened_form(phone, provider_api, address)
    page.locator("[name=service_day]").fill("")
    send(page)
    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.locator("[name=start]")).to_have_value("08:00")
    assert states(page) == []


@pytest.mark.browser
def test_a_visit_sent_without_a_connection_waits_over_a_reload_and_is_sent_once(
    provider_api: ProviderApi, phone: BrowserContext, address: str
) -> None:
    page = opened_form(phone, provider_api, address)
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    for name, value in {"service_day": "2026-11-20", "start": "08:00", "end": "10:00"}.items():
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    phone.set_offline(True)
    send(page)
    expect(page.locator("#charge-queue")).to_contain_text("1 veloitus odottaa tässä puhelimessa.")
    expect(page.locator("#visit-waits")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Yhteyttä ei ole")
    expect(page.locator("#charge-queue-list li")).to_contain_text("20.11.2026 08:00–10:00")
    assert provider_api.count(Charge) == 0
    phone.set_offline(False)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Yhteyttä ei ole")
    expect(page.locator("html[data-queue=ready]")).to_be_attached()
    page.goto(address + QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Lähetetty")
    expect(page.locator("#charge-queue-list li")).to_contain_text("Veloitus hyväksyttiin.")
    assert provider_api.count(Charge) == 1
    (kept,) = page.evaluate(STORED)
    assert "fields" not in kept
    page.get_by_role("button", name="Poista luettelosta").click()
    expect(page.locator("#charge-queue-empty")).to_be_visible()


@pytest.mark.browser
def test_an_answer_that_was_lost_makes_no_second_charge(
    provider_api: ProviderApi, phone: BrowserContext, address: str, line: CutLine
) -> None:
    page = opened_form(phone, provider_api, address)
    line.cuts = True
    send(page)
    expect(page.locator("#charge-queue")).to_contain_text("1 veloitus odottaa")
    assert (provider_api.count(Charge), line.lost >= 1) == (1, True)
    phone.set_offline(True)
    line.cuts = False
    phone.set_offline(False)
    page.goto(address + QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Lähetetty")
    assert provider_api.count(Charge) == 1


@pytest.mark.browser
def test_the_reference_stays_with_what_is_typed(
    provider_api: ProviderApi, phone: BrowserContext, address: str
) -> None:
    page = opened_form(phone, provider_api, address)
    reference = page.locator("[name=reference]").input_value()
    page.reload()
    expect(page.locator("html[data-queue=ready]")).to_be_attached()
    assert page.locator("[name=reference]").input_value() == reference
    send(page)
    expect(page.locator("main")).to_contain_text("Veloitus hyväksyttiin.")
    page.goto(f"{address}/t/kirjaa?seteli={provider_api.voucher}")
    expect(page.locator("html[data-queue=ready]")).to_be_attached()
    assert page.locator("[name=reference]").input_value() != reference
    expect(page.locator("[name=start]")).to_have_value("")


@pytest.mark.browser
def test_a_log_in_that_has_expired_is_asked_for_and_then_it_is_sent(
    provider_api: ProviderApi, phone: BrowserContext, biller: StrictClient, address: str
) -> None:
    page = opened_form(phone, provider_api, address)
    phone.set_offline(True)
    send(page)
    expect(page.locator("#charge-queue")).to_contain_text("Nyt ei ole yhteyttä.")
    provider_api.session.execute(update(WebSession).values(ended_at=NOW))
    provider_api.session.commit()
    phone.set_offline(False)
    expect(page.locator("#charge-queue")).to_contain_text("Sinut on kirjattu ulos.")
    assert provider_api.count(Charge) == 0
    link = str(page.locator("#charge-queue a[href*='kirjaudu']").get_attribute("href"))
    assert link.endswith(f"next={QUEUE}")
    web = provider_api.web.application.test_client()
    log_in_again(phone, logged_in(web, provider_api.session, provider_api.biller), address)
    page.goto(address + link)
    expect(page).to_have_url(re.compile(f"{QUEUE}$"))
    expect(page.locator("#charge-queue-list li")).to_contain_text("Lähetetty")
    assert provider_api.count(Charge) == 1


@pytest.mark.browser
def test_another_person_on_the_phone_never_sends_it_as_their_own(
    provider_api: ProviderApi, phone: BrowserContext, biller: StrictClient, address: str
) -> None:
    page = opened_form(phone, provider_api, address)
    phone.set_offline(True)
    send(page)
    expect(page.locator("#charge-queue")).to_contain_text("1 veloitus odottaa")
    web = provider_api.web.application.test_client()
    log_in_again(phone, logged_in(web, provider_api.session, provider_api.owner), address)
    phone.set_offline(False)
    page.goto(address + QUEUE)
    expect(page.locator("#charge-queue-others")).to_be_visible()
    expect(page.locator("#charge-queue-list li")).to_have_count(0)
    page.locator("#charge-queue-send").click()
    page.goto(f"{address}/t/kirjaa")
    assert (states(page), provider_api.count(Charge)) == (["waiting"], 0)
    log_in_again(phone, biller, address)
    page.goto(address + QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Lähetetty")
    charge = provider_api.session.scalars(select(Charge)).one()
    assert charge.received_by == provider_api.biller.person_id
