"""The search in the address: words that are filters, chips, narrower searches, and the way back."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from foundation.database.tables.counties import County
from tests.builders.client_api import CLIENT, ClientApi
from tests.builders.provider import a_provider, an_offering
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


def test_three_results_are_shown_at_a_time_until_more_are_wished_for(client_api: ClientApi) -> None:
    county = client_api.session.get_one(County, 12)
    for number in range(2):
        provider = a_provider(
            client_api.session, county, business_id=f"800000{number}-1", name=f"Uusi {number}"
        )
        an_offering(client_api.session, county, provider)
    client_api.session.commit()
    visitor = StrictClient(client_api.web)
    page = visitor.page("/etsi/tulokset?municipality=any&sort=soonest", lang="en")
    assert len(page.root.xpath("//article")) == 3
    more = page.root.xpath("//a[text()='Show 12 at a time']/@href")[0]
    assert address(more) == {"municipality": ["any"], "sort": ["soonest"], "size": ["12"]}
    shown = visitor.page(more, lang="en")
    assert len(shown.root.xpath("//article")) == 5
    assert shown.root.xpath("//a[text()='Show 3 at a time']")


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


@pytest.mark.parametrize(
    ("query", "chip"),
    [
        ("within_km=30&municipality=491", "At most 30 km"),
        ("communication=pictures&communication=writing", "Writing"),
        ("home_visits=yes", "Comes to your home"),
        ("max_price=35,50", "At most €35.50"),
        ("free_within_days=14", "Within two weeks"),
        ("time=night", "At night"),
    ],
)
def test_each_further_condition_is_a_chip_and_stays_in_the_form(
    client_api: ClientApi, query: str, chip: str
) -> None:
    visitor = StrictClient(client_api.web)
    page = visitor.page(f"/etsi/tulokset?{query}", lang="en")
    chips = page.texts("ul[@aria-labelledby='chips']")
    assert f"Take off: {chip}" in chips.replace("\xa0", " ")
    form = visitor.page(f"/etsi?change=1&{query}", lang="en")
    name, _, value = query.partition("&")[0].partition("=")
    assert form.root.xpath("//details[@open]") or name == "free_within_days"
    picked = (
        f"//option[@selected and @value='{value}'] | //input[@name='{name}' and (@checked or @type='text')]"
    )
    assert form.root.xpath(picked), name


def test_distances_start_at_the_picked_place(client_api: ClientApi) -> None:
    visitor = StrictClient(client_api.web)
    near = visitor.page("/etsi/tulokset?municipality=491&within_km=10", lang="en")
    assert "Apu Aalto" not in near.texts("main")
    assert "Hoiva Havu" in near.texts("main")
    unmeasured = visitor.page("/etsi/tulokset?within_km=10", lang="en")
    assert "Apu Aalto" in unmeasured.texts("main")


def test_a_condition_that_cannot_be_read_leads_to_its_question(client_api: ClientApi) -> None:
    visitor = StrictClient(client_api.web)
    query = "service=GARDENING&max_price=cheap"
    page = visitor.page(f"/etsi/tulokset?{query}", lang="en")
    links = page.root.xpath("//div[contains(@class, 'om-notice')]//a/@href")
    assert [urlsplit(link).fragment for link in links] == ["service-0", "max_price"]
    for link in links:
        form = visitor.page(link.partition("#")[0], lang="en")
        control = form.one(f"*[@id='{urlsplit(link).fragment}']")
        assert control.get("aria-describedby") or form.root.xpath("//fieldset[@aria-describedby]")


def test_nothing_found_says_which_of_the_further_conditions_to_drop(client_api: ClientApi) -> None:
    near = client_api.offering(client_api.near)
    near.communication = ["pictures"]
    client_api.session.commit()
    visitor = StrictClient(client_api.web)
    page = visitor.page("/etsi/tulokset?communication=pictures&max_price=10&home_visits=yes", lang="en")
    assert "Nothing was found" in page.texts("h1")
    assert not page.root.xpath("//ul[@class='om-relax']/li")
    page = visitor.page("/etsi/tulokset?communication=pictures&max_price=10", lang="en")
    assert page.texts("ul[@class='om-relax']/li") == "Search at a higher price: 1 result"


def test_the_map_has_the_number_that_each_municipality_then_shows(client: StrictClient) -> None:
    for picked in ("any", "491"):
        page = client.page(f"/etsi/tulokset?service=PERSONAL_ASSISTANCE&municipality={picked}", lang="en")
        tiles = page.root.xpath("//*[@class='om-map']//a")
        assert len(tiles) == len({tile.xpath("./*[local-name()='text']")[0].text_content() for tile in tiles})
        for tile in tiles:
            name, count = (text.text_content() for text in tile.xpath("./*[local-name()='text']"))
            heading = client.page(tile.get("href"), lang="en").texts("h1")
            assert heading.startswith(f"{count} service" if count != "0" else "Nothing was found"), name


def test_only_those_that_can_be_chosen_are_said_to_help(client_api: ClientApi, client: StrictClient) -> None:
    client_api.offering(client_api.dear).municipalities = ["837"]
    client_api.session.commit()
    search = "/etsi/tulokset?service=PERSONAL_ASSISTANCE&municipality="
    near = client.page(f"{search}491", lang="en")
    assert "can help you" in near.texts("h1")
    assert "You cannot choose this" not in near.texts("main")
    everywhere = client.page(f"{search}any&size=12", lang="en")
    assert "You cannot choose this" in everywhere.texts("main")
    assert "found" in everywhere.texts("h1")
