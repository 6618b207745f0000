"""Plain Finnish as it is read: every text of the catalogue, and every client page as it is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from statistics import mean
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.exceptions import HTTPException

import marketplace.pages
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.support_plans import OwnGoal
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import texts_of
from marketplace.write.support_plans import begin_plan
from tests.builders.client_api import CLIENT, HELPER, ClientApi
from tests.builders.county import NOW, TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.plain_text import MEAN_WORDS, MOST_WORDS, avoided, blocks_of, length, sentences
from tests.pages.strict import StrictClient, StrictPage
from tests.pages.test_client_pages import check_url

HARD_WORDS = {
    "palveluntuottaj": "Palveluntuottaja on",
    "edunvalvoj": "Edunvalvoja on",
    "induktiosilmuk": "Induktiosilmukka on",
    "esteet": "Esteetön tarkoittaa",
    "palveluseteli": "Palveluseteli on",
    "hyvinvointialue": "Hyvinvointialue on",
}
"""The stem of each hard word, and how its explanation begins on the same page."""
RUN_TOGETHER = re.compile(r"[a-zäö€)][.!?](?!fi\b|saavutettavuusvaatimukset)[A-ZÅÄÖa-zåäö]{2}")
WRITTEN_DAY = re.compile(r"\b(?:ma|ti|ke|to|pe|la|su) \d+\. \w+kuuta \d{4}|\b\d{1,2}\.\d{1,2}\.\d{4}")
STARTS = (
    "/oma", "/suunnitelma", "/suunnitelma/tarkeaa", "/suunnitelma/jako", "/suunnitelma/tavoite", "/etsi",
    "/etsi/tulokset", "/etsi/tulokset?q=qwertyq", "/kulut", "/seuranta", "/katsojat", "/apua", "/asetukset",
    "/oma/siirra", "/valitse/en-halua-setelia", "/valitse/auta-valitsemaan", "/", "/tietosuoja",
    "/saavutettavuus", "/omat-tiedot",
)  # fmt: skip


def test_no_text_of_the_catalogue_has_a_conditional_or_a_percentage() -> None:
    found = {form: avoided(form) for forms in texts_of(Language.SELKO).values() for form in forms}
    assert {form: words for form, words in found.items() if words} == {}


def test_the_measure_finds_what_it_should() -> None:
    assert avoided("Raha riittäisi. Se maksaa 50 prosenttia hinnasta, voisit valita setelisi takaisin.") == [
        "riittäisi", "voisit", "prosent",
    ]  # fmt: skip
    assert sentences("Alkaa pe 4. joulukuuta. Maksat 1 240 €: se on kaikki.") == [
        "Alkaa pe 4 joulukuuta.", "Maksat 1240€:", "se on kaikki.",
    ]  # fmt: skip


def pages_from(client: StrictClient, starts: Iterable[str]) -> dict[str, StrictPage]:
    """Fetch the pages in plain Finnish, and one page of each kind that their links lead to."""
    adapter = client.web.application.url_map.bind("localhost")
    waiting, found, kinds = list(starts), dict[str, StrictPage](), set[str]()
    first = set(waiting)
    while waiting:
        path = waiting.pop(0)
        try:
            endpoint, _values = adapter.match(urlsplit(path).path, method="GET")
        except HTTPException:
            continue
        if path in found or (endpoint in kinds and path not in first):
            continue
        answer = client.web.get(path + ("&" if "?" in path else "?") + "lang=selko", follow_redirects=True)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        kinds.add(endpoint)
        found[path] = page = client.checked(answer, path)
        links = [urljoin(path, str(link)) for link in page.root.xpath("//a/@href")]
        waiting += [link for link in links if link.startswith("/") and not link.startswith("/api")]
    return found


def prepared(api: ClientApi, client: StrictClient) -> None:
    """Give the client a choice, a goal that is due, answers in the plan, and a request to the county."""
    client.send(client.page(check_url(api)))
    assert api.session.query(Choice).count() == 1
    county_id = api.session.get_one(Client, api.client_id).county_id
    begin_plan(api.session, county_id=county_id, client_id=api.client_id, now=NOW)
    goal = {"place": 1, "words": "Uin joka viikko", "look_back_on": TODAY, "set_at": NOW - timedelta(days=60)}
    api.session.add(OwnGoal(county_id=county_id, client_id=api.client_id, **goal))
    api.session.commit()
    client.send(client.page("/valitse/en-halua-setelia"), {"words": "Haluan oman hoitajan"})


@pytest.fixture
def pages(client_api: ClientApi) -> dict[str, StrictPage]:
    """Every kind of page of a client and of a helper, in plain Finnish."""
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    prepared(client_api, client)
    compare = f"/vertaa?id={client_api.near}&id={client_api.dear}&all=1"
    found = pages_from(client, (*STARTS, compare, f"/valitse?offering={client_api.dear}"))
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    helper.send(helper.page("/puolesta"), form=0)
    return found | {
        f"helper:{path}": page for path, page in pages_from(helper, ("/puolesta", "/oma")).items()
    }


def main_texts(page: StrictPage) -> list[str]:
    return [text for main in page.root.xpath("//main") for text in blocks_of(main)]


def faults_of(page: StrictPage) -> list[object]:
    """Return long sentences, a long mean, what plain Finnish avoids, and hard words not explained."""
    texts = main_texts(page)
    lengths = {each: length(each) for text in texts for each in sentences(text)}
    average = mean([words for words in lengths.values() if words > 2] or [0])
    shown = page.texts()
    return [
        *(each for each, words in lengths.items() if words > MOST_WORDS),
        *([average] if average > MEAN_WORDS else []),
        *((text, words) for text in texts if (words := avoided(text))),
        *(word for word, begin in HARD_WORDS.items() if word in shown.lower() and begin not in shown),
    ]


def test_every_client_page_is_plain(pages: dict[str, StrictPage]) -> None:
    assert len(pages) > 30
    assert {path: faults for path, page in pages.items() if (faults := faults_of(page))} == {}


def test_sentences_do_not_run_together(pages: dict[str, StrictPage]) -> None:
    """A template that ends a line with a block loses the space to the next line."""
    shown = {
        path: [text for text in main_texts(page) if RUN_TOGETHER.search(text)] for path, page in pages.items()
    }
    assert {path: texts for path, texts in shown.items() if texts} == {}


def test_days_are_written_as_they_are_said(pages: dict[str, StrictPage]) -> None:
    """A near day has no year, and no day is a row of numbers but in an example of how to write one."""
    shown = {
        path: [text for text in main_texts(page) if WRITTEN_DAY.search(text) and "Esimerkiksi" not in text]
        for path, page in pages.items()
    }
    assert {path: texts for path, texts in shown.items() if texts} == {}


def test_the_number_to_call_is_in_the_aside_or_the_footer(pages: dict[str, StrictPage]) -> None:
    numbers = "count(//footer//a[starts-with(@href, 'tel:')]) + count(//section[contains(@class, 'om-call')])"
    helped = {path: page for path, page in pages.items() if not path.endswith("/apua")}
    assert {path: count for path, page in helped.items() if (count := page.root.xpath(numbers)) != 1} == {}


def test_no_template_for_clients_writes_days_as_for_staff() -> None:
    folder = Path(marketplace.pages.__file__).parents[1] / "templates" / "marketplace"
    written = {
        path.name: found
        for path in folder.glob("*.html")
        if not path.name.startswith("staff_")
        and (found := re.findall(r"\|\s*(?:day|day_long|moment|sentence)\b", path.read_text()))
    }
    assert written == {}
