"""Photos on pages: added with words, shown lazily with their sides, hidden by the county."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from benchmarks.pages import MOST_KB, weight
from foundation.database.tables.photos import Photo
from foundation.database.tables.providers import Offering, Provider
from foundation.vocabulary.roles import Role
from tests.builders.people import a_person
from tests.builders.photos import a_picture
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en")
SMALL = a_picture(width=400, height=300)


@pytest.fixture
def client(provider_api: ProviderApi) -> StrictClient:
    """The biller, logged in."""
    return logged_in(provider_api.web, provider_api.session, provider_api.biller)


def add(
    api: ProviderApi, client: StrictClient, data: bytes | None = SMALL, status: int = 200, **fields: Any
) -> StrictPage:
    page = client.page("/t/kuvat", lang="en")
    number = next(
        n for n, form in enumerate(page.root.xpath("//main//form")) if form.xpath(".//input[@name='file']")
    )
    values = {
        "of": f"offering {api.offering_id}",
        "text_fi": "Leveä ovi",
        "text_sv": "En bred dörr",
        **fields,
    }
    file = {"file": (BytesIO(data), "kuva.jpg")} if data is not None else {}
    return client.send(page, values | file, form=number, status=status)


def test_clients_see_a_photo_with_its_words_in_their_language(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    assert "Clients see the photo now." in add(provider_api, client).texts("main")
    for language, words, lang in (
        ("fi", "Leveä ovi", None),
        ("sv", "En bred dörr", None),
        ("en", "Leveä ovi", "fi"),
    ):
        image = client.page(f"/tarjonta/{provider_api.offering_id}", lang=language).one("main//img")
        assert (image.get("alt"), image.get("lang"), image.get("loading")) == (words, lang, "lazy")
        assert (image.get("width"), image.get("height")) == ("320", "240")
        assert provider_api.web.get(image.get("src")).status_code == 200
    removed = client.send(client.page("/t/kuvat", lang="en"), {"photo": photo_id(provider_api)}, form=0)
    assert "The photo was removed." in removed.texts("main")
    assert provider_api.count(Photo) == 0


def photo_id(api: ProviderApi) -> str:
    api.session.rollback()
    return str(api.session.scalar(select(func.max(Photo.id))))


def test_a_page_with_six_photos_is_as_light_as_every_client_page(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    busy = a_picture("PNG", width=1400, height=1400)
    for _ in range(6):
        add(provider_api, client, busy)
    page = client.page(f"/tarjonta/{provider_api.offering_id}", lang="en")
    assert (len(page.root.xpath("//main//img")), len(page.root.xpath("//main//details//li/a"))) == (2, 4)
    assert all(
        provider_api.web.get(link).status_code == 200 for link in page.root.xpath("//main//li/a/@href")
    )
    path = f"/tarjonta/{provider_api.offering_id}"
    without = weight(provider_api.web.application, "", "/etsi")
    found = weight(provider_api.web.application, "", path)
    assert without < found <= MOST_KB


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_is_right_in_every_language(
    provider_api: ProviderApi, client: StrictClient, language: str
) -> None:
    client.page("/t/kuvat", lang=language)
    add(provider_api, client)
    client.page("/t/kuvat", lang=language)
    client.page(f"/tarjonta/{provider_api.offering_id}", lang=language)


@pytest.mark.parametrize(
    ("data", "wrong", "words"),
    [
        (None, {}, "Choose the photo"),
        (b"%PDF-1.7", {}, "This is not a photo that can be read."),
        (b"\xff" * 8_000_001, {}, "The file is over 8 megabytes."),
        (SMALL, {"text_fi": "", "text_sv": ""}, "Write what the photo shows"),
        (SMALL, {"text_fi": "x" * 301}, "Write at most 300 characters"),
        (SMALL, {"of": ""}, "Choose a service or a place"),
        (SMALL, {"of": "offering 999999"}, "Choose one from the list"),
    ],
)
def test_a_wrong_field_says_why_and_keeps_what_was_typed(
    provider_api: ProviderApi, client: StrictClient, data: bytes | None, wrong: dict[str, str], words: str
) -> None:
    after = add(
        provider_api,
        client,
        data,
        status=422,
        text_en="A wide door" if "text_fi" not in wrong else "",
        **wrong,
    )
    assert words in after.texts("main")
    assert after.one("input[@name='text_sv']").get("value") == wrong.get("text_sv", "En bred dörr")
    assert provider_api.count(Photo) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_county_hides_it_with_a_reason_that_the_provider_reads(
    provider_api: ProviderApi, client: StrictClient, language: str
) -> None:
    add(provider_api, client)
    session = provider_api.session
    county_id = session.get_one(Offering, provider_api.offering_id).county_id
    business_id = session.get_one(Provider, provider_api.provider_id).business_id
    key = photo_id(provider_api)
    actor = a_person(session, Role.WORKER, county_id=county_id)
    session.commit()
    worker = logged_in(provider_api.web, session, actor)
    assert f"/tt/kuvat/{key}" in worker.page(f"/tt/tuottaja/{business_id}", lang=language).answer.text
    page = worker.page(f"/tt/kuvat/{key}", lang=language)
    worker.send(page, {"why": " "}, button="step=hide", status=422)
    worker.send(page, {"why": "Kuvassa on asiakas."}, button="step=hide")
    assert not worker.page(f"/tarjonta/{provider_api.offering_id}", lang=language).root.xpath("//main//img")
    hidden = worker.page(f"/tt/kuvat/{key}", lang=language)
    assert "Kuvassa on asiakas." in hidden.texts("main")
    own = logged_in(provider_api.web, session, provider_api.biller).page("/t/kuvat", lang=language)
    assert "Kuvassa on asiakas." in own.texts("main")
    worker = logged_in(provider_api.web, session, actor)
    worker.send(worker.page(f"/tt/kuvat/{key}", lang=language), button="step=show")
    assert worker.page(f"/tarjonta/{provider_api.offering_id}", lang=language).root.xpath("//main//img")


def of_words(page: StrictPage) -> list[str]:
    return [page.one(f"input[@name='text_{each}']").get("value") or "" for each in LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_changed_without_the_photo(
    provider_api: ProviderApi, client: StrictClient, language: str
) -> None:
    add(provider_api, client)
    key = photo_id(provider_api)
    page = client.page(f"/t/kuvat/{key}", lang=language)
    assert of_words(page) == ["Leveä ovi", "En bred dörr", ""]
    wrong = client.send(page, {"text_fi": " ", "text_sv": "", "text_en": ""}, status=422)
    assert of_words(wrong)[1:] == ["", ""]
    long = client.send(page, {"text_fi": "x" * 301, "text_sv": "Dörr"}, status=422)
    assert of_words(long)[:2] == ["x" * 301, "Dörr"]
    client.send(page, {"text_fi": "Matala kynnys", "text_sv": "", "text_en": "A low step"})
    image = client.page(f"/tarjonta/{provider_api.offering_id}", lang="en").one("main//img")
    assert image.get("alt") == "A low step"
    assert provider_api.count(Photo) == 1
    client.page("/t/kuvat/999999", lang=language, status=404)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stale_form_shows_what_is_stored_and_saves_when_sent_again(
    provider_api: ProviderApi, client: StrictClient, language: str
) -> None:
    add(provider_api, client)
    key = photo_id(provider_api)
    mine = client.page(f"/t/kuvat/{key}", lang=language)
    client.send(client.page(f"/t/kuvat/{key}", lang=language), {"text_fi": "Matala kynnys"})
    conflict = client.send(mine, {"text_sv": "Min dörr"}, status=422)
    assert of_words(conflict) == ["Leveä ovi", "Min dörr", ""]
    assert "Matala kynnys" in conflict.texts("main//*[contains(@class, 'om-notice')]")
    assert stored_words(provider_api) == ["Matala kynnys", "En bred dörr", ""]
    client.send(conflict, {"text_fi": "Matala kynnys"})
    assert stored_words(provider_api) == ["Matala kynnys", "Min dörr", ""]


def test_the_same_words_sent_twice_are_no_conflict(provider_api: ProviderApi, client: StrictClient) -> None:
    """A connection that is lost after the first answer has the browser send them again."""
    add(provider_api, client)
    page = client.page(f"/t/kuvat/{photo_id(provider_api)}", lang="en")
    for _ in range(2):
        assert "The words were changed." in client.send(page, {"text_fi": "Matala kynnys"}).texts("main")
    assert stored_words(provider_api) == ["Matala kynnys", "En bred dörr", ""]


def stored_words(api: ProviderApi) -> list[str]:
    api.session.rollback()
    return list(api.session.execute(select(Photo.text_fi, Photo.text_sv, Photo.text_en)).one())
