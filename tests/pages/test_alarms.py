"""/oma begins with one alarm: what happens, when, and what the client can do about it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from foundation.database.columns import days
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering, Provider
from tests.builders import a_funding, approve
from tests.builders.client_api import CLIENT, ClientApi
from tests.builders.county import TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en", "selko")
ALARM = "section[contains(@class, 'om-card--alarm')]"


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def alarm(page: StrictPage) -> str:
    assert len(page.root.xpath(f"//{ALARM}")) <= 1
    return page.texts(ALARM).replace("\xa0", " ")


def end_window(api: ClientApi, last_day: date) -> None:
    """Let the client's voucher end on a day."""
    api.session.get_one(Funding, api.funding_id).valid = days(date(2026, 1, 1), last_day)
    api.session.commit()


def choose(api: ClientApi, hours: str) -> None:
    """Choose so many hours a week from today."""
    sent = {"offering": api.near, "starts_on": TODAY.isoformat(), "quantity_per_week": hours}
    assert api.post(f"/fundings/{api.voucher}/choices", sent).status_code == 201


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_that_ends_unused(client_api: ClientApi, client: StrictClient, language: str) -> None:
    end_window(client_api, TODAY + timedelta(days=1))
    choose(client_api, "1")
    page = client.page("/oma", lang=language)
    assert page.root.xpath("(//main//section)[1]")[0] is page.root.xpath(f"//{ALARM}")[0]
    assert page.root.xpath(f"//{ALARM}//a[contains(@href, '/etsi')]")
    if language == "en":
        assert "You can use this voucher until Sun 22 November." in alarm(page)
        assert "About €970 will be left unused." in alarm(page)
        assert "It lasts until" not in page.texts("main")
    found = client_api.read(f"/fundings/{client_api.voucher}")["alarm"]
    assert found == {"kind": "money_ends_unused", "day": "2026-11-22"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_that_runs_out_early(client_api: ClientApi, client: StrictClient, language: str) -> None:
    end_window(client_api, date(2027, 12, 31))
    choose(client_api, "10")
    page = client.page("/oma", lang=language)
    assert page.root.xpath(f"//{ALARM}//a[contains(@href, '/seuranta')]")
    if language == "en":
        assert "The money runs out on" in alarm(page)
        assert "Your voucher is valid until 31 December 2027." in alarm(page)
    assert client_api.read(f"/fundings/{client_api.voucher}")["alarm"]["kind"] == "money_runs_out"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_provider_that_stops(client_api: ClientApi, client: StrictClient, language: str) -> None:
    end_window(client_api, date(2027, 6, 30))
    choose(client_api, "1")
    assert alarm(client.page("/oma")) == ""
    offering = client_api.session.get_one(Offering, client_api.near)
    provider = client_api.session.get_one(Provider, offering.provider_id)
    county = client_api.session.get_one(County, offering.county_id)
    approve(client_api.session, county, provider, "PERSONAL_ASSISTANCE", from_day=TODAY, state="suspended")
    client_api.session.commit()
    page = client.page("/oma", lang=language)
    assert "Kotiapu Kaisla Oy" in alarm(page)
    assert page.texts("main").count("Kotiapu Kaisla Oy") == 1


def test_only_the_first_of_two_alarms_is_shown(client_api: ClientApi, client: StrictClient) -> None:
    first = client_api.session.get_one(Funding, client_api.funding_id)
    county = client_api.session.get_one(County, first.county_id)
    person = client_api.session.get_one(Client, first.client_id)
    end_window(client_api, TODAY + timedelta(days=20))
    window = (date(2026, 1, 1), TODAY + timedelta(days=3))
    a_funding(client_api.session, county, person, services=("SPORT",), window=window)
    client_api.session.commit()
    shown = alarm(client.page("/oma", lang="en"))
    assert "You can use this voucher until Tue 24 November." in shown
    assert "Fri 11 December" not in shown


def test_money_that_is_used_in_time_raises_none(client_api: ClientApi, client: StrictClient) -> None:
    end_window(client_api, date(2027, 6, 30))
    assert alarm(client.page("/oma")) == ""
    assert client_api.read(f"/fundings/{client_api.voucher}")["alarm"] is None
