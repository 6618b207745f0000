"""/t/vapaat: hours are given in taps, closed days, and clients and requests for a time see what is free."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from foundation.database.tables.choices import Choice
from foundation.database.tables.free_times import ClosedDays, FreeHours
from foundation.database.tables.grants import Funding
from foundation.database.tables.time_requests import OfferedTime, TimeRequest
from tests.builders import NOW, TODAY
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en")
TYPED: dict[str, Any] = {"weekdays": ["1", "3"], "part": "morning"}


@pytest.fixture
def client(provider_api: ProviderApi) -> StrictClient:
    """The biller, logged in."""
    return logged_in(provider_api.web, provider_api.session, provider_api.biller)


def number_of(page: StrictPage, field: str) -> int:
    """The form that has the field."""
    forms = page.root.xpath("//main//form")
    return next(number for number, form in enumerate(forms) if form.xpath(f".//*[@name='{field}']"))


def send(client: StrictClient, page: StrictPage, values: dict[str, Any], status: int = 200) -> StrictPage:
    return client.send(page, values, form=number_of(page, "weekdays"), status=status)


def add(client: StrictClient, **changes: object) -> StrictPage:
    return send(client, client.page("/t/vapaat", lang="en"), TYPED | changes)


def first_id(page: StrictPage, name: str) -> str:
    return str(page.one(f"button[@name='{name}']").get("value"))


def stored(api: ProviderApi) -> list[FreeHours]:
    api.session.rollback()
    return list(api.session.scalars(select(FreeHours).order_by(FreeHours.weekday)))


def test_two_days_and_a_time_are_all_that_is_tapped(provider_api: ProviderApi, client: StrictClient) -> None:
    after = add(client)
    assert "Clients see these hours now." in after.texts("main")
    hours = [(each.weekday, each.start_minute, each.end_minute) for each in stored(provider_api)]
    assert hours == [(1, 480, 720), (3, 480, 720)]
    assert "Tue 8–12, Thu 8–12" in after.texts("main//li").replace("\xa0", " ")
    public = client.page(f"/tarjonta/{provider_api.offering_id}", lang="en").texts("main//dl")
    assert "Free timesTue 8–12, Thu 8–12" in public.replace("\xa0", " ")
    own = client.page(f"/t/palvelut/{provider_api.offering_id}", lang="en").texts("main//dl")
    assert "Tue 8–12, Thu 8–12" in own.replace("\xa0", " ")


def test_hours_and_closed_days_are_removed(provider_api: ProviderApi, client: StrictClient) -> None:
    page = add(client, weekdays=["1"])
    page = client.send(page, {"closed_from": "24.11.2026"}, form=number_of(page, "closed_from"))
    assert "No free times are shown on these days." in page.texts("main")
    assert "Tue 1 December" in page.texts("main//li").replace("\xa0", " ")
    page = client.send(page, {"closed": first_id(page, "closed")}, form=number_of(page, "closed"))
    assert provider_api.count(ClosedDays) == 0
    page = client.send(page, {"hours": first_id(page, "hours")}, form=number_of(page, "hours"))
    assert "It was removed." in page.texts("main")
    assert stored(provider_api) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_right_in_every_language(client: StrictClient, language: str) -> None:
    client.page("/t/vapaat", lang=language)
    add(client)
    client.page("/t/vapaat", lang=language)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"weekdays": []}, "Choose at least one day"),
        ({"part": None}, "Choose a time"),
        ({"part": "own"}, "Enter the time, for example 9.00"),
        ({"part": "own", "starts": "9", "ends": "kello"}, "time"),
        ({"part": "own", "starts": "9.00", "ends": "9.15"}, "at least 30 minutes"),
        ({"offerings": []}, "Choose at least one service"),
        ({"at_once": "0"}, "Enter a number from 1 to 50"),
        ({"first_day": "2.12.2026", "last_day": "1.12.2026"}, "The last day is before the first."),
    ],
)
def test_a_wrong_field_says_why_and_keeps_what_was_typed(
    provider_api: ProviderApi, client: StrictClient, wrong: dict[str, object], words: str
) -> None:
    page = client.page("/t/vapaat", lang="en")
    after = send(client, page, TYPED | {"last_day": "31.12.2026"} | wrong, status=422)
    assert words in after.texts("main")
    assert after.one('input[@name="last_day"]').get("value") == wrong.get("last_day", "31.12.2026")
    assert stored(provider_api) == []


def test_the_same_hours_are_not_given_twice(provider_api: ProviderApi, client: StrictClient) -> None:
    add(client)
    page = client.page("/t/vapaat", lang="en")
    again = send(client, page, TYPED | {"part": "own", "starts": "11.00", "ends": "13.00"}, status=422)
    assert again.texts("main").count("You have given these hours already") == 2  # the summary, and the field
    assert len(stored(provider_api)) == 2


def test_a_request_for_a_time_is_answered_from_the_free_times(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    add(client)
    session = provider_api.session
    choice = session.scalars(select(Choice).where(Choice.offering_id == provider_api.offering_id)).first()
    assert choice is not None
    funding = session.get_one(Funding, choice.funding_id)
    request = TimeRequest(
        county_id=funding.county_id, client_id=funding.client_id, offering_id=provider_api.offering_id,
        provider_id=provider_api.provider_id, asked_at=NOW, last_day=TODAY,
    )  # fmt: skip
    session.add(request)
    session.commit()
    page = client.page(f"/t/aikapyynnot/{request.id}", lang="en")
    first = page.root.xpath("//input[@name='free']")[0].get("value")
    assert first == "2026-11-24T08:00:00+02:00"
    client.send(page, {"what": "offer", "free": [first]})
    session.rollback()
    offered = session.scalars(select(OfferedTime)).one()
    assert offered.starts_at.isoformat() == "2026-11-24T06:00:00+00:00"
