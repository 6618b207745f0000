"""The week at a glance of a client, and the week of a provider."""

from __future__ import annotations

from datetime import date

import pytest

from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering
from tests.builders import a_choice
from tests.builders.client_api import BILLER, CLIENT, STRANGER, ClientApi
from tests.builders.planned_visits import plan_by_the_week, plan_visits
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en", "selko")
WEEK = "viikko=2026-11-25"


@pytest.fixture
def choice(client_api: ClientApi) -> Choice:
    """Two hours on Mondays and Thursdays at 17."""
    funding = client_api.session.get_one(Funding, client_api.funding_id)
    offering = client_api.session.get_one(Offering, client_api.near)
    found = a_choice(client_api.session, funding, offering, starts_on=date(2026, 11, 1))
    plan_visits(client_api.session, found)
    client_api.session.commit()
    return found


def browser(client_api: ClientApi, key: str) -> StrictClient:
    return logged_in_by_key(client_api.web, client_api.session, key)


def main(page: StrictPage) -> str:
    return page.texts("main").replace("\xa0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_week_is_right_in_every_language(client_api: ClientApi, choice: Choice, language: str) -> None:
    client = browser(client_api, CLIENT)
    for path in ("/kaynnit", f"/kaynnit?{WEEK}", "/kaynnit?viikko=2027-01-04", "/oma", "/kaynnit?viikko=x"):
        client.page(path, lang=language)
    plan_by_the_week(client_api.session, choice, first_day=date(2026, 11, 23))
    client_api.session.commit()
    client.page(f"/kaynnit?{WEEK}", lang=language)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_providers_week_is_right_in_every_language(
    client_api: ClientApi, choice: Choice, language: str
) -> None:
    biller = browser(client_api, BILLER)
    for path in ("/t/kaynnit", f"/t/kaynnit?{WEEK}", "/t/kaynnit?viikko=2027-01-04"):
        biller.page(path, lang=language)
    plan_by_the_week(client_api.session, choice, first_day=date(2026, 11, 23))
    client_api.session.commit()
    biller.page(f"/t/kaynnit?{WEEK}", lang=language)


def test_a_client_sees_who_comes_when(client_api: ClientApi, choice: Choice) -> None:
    text = main(browser(client_api, CLIENT).page(f"/kaynnit?{WEEK}", lang="en"))
    assert "Monday 23 November 17:00–19:00 Kotiapu Kaisla Oy" in text
    assert "Thursday 26 November 17:00–19:00" in text
    assert "To come" in text


def test_the_start_page_has_the_next_visits(client_api: ClientApi, choice: Choice) -> None:
    text = (
        browser(client_api, CLIENT).page("/oma", lang="en").texts("section[@aria-labelledby='next-visits']")
    )
    assert text.startswith("Next visits Monday 23 November, 17:00–19:00 Kotiapu Kaisla Oy")


def test_another_client_sees_no_visits(client_api: ClientApi, choice: Choice) -> None:
    text = main(browser(client_api, STRANGER).page(f"/kaynnit?{WEEK}", lang="en"))
    assert "No visits are planned for this week." in text
    assert "Kotiapu" not in text


def test_a_provider_sees_the_weeks_visits_by_day(client_api: ClientApi, choice: Choice) -> None:
    page = browser(client_api, BILLER).page(f"/t/kaynnit?{WEEK}", lang="en")
    assert "17:00–19:00 Aino Asiakas" in main(page)


def test_the_client_reads_that_the_provider_looked(client_api: ClientApi, choice: Choice) -> None:
    browser(client_api, BILLER).page(f"/t/kaynnit?{WEEK}", lang="en")
    text = main(browser(client_api, CLIENT).page("/katsojat", lang="en"))
    assert "Plans its visits to you" in text


def test_help_without_times_is_shown_in_each_week_that_its_days_reach(
    client_api: ClientApi, choice: Choice
) -> None:
    plan_by_the_week(client_api.session, choice, first_day=date(2026, 11, 22))
    client_api.session.commit()
    for key, path in ((CLIENT, "/kaynnit"), (BILLER, "/t/kaynnit")):
        page = browser(client_api, key).page(f"{path}?{WEEK}", lang="en")
        assert "22–28 November" in main(page), path
    found = client_api.read("/me/visits?from=2026-11-25&to=2026-11-27")["items"]
    assert [(visit["day"], visit["last_day"]) for visit in found] == [("2026-11-22", "2026-11-28")]
