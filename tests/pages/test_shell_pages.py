"""The shell's own pages, in every language, read strictly."""

from collections.abc import Callable

import pytest

from tests.pages.strict import StrictClient

PUBLIC = ("/", "/kirjaudu", "/saavutettavuus", "/tietosuoja", "/api/docs")
HEADINGS = {
    "fi": "Tietosuoja",
    "sv": "Dataskydd",
    "en": "Privacy",
    "selko": "Tietosuoja",
}


@pytest.mark.parametrize("lang", ["fi", "sv", "en", "selko"])
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(client: StrictClient, path: str, lang: str) -> None:
    client.page(path, lang=lang)


def test_titles_are_unique(client: StrictClient) -> None:
    titles = [client.page(path).texts("title") for path in PUBLIC]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(("lang", "heading"), HEADINGS.items())
def test_a_page_is_in_the_requested_language(client: StrictClient, lang: str, heading: str) -> None:
    assert client.page("/tietosuoja", lang=lang).texts("h1") == heading


def test_the_switch_keeps_the_page_and_is_remembered(client: StrictClient) -> None:
    page = client.page("/tietosuoja?page=2", lang="sv")
    assert page.one("a[@hreflang='en']").get("href") == "/tietosuoja?page=2&lang=en"
    assert client.page("/saavutettavuus").texts("h1") == "Tillgänglighetsutlåtande"


def test_the_browsers_language_is_used_if_none_is_chosen(client: StrictClient) -> None:
    plain = client.page("/tietosuoja", headers={"Accept-Language": "xx, fi-x-selko;q=0.9, en;q=0.5"})
    assert plain.root.get("lang") == "fi-x-selko"
    assert client.page("/tietosuoja", headers={"Accept-Language": "de, sv-FI"}).texts("h1") == "Dataskydd"
    assert client.page("/tietosuoja", headers={"Accept-Language": "de"}).texts("h1") == "Tietosuoja"


def test_every_macro_and_field_is_sound(client: StrictClient, log_in: Callable[[str], None]) -> None:
    log_in("Maija")
    client.page("/lomake", lang="fi")
    client.page("/lomake", lang="sv")
    page = client.page("/lomake", lang="en")
    assert "Plan: €20" in page.texts("p[@class='om-plot__legend']")


def test_the_balance_is_described_in_words(client: StrictClient, log_in: Callable[[str], None]) -> None:
    log_in("Maija")
    sentence = client.page("/lomake").texts("p[@class='om-balance__sentence']")
    assert (
        sentence
        == "Sinulla on jäljellä 820\xa0€. Se on noin 31 käyntiä. Se riittää la 21. marraskuuta asti.".replace(
            "\xa0", " "
        )
    )


def test_pages_that_are_not_there(client: StrictClient) -> None:
    page = client.page("/ei-ole", status=404)
    assert page.texts("h1") == "Sivua ei löytynyt"
    assert "015 123 4567" in page.texts("main")


def test_numbers_beyond_the_database_are_not_there(client: StrictClient) -> None:
    assert client.web.get("/api/v1/things/9999999999999999999999").status_code == 404
    assert client.web.get("/tieto%00suoja").status_code == 404


def test_a_wrong_method_lists_the_allowed_methods(client: StrictClient) -> None:
    answer = client.web.get("/ulos")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    client.checked(answer, "/ulos", 405)


def test_a_failure_is_a_page_of_its_own(client: StrictClient) -> None:
    client.web.application.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.web.get("/rikki")
    assert client.checked(answer, "/rikki", answer.status_code).texts("h1")


def test_files_are_kept_for_a_year_and_zipped(client: StrictClient) -> None:
    address = client.page("/").one("link[@rel='stylesheet']").get("href")
    answer = client.web.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"GDS Transport" not in client.web.get(address).data


def test_the_first_load_is_light(client: StrictClient) -> None:
    """At most 150 kB compressed: page, style sheet, scripts and the one font that is needed."""
    page = client.page("/")
    styles = page.root.xpath("//link[@rel='stylesheet' or @rel='preload' or @rel='icon']/@href")
    scripts = page.root.xpath("//script/@src")
    folder = scripts[0].rsplit("/", 1)[0]
    addresses = {*styles, *scripts, f"{folder}/vendor/govuk-frontend.min.js"}
    sizes = [len(client.web.get(address, headers={"Accept-Encoding": "gzip"}).data) for address in addresses]
    assert sum(sizes) + len(page.answer.data) <= 150_000


def test_headers_of_every_answer(client: StrictClient) -> None:
    for path in ("/", "/ei-ole", "/api/openapi.json", "/health/live"):
        headers = client.web.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_operators_see_health_and_numbers(client: StrictClient) -> None:
    assert client.web.get("/health/live").json == {"status": "live"}
    assert client.web.get("/health/ready").json == {"database": "here", "status": "ready"}
    assert "omatori_answers_total" in client.web.get("/metrics").text
