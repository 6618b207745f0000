"""The client's pages on a phone: no word is broken, visits are short, and the week begins today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from foundation.database.tables.providers import Offering
from tests.builders.client_api import CLIENT, ClientApi
from tests.builders.county import TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.served import served
from tests.pages.strict import StrictClient
from tests.pages.test_largest_text import open_window

WIDTH = 390
BROKEN = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    if (node.parentElement.closest('.govuk-visually-hidden, svg, thead')) continue;
    for (const word of node.textContent.matchAll(/[\\p{L}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = [...range.getClientRects()].filter(rect => rect.width).map(rect => Math.round(rect.top));
      if (new Set(lines).size > 1) found.push(word[0]);
    }
  }
  return found;
}"""


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


@pytest.mark.browser
def test_no_word_is_broken_on_a_phone(client_api: ClientApi, client: StrictClient, page: Page) -> None:
    compare = f"/vertaa?id={client_api.near}&id={client_api.dear}&all=1"
    offering = f"/tarjonta/{client_api.near}"
    with served(client_api.web.application) as address:
        open_window(client_api, page, address)
        page.set_viewport_size({"width": WIDTH, "height": 844})
        results = "/etsi/tulokset?municipality=any"
        for path in ("/oma", "/etsi", results, compare, offering, "/kulut", "/kaynnit"):
            page.goto(address + path)
            assert page.evaluate(BROKEN) == [], path


def test_the_list_of_visits_folds_what_each_cost(client_api: ClientApi, client: StrictClient) -> None:
    """Each card says what the client paid; the price and the answer open on wish."""
    client.send(client.page("/kulut", lang="en"), form=0)
    (card,) = client.page("/kulut", lang="en").root.xpath("//main//article")
    shown = " ".join(" ".join(str(text) for text in card.xpath(".//p//text()")).split())
    assert "You pay" in shown
    assert "The county pays" not in shown
    folded = " ".join(str(card.xpath("string(.//details)")).split())
    assert "The county pays" in folded


def test_the_start_page_lists_the_other_pages(client: StrictClient) -> None:
    page = client.page("/oma", lang="en")
    links = page.root.xpath("//main//ul[@class='om-menu']/li/a/@href")
    assert {"/viestit", "/kortti", "/oma/kirjeet", "/suunnitelma", "/katsojat", "/asetukset"} <= set(links)


def test_classes_that_cost_the_same_are_one_row(client_api: ClientApi, client: StrictClient) -> None:
    page = client.page(f"/tarjonta/{client_api.near}", lang="en")
    prices = [row.xpath("string(./td[1])") for row in page.root.xpath("//main//table/tbody/tr")]
    assert len(prices) == len(set(prices))


@pytest.mark.parametrize("start", ["10:00"])
def test_the_week_begins_with_today(client_api: ClientApi, client: StrictClient, start: str) -> None:
    """A visit of today and one of tomorrow are named so; today is a Saturday."""
    pattern = {"weekdays": [6, 7], "start": start, "length": 60}
    sent = {"offering": client_api.near, "starts_on": TODAY.isoformat(), "plan": {"timed": [pattern]}}
    answer = client_api.post(f"/fundings/{client_api.voucher}/choices", sent)
    assert answer.status_code == 201, answer.text
    page = client.page("/kaynnit", lang="en")
    titles = page.root.xpath("//main//section/h2")
    days = [str(title.text_content()).strip().replace("\xa0", " ") for title in titles]
    assert days[:2] == ["Today, Saturday 21 November", "Tomorrow, Sunday 22 November"]
    sunday = (TODAY + timedelta(days=1)).isoformat()
    assert client.page(f"/kaynnit?viikko={sunday}", lang="sv").root.xpath("//main//section/h2")


def test_choosing_says_first_that_this_cannot_be_chosen(client_api: ClientApi, client: StrictClient) -> None:
    """The questions are not asked without saying so, for somebody who comes by an old link."""
    client_api.session.get_one(Offering, client_api.dear).municipalities = ["740"]
    client_api.session.commit()
    reasons = "//main//ul[@class='om-findings']/li"
    said = {}
    for key in (client_api.near, client_api.dear, client_api.cheap):
        pages = [client.page(f"/{path}{key}", lang="en") for path in ("tarjonta/", "valitse?offering=")]
        first, second = ([each.text_content() for each in page.root.xpath(reasons)] for page in pages)
        assert first == second
        said[key] = first
    assert said[client_api.near] == []
    assert len(said[client_api.dear]) == 1
