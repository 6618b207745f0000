"""The shell in Chromium: no axe finding, nothing blocked by the policy, focus where it belongs, also without
script."""

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.journeys.axe import LOOKS, Look, check_axe_at
from tests.pages.served import served

pytestmark = pytest.mark.browser
LOG_IN = "log in"
PAGES_OF_STAFF = ("/lomake", "/rooli")
SHELL_PAGES = ("/", "/kirjaudu", "/saavutettavuus", "/tietosuoja", "/api/docs", "/ei-ole")


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The sample application, served."""
    with served(app) as address:
        yield address


def log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/kirjaudu")
    page.get_by_role("button", name="Maija").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser writes to its console about the pages, except of the page that is not there."""
    written: list[str] = []
    page.on("console", lambda message: written.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: written.append(f"{page.url}: {error}"))
    return written


def check_pages(page: Page, address: str, looks: Sequence[Look], each: int) -> None:
    """Check every page of the shell, at `each` of the looks, which take turns from page to page."""
    turns = cycle(looks)
    for path in (*SHELL_PAGES, LOG_IN, *PAGES_OF_STAFF):
        if path == LOG_IN:
            log_in(page, address)
            continue
        check_axe_at(page, address + path, islice(turns, each), enhanced_contrast=True)


def test_axe_finds_nothing_in_one_view(page: Page, address: str, complaints: list[str]) -> None:
    check_pages(page, address, LOOKS, each=1)
    assert [complaint for complaint in complaints if "404" not in complaint] == []


@pytest.mark.long
def test_no_findings(page: Page, address: str, complaints: list[str]) -> None:
    check_pages(page, address, LOOKS, each=len(LOOKS))
    assert [complaint for complaint in complaints if "404" not in complaint] == []


def test_the_error_summary_takes_the_focus(page: Page, address: str) -> None:
    log_in(page, address)
    page.goto(f"{address}/lomake")
    page.locator("main form button").click()
    expect(page.locator("#error-summary, .govuk-error-summary").first).to_be_focused()
    page.locator(".govuk-error-summary a").first.click()
    expect(page.locator("#name")).to_be_focused()
    check_axe_at(page, f"{address}/lomake", LOOKS, enhanced_contrast=True)


def test_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fi-FI")
    page = context.new_page()
    log_in(page, address)
    page.goto(f"{address}/lomake")
    page.locator("#name").fill("Åke")
    page.locator("main form button").click()
    expect(page.get_by_role("status")).to_contain_text("Tallennettu")
    context.close()


def test_the_skip_link_comes_first(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Siirry sisältöön")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
