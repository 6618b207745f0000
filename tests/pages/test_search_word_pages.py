"""The county's page of search words: add, try, remove, with an audit row for each."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.services import SearchWord
from tests.builders.client_api import WORKER, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

PATH = "/tt/hakusanat"


@pytest.fixture
def worker(client_api: ClientApi) -> StrictClient:
    """The county's worker, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, WORKER)


def acts(client_api: ClientApi) -> list[str]:
    """What the log has about search words, in its order."""
    query = select(AuditEvent.act).where(AuditEvent.act.like("search_word.%")).order_by(AuditEvent.id)
    return [*client_api.session.scalars(query)]


def added(worker: StrictClient, word: str, status: int = 200) -> str:
    """Add a word to home care, and return the page's text."""
    page = worker.page(PATH, lang="en")
    answer = worker.web.post(
        PATH,
        data={
            "csrf_token": page.root.xpath("//input[@name='csrf_token']/@value")[0],
            "word": word,
            "service": "HOME_CARE",
            "text": "fi",
        },
        follow_redirects=True,
    )
    assert answer.status_code == status
    return str(answer.text)


def test_a_word_that_a_county_adds_is_understood_in_every_form(
    client_api: ClientApi, worker: StrictClient
) -> None:
    tried = f"{PATH}?haku=mummonhoitajia"
    assert "Finds no service." in worker.page(tried, lang="en").texts("main")
    added(worker, "  mummonhoitaja ")
    assert client_api.session.scalars(select(SearchWord.word)).all() == ["mummonhoitaja"]
    assert "Finds: " in worker.page(tried, lang="en").texts("main")
    assert acts(client_api) == ["search_word.add"]


def test_a_word_is_added_once_and_must_be_a_word(client_api: ClientApi, worker: StrictClient) -> None:
    added(worker, "hoitaja")
    assert "already" in added(worker, "hoitaja", status=422)
    added(worker, "x", status=422)
    added(worker, "x" * 61, status=422)
    assert acts(client_api) == ["search_word.add"]


def test_picked_words_are_removed(client_api: ClientApi, worker: StrictClient) -> None:
    for word in ("hoitaja", "hoiva", "pesu"):
        added(worker, word)
    page = worker.page(PATH, lang="en")
    ids = page.root.xpath("//input[@name='id']/@value")
    token = page.root.xpath("//input[@name='csrf_token']/@value")[0]
    worker.web.post(f"{PATH}/poista", data={"csrf_token": token, "id": [*ids[:2], "999999", "x"]})
    assert len(client_api.session.scalars(select(SearchWord.id)).all()) == 1
    assert acts(client_api)[-2:] == ["search_word.remove", "search_word.remove"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_is_right_in_every_language(worker: StrictClient, language: str) -> None:
    added(worker, "hoitaja")
    worker.page(f"{PATH}?haku=hoitaja", lang=language)


def test_clients_do_not_see_the_page(client_api: ClientApi) -> None:
    assert client_api.web.get(PATH).status_code == 302
