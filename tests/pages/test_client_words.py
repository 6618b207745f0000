"""The words of the client's pages: plain ones, in the right language for a screen reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from foundation.database.tables.choices import Choice
from foundation.database.tables.counties import County
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import read_texts, texts_of
from tests.builders import TODAY, an_offering, approve
from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient
from tests.pages.test_client_pages import check_url

LANGUAGES = ("fi", "sv", "en", "selko")


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_provider_wrote_is_marked_as_finnish(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    """WCAG 3.1.2: a screen reader reads it with a Finnish voice on Swedish and English pages."""
    session = client_api.session
    offering = session.get_one(Offering, client_api.near)
    offering.title, offering.about = "Apua arkeen", "Autamme kotona ja kaupassa."
    session.get_one(Provider, offering.provider_id).first_visit = "Tulemme kahvilla."
    session.commit()
    client.send(client.page(check_url(client_api)))
    choice = session.query(Choice).one()
    for path, texts in {
        f"/tarjonta/{client_api.near}": ("Apua arkeen", "Autamme kotona", "Tulemme kahvilla"),
        "/tuottaja/1234567-1": ("Apua arkeen", "Tulemme kahvilla"),
        f"/valitse?offering={client_api.near}": ("Apua arkeen",),
        f"/oma/seteli/{client_api.voucher}": ("Apua arkeen",),
        f"/oma/valinta/{choice.id}/lopeta": ("Apua arkeen",),
        check_url(client_api, replaces="keep"): ("Apua arkeen",),
    }.items():
        page = client.page(path, lang=language)
        for text in texts:
            near = page.root.xpath(f"//main//text()[contains(., '{text}')]/ancestor::*[@lang][1]/@lang")
            assert {lang.split("-")[0] for lang in near} == {"fi"}, (path, text)


def test_a_step_at_the_door_is_called_so(client_api: ClientApi, client: StrictClient) -> None:
    page = client.page(f"/tarjonta/{client_api.near}", lang="en")
    assert "There are steps at the door" in page.texts("main//dl")


def test_a_comparison_says_that_no_voucher_pays(client_api: ClientApi, client: StrictClient) -> None:
    session = client_api.session
    offering = session.get_one(Offering, client_api.near)
    county, provider = session.get_one(County, 12), session.get_one(Provider, offering.provider_id)
    approve(session, county, provider, "SPORT", from_day=TODAY)
    sport = an_offering(session, county, provider, service="SPORT", price_cents=2000)
    session.commit()
    page = client.page(f"/vertaa?id={client_api.near}&id={sport.id}&all=1", lang="en")
    pays = page.root.xpath("//tr[th='You pay']/td/span[@class='om-compare__cell']/text()")
    assert pays[1] == "Your vouchers do not pay for this"


SWEDISH_OF_THE_ACT = ("servicesedel", "serviceproducent", "självriskandel", "välfärdsområde", "klient")
NOT_SWEDISH_OF_THE_ACT = re.compile(
    r"leverantör|egenandel|\bkund(?:en|er|erna|ens)?\b|handlar (?:nu )?för|egenkontakt|medarbetare|"
    r"tjänsteproducent|(?<!service)producent|var besöken rätt|(?<!\()vouchern?\b|(?<!service)sed(?:el|l)",
    re.IGNORECASE,
)


def test_swedish_uses_the_terms_of_the_act() -> None:
    """Act 569/2009 in Swedish; a short form such as `sedel` is not a term."""
    shown = {form: msgid for msgid, forms in texts_of(Language.SV).items() for form in forms}
    clients = read_texts(Path("marketplace/translations/sv.po"))
    own = [form for forms in clients.values() for form in forms]
    assert [form for form in own if NOT_SWEDISH_OF_THE_ACT.search(form)] == []
    whole = " ".join(shown).lower()
    assert [term for term in SWEDISH_OF_THE_ACT if term not in whole] == []


PLURAL_YOU = re.compile(
    r"\b(?!(?:minne|sinne|tänne|jonne|tunne)\b)\w+nne\b|\b(?:te|teille|teitä|teidän|olette|voitte|saatte|\w+tteko)\b"
    r"|\b(?:kirjoitta|kerto|tarkista|valit|peruutta|anta|jättä)k(?:aa|ää)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", ["fi", "selko"])
def test_finnish_says_sina_to_clients(language: str) -> None:
    """One page that says `sinä` and the next `te` read as if two people had written them."""
    own = read_texts(Path(f"marketplace/translations/{language}.po"))
    assert [form for forms in own.values() for form in forms if PLURAL_YOU.search(form)] == []


def test_a_title_that_is_the_name_of_the_service_is_in_the_readers_language(
    client_api: ClientApi, client: StrictClient
) -> None:
    offering = client_api.session.get_one(Offering, client_api.near)
    service = client_api.session.get_one(Service, offering.service_id)
    service.name_fi, service.name_sv = "Henkilökohtainen apu", "Personlig assistans"
    offering.title = service.name_fi
    client_api.session.commit()
    for language, name in (("sv", "Personlig assistans"), ("fi", "Henkilökohtainen apu")):
        page = client.page(f"/tarjonta/{client_api.near}", lang=language)
        assert name in page.texts("main//h2")


HELP_PATHS = {
    "fi": ("muistutus", "kantelu", "Muutoksenhaku", "Potilas- ja sosiaaliasiavastaava", "hallinto-oikeu"),
    "sv": ("anmärkning", "klagan", "Ändringssökandet", "Patient- och socialombudet", "förvaltningsdomstol"),
    "en": ("complaint", "Supervisory Agency", "review the decision", "ombudsman", "administrative court"),
    "selko": ("muistutus", "kantelu", "Muutoksenhaku", "sosiaaliasiavastaava", "hallinto-oikeu"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_page_names_every_way_to_complain(client: StrictClient, language: str) -> None:
    page = client.page("/apua", lang=language)
    shown = page.texts("main")
    assert [word for word in HELP_PATHS[language] if word not in shown] == []
    for link in page.root.xpath("//main//a[starts-with(@href, '/')]/@href"):
        assert client.web.get(str(link)).status_code == 200, link


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_are_folded_behind_the_current_one(client: StrictClient, language: str) -> None:
    page = client.page("/oma", lang=language)
    folded = page.one("header//details")
    assert folded.get("open") is None
    assert len(folded.xpath(".//a[@hreflang]")) == 4
    name = {"fi": "Suomi", "sv": "Svenska", "en": "English", "selko": "Selkosuomi"}[language]
    assert name in folded.xpath("./summary")[0].text_content()
