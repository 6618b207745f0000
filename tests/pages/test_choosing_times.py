"""Choosing days and times, a time of the week, or a last day: each on a page of its own."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from foundation.database.tables.plans import PlanPattern
from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en", "selko")
TIMES = {"how": "times", "amount": "2", "starts_on": "23.11.2026"}


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def url(client_api: ClientApi, page: str, **values: object) -> str:
    return f"/valitse/{page}?{urlencode({'offering': client_api.near, **values}, doseq=True)}"


def answered(client: StrictClient, page: StrictPage, **values: object) -> StrictPage:
    """The next page, after the form of a page that is sent by GET."""
    sent = {**dict(page.form().form_values()), **values}
    return client.page(f"/valitse/tarkista?{urlencode(sent, doseq=True)}", lang="en")


def main(page: StrictPage) -> str:
    return page.texts("main").replace("\xa0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_right_in_every_language(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    for how in ("times", "week", "whole"):
        client.page(url(client_api, "tarkenna", **{**TIMES, "how": how}), lang=language)
        client.page(url(client_api, "tarkista", **{**TIMES, "how": how}), lang=language)
    client.page(url(client_api, "tarkista", **TIMES, days=["0", "3"], at="17", every="2"), lang=language)
    client.page(url(client_api, "tarkista", **TIMES, at="17"), status=422, lang=language)


def test_days_and_times_are_asked_for_on_their_own_page(client_api: ClientApi, client: StrictClient) -> None:
    page = client.page(url(client_api, "tarkista", **TIMES), lang="en")
    assert "Which days and times?" in page.texts("h1")
    check = answered(client, page, days=["0", "3"], at="17.00", every="2")
    assert "Monday Thursday 17.00, every 2 weeks" in main(check)
    assert "You have chosen" in main(client.send(check))
    row = client_api.session.query(PlanPattern).one()
    assert (row.kind, row.weekdays, row.every_weeks, row.length_minutes) == ("timed", 9, 2, 120)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"at": "17"}, "Choose at least one day"),
        ({"days": "0", "at": ""}, "Enter the time when the visit starts"),
        ({"days": "0", "at": "25"}, "Enter a time of day"),
        ({"days": "0", "at": "17", "amount": "40"}, "The visit would be too long or too short"),
        ({"days": "9", "at": "17"}, "Choose from the list"),
        ({"visits": "nonsense"}, "The visit would be too long or too short"),
    ],
)
def test_wrong_times_are_shown_with_their_fault(
    client_api: ClientApi, client: StrictClient, values: dict[str, str], words: str
) -> None:
    page = client.page(url(client_api, "tarkista", **{**TIMES, **values}), status=422, lang="en")
    assert words in page.texts("div[@id='error-summary']")


def test_hours_a_week_in_the_evening(client_api: ClientApi, client: StrictClient) -> None:
    check = client.page(url(client_api, "tarkista", **{**TIMES, "how": "week"}), lang="en")
    (link,) = check.root.xpath("//main//a[contains(@href, '/valitse/tarkenna')]/@href")
    check = answered(client, client.page(link, lang="en"), part="evening")
    client.send(check)
    row = client_api.session.query(PlanPattern).one()
    assert (row.kind, row.part_of_week, row.quantity_hundredths) == ("loose", "evening", 200)


def test_so_many_hours_until_a_day(client_api: ClientApi, client: StrictClient) -> None:
    whole = {**TIMES, "how": "whole"}
    client.page(url(client_api, "tarkista", **whole, until="22.11.2026"), status=422)
    client.send(client.page(url(client_api, "tarkista", **whole, until="20.12.2026"), lang="en"))
    row = client_api.session.query(PlanPattern).one()
    assert (row.kind, row.last_day and row.last_day.isoformat()) == ("total", "2026-12-20")
