"""A visit without a plan in five taps: known clients, the card's code, and the times of last time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from tests.builders import NOW
from tests.builders.county import TODAY
from tests.builders.provider_api import ProviderApi
from tests.journeys.axe import LOOKS, check_axe_at
from tests.pages.logged_in import logged_in
from tests.pages.served import served
from tests.pages.strict import StrictClient

MOST_TAPS = 5
WIDTHS = (390, 320)


@pytest.fixture
def biller(provider_api: ProviderApi) -> StrictClient:
    """The biller, logged in; one charge was sent before."""
    times = {"start": "08:00", "end": "10:00"}
    sent = provider_api.post("/charges", provider_api.charge(**times))
    assert sent.status_code == 201, sent.text
    return logged_in(provider_api.web, provider_api.session, provider_api.biller)


@pytest.fixture
def address(provider_api: ProviderApi) -> Iterator[str]:
    """The application, served."""
    with served(provider_api.web.application) as address:
        yield address


def context_of(
    browser: Browser, reader: StrictClient, address: str, *, script: bool = True, width: int = 390
) -> BrowserContext:
    """Return a phone with the reader's log-in."""
    reader.page("/t")
    cookie = reader.web.get_cookie(reader.web.application.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    context = browser.new_context(
        java_script_enabled=script, locale="fi-FI", viewport={"width": width, "height": 844}
    )
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return context


def no_code_page(reader: StrictClient, query: str = "", lang: str = "en") -> str:
    return reader.page(f"/t/kirjaa{query}", lang=lang).texts("main").replace("\xa0", " ")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_right_in_every_language(
    provider_api: ProviderApi, biller: StrictClient, language: str
) -> None:
    last = provider_api.session.scalars(select(Charge.id)).one()
    for query in ("", "?haku=aino", "?haku=nobody", f"?seteli={provider_api.voucher}&kuten={last}"):
        biller.page(f"/t/kirjaa{query}", lang=language)


def test_known_clients_are_listed_and_lead_to_the_form(
    provider_api: ProviderApi, biller: StrictClient
) -> None:
    page = biller.page("/t/kirjaa", lang="en")
    links = page.root.xpath("//ul[@class='om-clients']//a")
    assert [link.get("href").split("seteli=")[1] for link in links] == [provider_api.voucher]
    assert "Last visit charged: 16 Nov 2026, 8:00–10:00" in " ".join(
        links[0].text_content().replace("\xa0", " ").split()
    )
    name = str(links[0].xpath("string(strong)"))
    assert name in no_code_page(biller, f"?haku={name.split(maxsplit=1)[0].upper()}")
    assert "None of your clients has such a name." in no_code_page(biller, "?haku=%25")


def test_clients_of_others_and_ended_ones_are_not_listed(
    provider_api: ProviderApi, biller: StrictClient
) -> None:
    choice = provider_api.session.scalars(
        select(Choice).where(Choice.provider_id == provider_api.provider_id)
    ).one()
    choice.ends_on = TODAY - timedelta(days=60)
    provider_api.session.commit()
    assert "My clients" in no_code_page(biller)
    choice.starts_on, choice.ends_on = TODAY - timedelta(days=90), TODAY - timedelta(days=61)
    provider_api.session.commit()
    assert "My clients" not in no_code_page(biller)
    choice.ends_on, choice.withdrawn_at = None, NOW
    provider_api.session.commit()
    assert "My clients" not in no_code_page(biller)


def test_the_list_leaves_a_look_at_each_client(provider_api: ProviderApi, biller: StrictClient) -> None:
    def looks() -> int:
        query = select(AuditEvent).where(AuditEvent.act == "client.look")
        return len(provider_api.session.scalars(query).all())

    before = looks()
    biller.page("/t/kirjaa")
    assert looks() == before + 1


def test_same_as_last_time_fills_in_the_times_of_today(
    provider_api: ProviderApi, biller: StrictClient
) -> None:
    page = biller.page(f"/t/kirjaa?seteli={provider_api.voucher}", lang="en")
    values = dict(page.one("form[@id='visit']").form_values())
    assert (values["service_day"], values.get("start", ""), values.get("end", "")) == ("2026-11-21", "", "")
    link = page.root.xpath("//a[contains(., 'Same as last time')]/@href")[0]
    filled = dict(biller.page(link, lang="en").one("form[@id='visit']").form_values())
    assert (filled["service_day"], filled["start"], filled["end"]) == ("2026-11-21", "08:00", "10:00")
    assert filled["reference"] not in ("R-1", values["reference"])
    assert filled.get("unit_price_cents", "") == ""


def test_the_pattern_is_the_providers_own_charge(provider_api: ProviderApi, biller: StrictClient) -> None:
    last = provider_api.session.scalars(select(Charge.id)).one()
    page = biller.page(f"/t/kirjaa?seteli={provider_api.voucher}&kuten={last + 1}")
    assert dict(page.one("form[@id='visit']").form_values()).get("start", "") == ""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("17", None), ("1930", None), ("8,30", None), ("25", "Start time: Enter a time of day")],
)
def test_the_preview_takes_times_as_people_write_them_or_says_why_not(
    provider_api: ProviderApi, biller: StrictClient, typed: str, shown: str | None
) -> None:
    fields = biller.page(f"/t/kirjaa?seteli={provider_api.voucher}", lang="en").one("form[@id='visit']")
    data = {**dict(fields.form_values()), "service_day": "20.11.2026", "start": typed, "end": "2130"}
    answer = biller.web.post(f"/t/kirjaa?seteli={provider_api.voucher}&live=1&lang=en", data=data)
    text = answer.text.replace("\xa0", " ")
    assert (shown or "This would be accepted") in text


def test_a_visit_of_tonight_is_not_charged_before_it_begins(
    provider_api: ProviderApi, biller: StrictClient
) -> None:
    """At noon: the evening's visit of this day is yesterday's, or has not been given."""
    page = biller.page(f"/t/kirjaa?seteli={provider_api.voucher}", lang="en")
    typed = {"service_day": "21.11.2026", "start": "12.01", "end": "13"}
    refused = biller.send(page, typed, button="step=send", status=422)
    assert "This visit begins later than now." in refused.texts("main")
    data = {**page.form().fields, **typed}
    live = biller.web.post(f"/t/kirjaa?seteli={provider_api.voucher}&live=1&lang=en", data=data)
    assert "Start time: This visit begins later than now." in live.text
    biller.send(page, {**typed, "start": "9"}, button="step=send")
    assert provider_api.count(Charge) == 2


class Taps:
    """A finger that counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, selector: str) -> None:
        """Tap on the first element that matches."""
        self.page.locator(selector).first.click()
        self.count += 1


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_known_client_is_charged_in_five_taps(
    provider_api: ProviderApi, biller: StrictClient, browser: Browser, address: str, script: bool, width: int
) -> None:
    context = context_of(browser, biller, address, script=script, width=width)
    page = context.new_page()
    page.goto(f"{address}/t?lang=fi")
    taps = Taps(page)
    taps.on("main a[href$='/t/kirjaa']")
    taps.on(".om-clients a")
    taps.on("main a[href*='kuten=']")
    expect(page.locator("button[value=send]")).to_be_in_viewport()
    taps.on("button[value=send]")
    expect(page.locator("main")).to_contain_text("Veloitus hyväksyttiin.")
    assert taps.count <= MOST_TAPS
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert provider_api.count(Charge) == 2
    context.close()


@pytest.mark.browser
def test_a_visit_is_charged_by_keyboard(
    provider_api: ProviderApi, biller: StrictClient, browser: Browser, address: str
) -> None:
    context = context_of(browser, biller, address)
    page = context.new_page()
    page.goto(f"{address}/t/kirjaa?seteli={provider_api.voucher}&lang=fi")
    page.locator("main a[href*='kuten=']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=start]")).to_have_value("08:00")
    page.locator("[name=service_day]").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "send":
            break
    expect(page.locator("button[value=send]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Veloitus hyväksyttiin.")
    context.close()


@pytest.mark.browser
def test_what_has_the_focus_is_never_under_the_button(
    provider_api: ProviderApi, biller: StrictClient, browser: Browser, address: str
) -> None:
    context = context_of(browser, biller, address, width=320)
    page = context.new_page()
    page.goto(f"{address}/t/kirjaa?seteli={provider_api.voucher}&lang=fi")
    page.locator("[name=service_day]").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            "() => { const bar = document.querySelector('.om-send'), at = document.activeElement;"
            " return !bar.contains(at) && at.closest('main') !== null"
            " && at.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1; }"
        )
        assert not covered, page.evaluate("document.activeElement.outerHTML")
    context.close()


@pytest.mark.browser
def test_a_picture_of_the_card_leads_on(
    provider_api: ProviderApi, biller: StrictClient, browser: Browser, address: str, tmp_path: Path
) -> None:
    """The picture is read in the browser: it goes nowhere."""
    picture = tmp_path / "card.png"
    segno.make_qr(provider_api.voucher).save(str(picture), scale=8, border=4)
    context = context_of(browser, biller, address)
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(f"{address}/t/kirjaa?lang=fi")
    page.locator("#picture").set_input_files(str(picture))
    expect(page).to_have_url(re.compile(f"seteli={provider_api.voucher}"))
    assert set(sent) == {"GET"}
    empty = tmp_path / "empty.png"
    segno.make_qr("x").save(str(empty), scale=8, border=4, dark="white")
    page.goto(f"{address}/t/kirjaa?lang=fi")
    page.locator("#picture").set_input_files(str(empty))
    expect(page.locator("[data-says=no-code]")).to_be_visible()
    context.close()


@pytest.mark.browser
def test_the_pages_have_no_findings(
    provider_api: ProviderApi, biller: StrictClient, browser: Browser, address: str
) -> None:
    context = context_of(browser, biller, address)
    page = context.new_page()
    last = provider_api.session.scalars(select(Charge.id)).one()
    for query in (
        "",
        "?haku=zz",
        f"?seteli={provider_api.voucher}",
        f"?seteli={provider_api.voucher}&kuten={last}",
    ):
        check_axe_at(page, f"{address}/t/kirjaa{query}", LOOKS)
    context.close()
