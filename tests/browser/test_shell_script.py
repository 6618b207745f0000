"""The script of the shell: what it changes on a page while it is open."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

import foundation.web

STATIC = Path(foundation.web.__file__).parent / "static"
SITE = "http://omatori.test"
TABLE = """<main>
<div class="om-table-frame" tabindex="0" role="region" aria-label="Charges"
  style="overflow-x: auto">
<table style="width: 600px"><tr><td>12.11.2026</td></tr></table></div></main>
<script type="module" src="/shell.js"></script>"""


@pytest.mark.browser
def test_a_table_is_a_stop_for_the_keyboard_while_it_overflows(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.route(f"{SITE}/**", _serve)
    page.goto(f"{SITE}/")
    frame = page.get_by_role("region", name="Charges")
    expect(frame).not_to_have_attribute("tabindex", "0")
    page.set_viewport_size({"width": 390, "height": 800})
    expect(frame).to_have_attribute("tabindex", "0")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(frame).not_to_have_attribute("tabindex", "0")


def _serve(route: Route) -> None:
    """Answer with a file of the static folder, or with the page that holds the table."""
    file = STATIC / route.request.url.removeprefix(f"{SITE}/")
    if file.is_file():
        route.fulfill(path=file)
    else:
        route.fulfill(body=TABLE, content_type="text/html")
