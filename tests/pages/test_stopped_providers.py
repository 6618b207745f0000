"""Suspended, ended, pending or a draft: never offered, and never shown as helping without a notice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from clearing.plans.rules.stopped_plans import SOON_DAYS
from foundation.database.columns import days
from foundation.database.tables.counties import County
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering, Provider
from tests.builders import a_provider, an_offering, approve
from tests.builders.api import NO_KEY
from tests.builders.client_api import CLIENT, ClientApi
from tests.builders.county import TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en", "selko")
SERVICE = "PERSONAL_ASSISTANCE"
STOPPED = ("suspended", "ended")
ALARM = "section[contains(@class, 'om-card--alarm')]"
CHOICE = {"starts_on": "2026-11-21", "quantity_per_week": "1.00"}


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def stop(api: ClientApi, offering_id: int, state: str, from_day: date = TODAY) -> str:
    """Give the provider's approval a state from a day on; return its name."""
    offering = api.session.get_one(Offering, offering_id)
    provider = api.session.get_one(Provider, offering.provider_id)
    county = api.session.get_one(County, offering.county_id)
    approve(api.session, county, provider, SERVICE, from_day=from_day, state=state)
    api.session.commit()
    return provider.name


def applicant(api: ClientApi) -> int:
    """Return the published offering of a provider that has applied and that nobody has approved."""
    county = api.session.get_one(County, api.session.get_one(Offering, api.near).county_id)
    provider = a_provider(api.session, county, business_id="5678901-2", name="Uusi Oy", approved_for=())
    approve(api.session, county, provider, SERVICE, from_day=date(2026, 1, 1), state="pending")
    offering = an_offering(api.session, county, provider)
    api.session.commit()
    return offering.id


def draft(api: ClientApi) -> int:
    """Take an offering of an approved provider out of the list; return its id."""
    api.session.get_one(Offering, api.dear).published = False
    api.session.commit()
    return api.dear


@pytest.mark.parametrize("state", STOPPED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offering_that_is_stopped_leads_to_others(
    client_api: ClientApi, client: StrictClient, state: str, language: str
) -> None:
    stop(client_api, client_api.near, state)
    for path in (f"/tarjonta/{client_api.near}", f"/valitse?offering={client_api.near}"):
        page = client.page(path, status=404, lang=language)
        assert "Hoiva Havu Oy" in page.texts("main//li")
        assert "€" not in page.texts("main")
    visitor = StrictClient(client_api.web.application.test_client())
    visitor.page(f"/tarjonta/{client_api.near}", status=404, lang=language)
    client_api.read(f"/offerings/{client_api.near}", key=NO_KEY, status=404)


@pytest.mark.parametrize("make", [applicant, draft])
def test_what_was_never_in_the_list_is_not_there(
    client_api: ClientApi, client: StrictClient, make: object
) -> None:
    assert callable(make)
    key = make(client_api)
    for path in (
        f"/tarjonta/{key}",
        f"/valitse?offering={key}",
        f"/valitse/tarkista?offering={key}&how=week&amount=1&starts_on=21.11.2026",
    ):
        assert "Hoiva Havu" not in client.page(path, status=404).texts()
    client_api.read(f"/offerings/{key}", key=NO_KEY, status=404)
    answer = client_api.post(f"/fundings/{client_api.voucher}/choices", CHOICE | {"offering": key})
    assert answer.status_code == 422


def test_an_applicant_is_not_in_the_public_register(client_api: ClientApi, client: StrictClient) -> None:
    applicant(client_api)
    client.page("/tuottaja/5678901-2", status=404)
    client_api.read("/providers/5678901-2", key=NO_KEY, status=404)
    client.page("/tuottaja/1234567-1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_leaves_out_what_is_stopped_and_says_so(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    name = stop(client_api, client_api.near, "suspended")
    ids = "&".join(f"id={key}" for key in (client_api.near, client_api.dear, client_api.cheap))
    page = client.page(f"/vertaa?{ids}", lang=language)
    assert name not in page.texts("main")
    if language == "en":
        assert "1 of them cannot be chosen now." in page.texts("main")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("suspended", "Kotiapu Kaisla Oy may not help you now. The county has suspended it."),
        ("ended", "Kotiapu Kaisla Oy can no longer help you."),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stopped_provider_is_not_shown_as_helping(
    client_api: ClientApi, client: StrictClient, state: str, said: str, language: str
) -> None:
    chosen = client_api.post(
        f"/fundings/{client_api.voucher}/choices", CHOICE | {"offering": client_api.near}
    )
    assert (chosen.status_code, chosen.get_json()["provider_stops"]) == (201, None)
    stop(client_api, client_api.near, state)
    home = client.page("/oma", lang=language)
    assert home.root.xpath("//p[@class='om-helpers']") == []
    voucher = client.page(f"/oma/seteli/{client_api.voucher}", lang=language)
    for notice in (home.texts(ALARM), voucher.texts("div[contains(@class, 'om-notice--wait')]")):
        assert "Kotiapu Kaisla Oy" in notice
        assert language != "en" or said in notice
    shown = client_api.read(f"/fundings/{client_api.voucher}")["choices"][0]["provider_stops"]
    assert shown == {"state": state, "from": TODAY.isoformat()}


@pytest.mark.parametrize(("ahead", "is_said"), [(SOON_DAYS, True), (SOON_DAYS + 1, False)])
def test_a_stop_far_ahead_is_said_on_the_page_of_the_voucher_only(
    client_api: ClientApi, client: StrictClient, ahead: int, is_said: bool
) -> None:
    client_api.session.execute(update(Funding).values(valid=days(TODAY, TODAY + timedelta(days=365))))
    client_api.session.commit()
    client_api.post(f"/fundings/{client_api.voucher}/choices", CHOICE | {"offering": client_api.near})
    stop(client_api, client_api.near, "ended", TODAY + timedelta(days=ahead))
    said = "Kotiapu Kaisla Oy can help you until"
    assert (said in client.page("/oma", lang="en").texts("main")) is is_said
    assert said in client.page(f"/oma/seteli/{client_api.voucher}", lang="en").texts("main")


def test_a_provider_that_ends_later_helps_until_then(client_api: ClientApi, client: StrictClient) -> None:
    client_api.post(f"/fundings/{client_api.voucher}/choices", CHOICE | {"offering": client_api.near})
    stop(client_api, client_api.near, "ended", TODAY + timedelta(days=10))
    page = client.page("/oma", lang="en")
    assert "Kotiapu Kaisla Oy" in page.texts("p[@class='om-helpers']")
    last_day = "Mon 30 November"
    notice = page.texts(ALARM).replace("\xa0", " ")
    assert f"Kotiapu Kaisla Oy can help you until {last_day}." in notice
