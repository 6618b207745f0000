"""The shell in Chromium: no axe finding, nothing blocked by the policy, focus where it belongs, also without
script."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.journeys.axe import check_axe_everywhere

pytestmark = pytest.mark.browser
SHELL_PAGES = ("/", "/kirjaudu", "/saavutettavuus", "/tietosuoja", "/api/docs", "/ei-ole")


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The sample application on a port of its own, one request at a time."""
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/kirjaudu")
    page.get_by_role("button", name="Maija").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_no_findings(page: Page, address: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    for path in SHELL_PAGES:
        check_axe_everywhere(page, address + path, enhanced_contrast=True)
    log_in(page, address)
    for path in ("/lomake", "/rooli"):
        check_axe_everywhere(page, address + path, enhanced_contrast=True)
    assert [one for one in complaints if "404" not in one] == []


def test_the_summary_of_faults_takes_the_focus(page: Page, address: str) -> None:
    log_in(page, address)
    page.goto(f"{address}/lomake")
    page.locator("main form button").click()
    expect(page.locator("#error-summary, .govuk-error-summary").first).to_be_focused()
    page.locator(".govuk-error-summary a").first.click()
    expect(page.locator("#name")).to_be_focused()
    check_axe_everywhere(page, f"{address}/lomake", enhanced_contrast=True)


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
