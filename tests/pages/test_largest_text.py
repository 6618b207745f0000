"""The client's pages with the largest text on a narrow phone: nothing is cut, and links are large enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.served import served
from tests.pages.test_plain_pages import STARTS, pages_from, prepared

pytestmark = pytest.mark.browser
WIDTH, TARGET = 320, 44
TOO_LOW = """() => [...document.querySelectorAll('.om-content a, .om-content button, .om-content summary')]
  .filter(element => !element.closest('.govuk-visually-hidden, .govuk-details__text, .om-offer'))
  .map(element => [element.getBoundingClientRect().height, element.textContent.trim()])
  .filter(([height]) => height > 0 && height < %d)"""
TOO_WIDE = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()) && found.length < 3; ) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const wide = [...range.getClientRects()].some(rect => rect.right > innerWidth && rect.width > 0);
    const element = node.parentElement;
    if (wide && !element.closest('.om-table-frame, .govuk-visually-hidden'))
      found.push(element.tagName + ' ' + element.className + ': ' + node.textContent.trim().slice(0, 60));
  }
  return found;
}"""


def test_targets_are_large(client_api: ClientApi, page: Page) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    client.send(client.page("/asetukset"), {"language": "fi", "size": "larger"})
    with served(client_api.web.application) as address:
        open_window(client_api, page, address)
        for path in (
            "/oma",
            "/kulut",
            f"/tarjonta/{client_api.near}",
            f"/vertaa?id={client_api.near}&id={client_api.dear}&all=1",
            f"/valitse?offering={client_api.near}",
            "/apua",
        ):
            page.goto(address + path)
            assert page.locator("html").evaluate("root => root.className").count("larger"), path
            assert page.evaluate(TOO_LOW % TARGET) == [], path


@pytest.mark.parametrize("language", ["selko", pytest.param("sv", marks=pytest.mark.long)])
def test_no_page_of_a_client_is_wider_than_the_window(
    client_api: ClientApi, page: Page, language: str
) -> None:
    """Every kind of page that links lead to, with a choice, a goal and a request stored."""
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    prepared(client_api, client)
    compare = f"/vertaa?id={client_api.near}&id={client_api.dear}&all=1"
    paths = list(pages_from(client, (*STARTS, compare, f"/valitse?offering={client_api.dear}")))
    client.send(client.page("/asetukset"), {"language": "fi", "size": "larger"})
    assert len(paths) > 25
    with served(client_api.web.application) as address:
        open_window(client_api, page, address)
        wide = {}
        for path in paths:
            page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
            if page.evaluate("document.documentElement.scrollWidth") > WIDTH:
                wide[path] = page.evaluate(TOO_WIDE)
        assert wide == {}


def open_window(api: ClientApi, page: Page, address: str) -> None:
    """Give the browser the client's cookies and the width of a narrow phone."""
    cookies = {cookie.key: cookie.value for cookie in (api.web._cookies or {}).values()}
    page.context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )
    page.set_viewport_size({"width": WIDTH, "height": 700})
