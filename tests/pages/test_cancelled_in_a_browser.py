"""The question whether a visit was cancelled, in Chromium, with and without script: more fields only after a
Yes, and no axe finding."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.builders.provider_api import ProviderApi
from tests.journeys.axe import LOOKS, check_axe_at
from tests.pages.served import served
from tests.pages.strict import StrictClient
from tests.pages.test_cancelled_visits import LATE, client, provider_api

__all__ = ["client", "provider_api"]  # the fixtures
pytestmark = pytest.mark.browser


@pytest.fixture
def address(provider_api: ProviderApi) -> Iterator[str]:
    """The application, served."""
    with served(provider_api.web.application) as address:
        yield address


def context_of(browser: Browser, client: StrictClient, address: str, *, script: bool) -> BrowserContext:
    """Return a browser context with the biller's log-in."""
    client.page("/t")
    cookie = client.web.get_cookie(client.web.application.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    context = browser.new_context(java_script_enabled=script, locale="fi-FI")
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return context


def fill_in_late_visit(page: Page) -> None:
    """Say that the visit was cancelled, and fill in the fields that appear."""
    expect(page.locator("[name=notice_hours]")).to_be_hidden()
    page.locator("[name=cancelled][value=yes]").check(force=True)
    expect(page.locator("[name=notice_hours]")).to_be_visible()
    native = {"service_day": "2026-11-16", "start": "08:30", "end": "10:00"}
    for name, value in {**native, "notice_hours": LATE["notice_hours"]}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=cancel_reason][value=client_ill]").check(force=True)


@pytest.mark.parametrize("script", [True, False])
def test_a_cancelled_visit_is_charged(
    provider_api: ProviderApi, client: StrictClient, browser: Browser, address: str, script: bool
) -> None:
    context = context_of(browser, client, address, script=script)
    page = context.new_page()
    page.goto(f"{address}/t/kirjaa?seteli={provider_api.voucher}&lang=fi")
    fill_in_late_visit(page)
    if script:
        expect(page.locator("#preview")).to_contain_text("27,00")
        page.locator("[name=notice_hours]").fill("")
        expect(page.locator("#preview")).to_contain_text("Hinta näkyy tässä, kun on kerrottu, miksi")
        page.locator("[name=notice_hours]").fill("1,5")
    page.locator("button[value=send]").click()
    expect(page.locator("main")).to_contain_text("Asiakas oli sairas. Ilmoitettu 1,5\xa0tuntia ennen.")
    context.close()


def test_no_findings_with_the_further_fields(
    provider_api: ProviderApi, client: StrictClient, browser: Browser, address: str
) -> None:
    sent = provider_api.charge(cancel_reason="client_ill", notice_hours="30")
    refused = provider_api.post("/charges", sent).get_json()["id"]
    context = context_of(browser, client, address, script=True)
    page = context.new_page()
    form = f"{address}/t/kirjaa?seteli={provider_api.voucher}&korjaa={refused}"
    check_axe_at(page, form, LOOKS)
    expect(page.locator("[name=notice_hours]")).to_be_visible()
    check_axe_at(page, f"{address}/t/kirjaukset/{refused}", LOOKS)
    context.close()
