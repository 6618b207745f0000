"""The question whether a visit was cancelled, in Chromium: asked further only after a Yes, with and without
script, and no axe finding."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.builders.provider_api import ProviderApi
from tests.journeys.axe import check_axe_everywhere
from tests.pages.strict import StrictClient
from tests.pages.test_cancelled_visits import LATE, client, provider_api

__all__ = ["client", "provider_api"]  # the fixtures
pytestmark = pytest.mark.browser


@pytest.fixture
def address(provider_api: ProviderApi) -> Iterator[str]:
    """The application on a port of its own, one request at a time."""
    server = make_server("127.0.0.1", 0, provider_api.web.application)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def context_of(browser: Browser, client: StrictClient, address: str, *, script: bool) -> BrowserContext:
    """The biller's browser."""
    client.page("/t")
    cookie = client.web.get_cookie(client.web.application.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    context = browser.new_context(java_script_enabled=script, locale="fi-FI")
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return context


def tell_late(page: Page) -> None:
    """Say that the visit was cancelled; every field is there to be filled."""
    expect(page.locator("[name=notice_hours]")).to_be_hidden()
    page.locator("[name=cancelled][value=yes]").check(force=True)
    expect(page.locator("[name=notice_hours]")).to_be_visible()
    for name in ("service_day", "start", "end", "notice_hours"):
        page.locator(f"[name={name}]").fill(LATE[name])
    page.locator("[name=cancel_reason][value=client_ill]").check(force=True)


@pytest.mark.parametrize("script", [True, False])
def test_a_cancelled_visit_is_charged(
    provider_api: ProviderApi, client: StrictClient, browser: Browser, address: str, script: bool
) -> None:
    context = context_of(browser, client, address, script=script)
    page = context.new_page()
    page.goto(f"{address}/t/kirjaa?seteli={provider_api.voucher}&lang=fi")
    tell_late(page)
    if script:
        expect(page.locator("#preview")).to_contain_text("27,00")
        page.locator("[name=notice_hours]").fill("")
        expect(page.locator("#preview")).to_contain_text("Hinta näkyy tässä, kun on kerrottu, miksi")
        page.locator("[name=notice_hours]").fill("1,5")
    page.locator("button[value=send]").click()
    expect(page.locator("main")).to_contain_text("Asiakas oli sairas. Ilmoitettu 1,5\xa0tuntia ennen.")
    context.close()


def test_no_findings_where_it_is_asked_further(
    provider_api: ProviderApi, client: StrictClient, browser: Browser, address: str
) -> None:
    sent = provider_api.charge(cancel_reason="client_ill", notice_hours="30")
    refused = provider_api.post("/charges", sent).get_json()["id"]
    context = context_of(browser, client, address, script=True)
    page = context.new_page()
    check_axe_everywhere(page, f"{address}/t/kirjaa?seteli={provider_api.voucher}&korjaa={refused}")
    expect(page.locator("[name=notice_hours]")).to_be_visible()
    check_axe_everywhere(page, f"{address}/t/kirjaukset/{refused}")
    context.close()
