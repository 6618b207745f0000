"""The client's pages with the largest text on a narrow phone: nothing is cut, and links are large enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.served import served

pytestmark = pytest.mark.browser
WIDTH, TARGET = 320, 44
TOO_LOW = """() => [...document.querySelectorAll('.om-content a, .om-content button, .om-content summary')]
  .filter(element => !element.closest('.govuk-visually-hidden, .govuk-details__text, .om-offer'))
  .map(element => [element.getBoundingClientRect().height, element.textContent.trim()])
  .filter(([height]) => height > 0 && height < %d)"""


def test_nothing_is_cut_and_targets_are_large(client_api: ClientApi, page: Page) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    client.send(client.page("/asetukset"), {"language": "fi", "size": "larger"})
    cookies = {cookie.key: cookie.value for cookie in (client_api.web._cookies or {}).values()}
    with served(client_api.web.application) as address:
        page.context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
        )
        page.set_viewport_size({"width": WIDTH, "height": 700})
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
            assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, path
            assert page.evaluate(TOO_LOW % TARGET) == [], path
