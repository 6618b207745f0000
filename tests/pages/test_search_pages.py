"""The search in the address: words that are filters, chips, narrower searches, and the way back."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def address(location: str) -> dict[str, list[str]]:
    """The fields of an address."""
    return parse_qs(urlsplit(location).query)


def test_words_that_are_filters_move_to_the_address(client_api: ClientApi) -> None:
    words = "svenskspråkig kaisla illalla"
    answer = client_api.web.get("/etsi/tulokset", query_string={"q": words, "sort": "soonest"})
    assert answer.status_code == 302
    assert address(answer.headers["Location"]) == {
        "q": ["kaisla"],
        "sort": ["soonest"],
        "language": ["sv"],
        "time": ["evening"],
    }


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_the_results_are_right_with_every_filter(client: StrictClient, language: str) -> None:
    for query in (
        "q=kaisla&time=evening&remote=no&free_within_days=31",
        "language=sv&municipality=491&access=step_free&access=lift&service=PERSONAL_ASSISTANCE",
        "municipality=any&service=any",
    ):
        client.page(f"/etsi/tulokset?{query}", lang=language)
        client.page(f"/etsi?change=1&{query}", lang=language)


def test_each_condition_is_a_chip_that_can_be_taken_off(client: StrictClient) -> None:
    page = client.page("/etsi/tulokset?language=sv&time=evening&municipality=any&sort=soonest", lang="en")
    chips = page.root.xpath("//ul[@aria-labelledby='chips']//a")
    assert [chip.text_content().replace("\xa0", " ") for chip in chips] == [
        "Take off: Swedish ×",
        "Take off: In the evening ×",
    ]
    assert address(chips[0].get("href")) == {"time": ["evening"], "municipality": ["any"]}


def test_ones_own_municipality_is_a_chip_too(client: StrictClient) -> None:
    page = client.page("/etsi/tulokset?language=sv", lang="en")
    own = page.root.xpath("//ul[@aria-labelledby='chips']//a")[0]
    assert "Mikkeli" in own.text_content()
    assert address(own.get("href")) == {"language": ["sv"], "municipality": ["any"]}


def test_narrower_searches_have_counts_that_are_kept(client: StrictClient) -> None:
    page = client.page("/etsi/tulokset?municipality=any&service=PERSONAL_ASSISTANCE", lang="en")
    narrower = page.root.xpath("//div[contains(@class, 'om-narrow')]//a")
    assert narrower
    for link in narrower:
        count = int(link.text_content().rsplit("(", 1)[1].rstrip(")"))
        narrowed = client.page(link.get("href"), lang="en")
        assert narrowed.one("h1").text_content().startswith(f"{count} service"), link.text_content()


def test_prices_are_not_compared_across_services(client_api: ClientApi) -> None:
    visitor = StrictClient(client_api.web)
    several = visitor.page("/etsi/tulokset?sort=price", lang="en")
    assert several.root.xpath("//select[@id='sort']/option/@value") == ["fit", "soonest"]
    one = visitor.page("/etsi/tulokset?service=PERSONAL_ASSISTANCE", lang="en")
    assert one.root.xpath("//select[@id='sort']/option/@value") == ["price", "soonest"]


def test_the_way_back_keeps_the_search(client_api: ClientApi, client: StrictClient) -> None:
    search = "q=kaisla&municipality=any"
    results = client.page(f"/etsi/tulokset?{search}", lang="en")
    kept = results.root.xpath("//input[@name='haku']/@value") or [""]
    offering = results.root.xpath("//article//h2/a/@href")[0]
    change = results.root.xpath("//a[@class='govuk-back-link']/@href")[0]
    asked = client.page(change, lang="en")
    assert asked.root.xpath("//input[@name='q']/@value") == ["kaisla"]
    for path in (offering, f"/vertaa?id={client_api.near}&haku={kept[0].replace('&', '%26')}"):
        back = client.page(path, lang="en").root.xpath("//a[@class='govuk-back-link']/@href")[0]
        assert back.startswith("/etsi/tulokset?")
        assert address(back)["q"] == ["kaisla"]


def test_logging_in_returns_to_the_search(client_api: ClientApi) -> None:
    page = StrictClient(client_api.web).page("/etsi/tulokset?q=kaisla", lang="en")
    log_in = page.root.xpath("//a[contains(@class, 'om-quiet-button')]/@href")[0]
    assert address(log_in)["next"][0].startswith("/etsi/tulokset?q=kaisla")
