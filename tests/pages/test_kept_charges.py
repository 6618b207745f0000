"""What a phone keeps of a charge that waits: as little as must be sent, until it is sent or the log-out."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import BrowserContext, expect

from foundation.database.tables.charges import Charge
from tests.builders.provider_api import ProviderApi
from tests.journeys.axe import LOOKS, check_axe_at
from tests.pages.test_charges_without_connection import (
    QUEUE,
    STORED,
    address,
    biller,
    line,
    opened_form,
    phone,
    send,
    states,
)

__all__ = ["address", "biller", "line", "phone"]  # the fixtures


@pytest.mark.browser
def test_logging_out_asks_once_and_removes_what_is_kept(
    provider_api: ProviderApi, phone: BrowserContext, address: str
) -> None:
    page = opened_form(phone, provider_api, address)
    phone.set_offline(True)
    send(page)
    expect(page.locator("#charge-queue")).to_contain_text("1 veloitus odottaa")
    page.evaluate("sessionStorage.setItem('omatori-visit:x', '[]')")
    phone.route(f"**{QUEUE}/tila", lambda route: route.abort())
    phone.set_offline(False)
    page.locator("header form[action='/ulos'] button").click()
    expect(page).to_have_url(re.compile("#ulos$"))
    expect(page.locator("#charge-queue-leave")).to_be_visible()
    assert states(page) == ["waiting"]
    page.get_by_role("button", name="Kirjaudu ulos ja poista ne").click()
    expect(page.locator("header form[action='/ulos']")).to_have_count(0)
    assert states(page) == []
    assert page.evaluate("Object.keys(sessionStorage)") == []
    assert provider_api.count(Charge) == 0


@pytest.mark.browser
def test_what_is_kept_names_nobody(provider_api: ProviderApi, phone: BrowserContext, address: str) -> None:
    page = opened_form(phone, provider_api, address)
    phone.set_offline(True)
    send(page)
    expect(page.locator("#charge-queue")).to_contain_text("1 veloitus odottaa")
    kept = json.dumps(page.evaluate(STORED))
    assert "Aino" not in kept
    assert "C-0" not in kept
    assert "csrf" not in kept
    assert page.evaluate(
        "caches.keys().then(async (names) => (await Promise.all(names.map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"
        ".filter((path) => !path.startsWith('/static/')))"
    ) in ([], ["/t/ei-yhteytta"])


@pytest.mark.browser
def test_what_cannot_be_sent_is_mended(
    provider_api: ProviderApi, phone: BrowserContext, address: str
) -> None:
    page = opened_form(phone, provider_api, address)
    page.locator("[name=service_day]").fill("")
    phone.set_offline(True)
    send(page)
    expect(page.locator("#charge-queue")).to_contain_text("1 veloitus odottaa")
    phone.set_offline(False)
    page.goto(address + QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Kirjoita käynnin päivä")
    page.get_by_role("link", name="Korjaa ja lähetä uudelleen").click()
    expect(page.locator("[name=start]")).to_have_value("08:00")
    page.locator("[name=service_day]").fill("2026-11-20")
    send(page)
    expect(page.locator("main")).to_contain_text("Veloitus hyväksyttiin.")
    assert (states(page), provider_api.count(Charge)) == ([], 1)


@pytest.mark.browser
def test_the_pages_have_no_findings(provider_api: ProviderApi, phone: BrowserContext, address: str) -> None:
    page = opened_form(phone, provider_api, address)
    phone.route(f"**{QUEUE}/tila", lambda route: route.abort())
    send(page)
    expect(page.locator("#charge-queue")).to_contain_text("1 veloitus odottaa")
    for path in (QUEUE, f"{QUEUE}#ulos", "/t"):
        check_axe_at(page, address + path, LOOKS)
    phone.clear_cookies()
    check_axe_at(page, f"{address}/t/ei-yhteytta", LOOKS)
