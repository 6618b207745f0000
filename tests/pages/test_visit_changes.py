"""A client moves, cancels and restores a visit, and is away for some days."""

from __future__ import annotations

from datetime import date

import pytest

from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.plans import PlanChange, PlanPause
from foundation.database.tables.providers import Offering
from tests.builders import a_choice
from tests.builders.client_api import CLIENT, STRANGER, WATCHER, ClientApi
from tests.builders.planned_visits import plan_visits
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en", "selko")
WEEK = "/kaynnit?viikko=2026-11-23"


@pytest.fixture
def choice(client_api: ClientApi) -> Choice:
    """Two hours on Mondays and Thursdays at 17; cancelling later than a day before costs half."""
    funding = client_api.session.get_one(Funding, client_api.funding_id)
    offering = client_api.session.get_one(Offering, client_api.near)
    offering.cancel_notice_hours, offering.cancel_share_percent = 24, 50
    found = a_choice(client_api.session, funding, offering, starts_on=date(2026, 11, 15))
    plan_visits(client_api.session, found)
    client_api.session.commit()
    return found


@pytest.fixture
def client(client_api: ClientApi, choice: Choice) -> StrictClient:
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def main(page: StrictPage) -> str:
    return page.texts("main").replace("\xa0", " ")


def monday(choice: Choice, act: str) -> str:
    return f"/kaynnit/{choice.id}-20261123-1/{act}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_right_in_every_language(client: StrictClient, choice: Choice, language: str) -> None:
    for path in (WEEK, monday(choice, "siirra"), monday(choice, "peru"), "/poissa"):
        client.page(path, lang=language)


def test_a_moved_visit_is_at_its_new_time(client: StrictClient, choice: Choice) -> None:
    page = client.page(monday(choice, "siirra"), lang="en")
    after = client.send(page, {"to_day": "24.11.2026", "start": "10.30", "hours": "1,5"})
    assert "The visit has been moved." in main(after)
    assert "Tuesday 24 November 10:30–12:00 Kotiapu Kaisla Oy" in main(after)
    assert "Monday 23 November" not in main(after)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"to_day": "26.11.2026"}, "You have another visit of the same helper at that time"),
        ({"to_day": "20.11.2026"}, "The day must be today or later"),
        ({"to_day": "1.1.2027"}, "The helper does not help you on that day"),
        ({"hours": "36"}, "The number is too large."),
        ({"hours": "0"}, "Enter a number above zero"),
    ],
)
def test_a_move_that_is_not_possible_says_why(
    client: StrictClient, choice: Choice, values: dict[str, str], words: str
) -> None:
    page = client.send(client.page(monday(choice, "siirra"), lang="en"), values, status=422)
    assert words in main(page)


def test_cancelling_names_its_cost_and_can_be_taken_back(
    client_api: ClientApi, client: StrictClient, choice: Choice
) -> None:
    page = client.page(monday(choice, "peru"), lang="en")
    assert (
        "Cancelling is free until Sun 22 November at 17:00. After that it may cost €36.00 at most."
        in main(page)
    )
    week = client.send(page)
    assert "The visit has been cancelled." in main(week)
    assert client_api.session.query(PlanChange).one().is_cancelled
    form = week.root.xpath("//form[contains(@action, '/palauta')]")[0]
    after = client.web.post(form.action, data=dict(form.form_values()), follow_redirects=True)
    assert "The visit is planned again." in after.text


def test_a_late_cancellation_says_what_it_costs_and_what_stays_booked(
    client_api: ClientApi, client: StrictClient, choice: Choice
) -> None:
    offering = client_api.session.get_one(Offering, client_api.near)
    offering.cancel_notice_hours, offering.cancel_share_percent = 72, 100
    client_api.session.commit()
    for language in LANGUAGES:
        client.page(monday(choice, "peru"), lang=language)
    page = client.page(monday(choice, "peru"), lang="en")
    assert "The provider may charge €72.00 at most. You pay €12.00 of it yourself." in main(page)
    assert "It was free to cancel until Fri 20 November at 17:00." in main(page)
    assert "The money for it stays booked until" in main(page)
    week = client.send(page)
    assert "The visit has been cancelled. The provider may charge for it." in main(week)
    for language in LANGUAGES:
        client.page(WEEK, lang=language)
    assert "Visit cancelled The provider may charge €72.00 at most." in main(client.page(WEEK, lang="en"))


def test_days_away_leave_the_visits_out_until_they_end(
    client_api: ClientApi, client: StrictClient, choice: Choice
) -> None:
    page = client.page("/poissa", lang="en")
    after = client.send(page, {"first_day": "23.11.2026", "last_day": "29.11.2026"})
    assert "Your help is paused on these days." in main(after)
    assert "No visits are planned for this week." in main(client.page(WEEK, lang="en"))
    form = after.root.xpath("//form[contains(@action, '/paata')]")[0]
    ended = client.web.post(form.action, data=dict(form.form_values()), follow_redirects=True)
    assert "Your help goes on." in ended.text
    assert "Monday 23 November" in main(client.page(WEEK, lang="en"))
    assert client_api.session.query(PlanPause).count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_away_say_first_which_visit_is_too_near_to_be_free(
    client_api: ClientApi, client: StrictClient, choice: Choice, language: str
) -> None:
    offering = client_api.session.get_one(Offering, client_api.near)
    offering.cancel_notice_hours, offering.cancel_share_percent = 72, 100
    client_api.session.commit()
    days = {"first_day": "23.11.2026", "last_day": "29.11.2026"}
    check = client.send(client.page("/poissa", lang=language), days)
    assert client_api.session.query(PlanPause).count() == 0
    if language == "en":
        assert "Monday 23 November 17:00–19:00 Kotiapu Kaisla Oy" in main(check)
        assert "The provider may charge €72.00 at most. You pay €12.00 of it yourself." in main(check)
        assert "Thursday" not in main(check)
    client.send(check)
    assert client_api.session.query(PlanPause).count() == 1
    week = main(client.page(WEEK, lang="en"))
    assert "Visit cancelled The provider may charge €72.00 at most." in week
    form = client.page("/poissa").root.xpath("//form[contains(@action, '/paata')]")[0]
    client.web.post(form.action, data=dict(form.form_values()))
    assert "Visit cancelled" not in main(client.page(WEEK, lang="en"))


def test_a_late_move_says_what_it_may_cost_without_an_agreement(
    client_api: ClientApi, client: StrictClient, choice: Choice
) -> None:
    assert "very soon" not in main(client.page(monday(choice, "siirra"), lang="en"))
    offering = client_api.session.get_one(Offering, client_api.near)
    offering.cancel_notice_hours, offering.cancel_share_percent = 72, 50
    client_api.session.commit()
    words = "If the helper does not agree to the move, the provider may charge €36.00 at most for this time."
    assert words in main(client.page(monday(choice, "siirra"), lang="en"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"first_day": ""}, "Enter the first day"),
        ({"first_day": "1.11.2026"}, "The day must be today or later"),
        ({"first_day": "2.12.2026", "last_day": "1.12.2026"}, "The last day is before the first day"),
    ],
)
def test_days_away_that_are_not_possible(client: StrictClient, values: dict[str, str], words: str) -> None:
    assert words in main(client.send(client.page("/poissa", lang="en"), values, status=422))


def test_who_may_only_see_and_who_is_somebody_else(client_api: ClientApi, choice: Choice) -> None:
    watcher = logged_in_by_key(client_api.web, client_api.session, WATCHER)
    watcher.page(monday(choice, "peru"), status=404)
    assert not watcher.page(WEEK).root.xpath("//a[contains(@href, '/peru')]")
    assert not watcher.page("/poissa").root.xpath("//main//form")
    stranger = logged_in_by_key(client_api.web, client_api.session, STRANGER)
    for act in ("peru", "siirra"):
        stranger.page(monday(choice, act), status=404)
