"""/t/toimipisteet: a place is added, measured, changed and closed, and clients find what is stored."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from clearing.eligibility.load.proof_listings import listings_against_offerings
from foundation.database.tables.providers import ListedOffering, Offering, ProviderUnit
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en")
TYPED = {
    "name": "Torin toimisto",
    "street": "Torikatu 2",
    "municipality": "491",
    "step_free": "yes",
    "lift": "no",
    "door_width_cm": "85",
    "measured_on": "1.10.2026",
}


@pytest.fixture
def client(provider_api: ProviderApi) -> StrictClient:
    """The biller, logged in."""
    return logged_in(provider_api.web, provider_api.session, provider_api.biller)


def place(api: ProviderApi) -> ProviderUnit:
    api.session.rollback()
    return api.session.scalars(select(ProviderUnit)).one()


def add(api: ProviderApi, client: StrictClient) -> ProviderUnit:
    page = client.page("/t/toimipisteet/uusi", lang="en")
    after = client.send(page, TYPED)
    assert "The place was added." in after.texts("main")
    assert "Step-free entrance No lift Doorway 85 cm wide Measured on" in after.texts("main//li")
    return place(api)


def offer_at(api: ProviderApi, client: StrictClient, choice: str, published: bool = True) -> None:
    page = client.page(f"/t/palvelut/{api.offering_id}/muokkaa", lang="en")
    client.send(page, {"place": choice, "languages": ["fi"], "published": "y" if published else None})
    api.session.rollback()


def test_a_place_is_added_at_the_centre_and_the_search_reads_what_was_measured(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    stored = add(provider_api, client)
    centre = provider_api.session.execute(
        text("SELECT latitude, longitude FROM municipality WHERE code = '491'")
    ).one()
    assert (stored.latitude, stored.longitude) == tuple(centre)
    offer_at(provider_api, client, str(stored.id))
    page = client.page(f"/t/toimipisteet/{stored.id}", lang="en")
    client.send(page, {"latitude": "61,75", "longitude": "27,3", "hearing_loop": "yes", "lift": "unknown"})
    listed = provider_api.session.scalars(
        select(ListedOffering).where(ListedOffering.offering_id == provider_api.offering_id)
    ).one()
    measured = {"step_free": True, "hearing_loop": True, "door_width_cm": 85, "measured_on": "2026-10-01"}
    assert (listed.latitude, listed.longitude, listed.access) == (61.75, 27.3, measured)
    assert listings_against_offerings(provider_api.session) == []
    assert place(provider_api).version == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_is_right_in_every_language(
    provider_api: ProviderApi, client: StrictClient, language: str
) -> None:
    stored = add(provider_api, client)
    for path in ("", "/uusi", f"/{stored.id}", f"/{stored.id}/sulje"):
        client.page(f"/t/toimipisteet{path}", lang=language)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Enter a name"),
        ({"street": ""}, "Enter the street address"),
        ({"municipality": ""}, "Choose the municipality"),
        ({"latitude": "north"}, "Enter the degrees"),
        ({"latitude": "61,7"}, "Give both coordinates"),
        ({"latitude": "27,3", "longitude": "61,7"}, "The place is not in Finland"),
        ({"latitude": "69,9", "longitude": "27,0"}, "far from the municipality"),
        ({"door_width_cm": "8"}, "from 40 to 300"),
        ({"door_width_cm": "wide"}, "Enter a whole number"),
        ({"measured_on": ""}, "Enter the day when this was measured"),
        ({"measured_on": "24.12.2026"}, "The day is in the future"),
        ({"step_free": "unknown", "lift": "unknown", "door_width_cm": ""}, "Choose what was measured"),
    ],
)
def test_a_wrong_field_says_why_and_keeps_what_was_typed(
    provider_api: ProviderApi, client: StrictClient, wrong: dict[str, str], words: str
) -> None:
    page = client.page("/t/toimipisteet/uusi", lang="en")
    after = client.send(page, {**TYPED, "name": "Kulman toimisto", **wrong}, status=422)
    assert words in after.texts("main")
    assert after.one('input[@name="name"]').get("value") == wrong.get("name", "Kulman toimisto")
    assert provider_api.count(ProviderUnit) == 0


def test_no_municipality_is_chosen_for_a_new_place(provider_api: ProviderApi, client: StrictClient) -> None:
    assert client.page("/t/toimipisteet/uusi").form().fields["municipality"] == ""


def test_two_places_do_not_have_one_name(provider_api: ProviderApi, client: StrictClient) -> None:
    add(provider_api, client)
    page = client.page("/t/toimipisteet/uusi", lang="en")
    assert "Another place of yours has this name." in client.send(page, TYPED, status=422).texts("main")


def test_a_stale_form_shows_what_is_stored_and_saves_when_sent_again(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    stored = add(provider_api, client)
    mine = client.page(f"/t/toimipisteet/{stored.id}", lang="en")
    theirs = client.page(f"/t/toimipisteet/{stored.id}", lang="en")
    client.send(theirs, {"street": "Torikatu 9"})
    conflict = client.send(mine, {"street": "Torikatu 3"}, status=422)
    assert "Somebody has changed the place meanwhile." in conflict.texts("main")
    assert "Torikatu 9" in conflict.texts("main")
    assert (place(provider_api).street, conflict.one('input[@name="street"]').get("value")) == (
        "Torikatu 9",
        "Torikatu 3",
    )
    client.send(conflict)
    assert (place(provider_api).street, place(provider_api).version) == ("Torikatu 3", 3)


def test_a_place_where_clients_find_a_service_is_not_closed(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    stored = add(provider_api, client)
    asked = client.page(f"/t/toimipisteet/{stored.id}/sulje", lang="en")
    offer_at(provider_api, client, str(stored.id))
    after = client.send(asked, status=422)
    assert "Clients find services here." in after.texts("main")
    assert after.root.xpath(f"//main//a[@href='/t/palvelut/{provider_api.offering_id}/muokkaa']")
    assert place(provider_api).id == stored.id
    offer_at(provider_api, client, str(stored.id), published=False)
    asked = client.page(f"/t/toimipisteet/{stored.id}/sulje", lang="en")
    assert "These hidden services have no place after that" in asked.texts("main")
    assert "The place was closed." in client.send(asked).texts("main")
    provider_api.session.rollback()
    assert provider_api.count(ProviderUnit) == 0
    offering = provider_api.session.get_one(Offering, provider_api.offering_id)
    assert offering.unit_id is None
    assert listings_against_offerings(provider_api.session) == []
