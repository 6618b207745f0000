"""/kokeile: hours moved between helpers and days, and what it would mean, before anything is chosen."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from foundation.database.tables.choices import Choice
from foundation.database.tables.plans import PlanPattern
from tests.builders.client_api import CLIENT, STRANGER, WATCHER, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en", "selko")
MONDAY, THURSDAY = "0", "3"


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


END = "Thu 31 December"


def week(*visits: tuple[int, str, str, str], starts_on: str = "30.11.2026", **rest: str) -> str:
    """The address of a week: offering, weekday, start and amount of each visit."""
    values = {"starts_on": starts_on, **rest}
    for number, visit in enumerate(visits, start=1):
        names = (f"v{number}-{name}" for name in ("who", "day", "at", "much"))
        values |= dict(zip(names, map(str, visit), strict=True))
    return f"/kokeile?{urlencode(values)}"


def main(page: StrictPage) -> str:
    return page.texts("main").replace("\xa0", " ")


def test_without_a_helper_the_search_comes_first(client: StrictClient) -> None:
    page = client.page("/kokeile", lang="en")
    assert "Choose first with whom you want to try." in main(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_right_in_every_language(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    visits = ((client_api.near, MONDAY, "17.00", "2"), (client_api.dear, THURSDAY, "9", "3"))
    client.page(f"/kokeile?id={client_api.near}", lang=language)
    client.page(week(*visits), lang=language)
    client.page(week(*visits, more="1"), lang=language)
    client.page(week((client_api.near, "any", "", "40")), lang=language)
    client.page(week((client_api.near, MONDAY, "", "0")), lang=language, status=422)


def test_a_week_with_two_helpers_shows_what_each_costs_and_what_stays(
    client_api: ClientApi, client: StrictClient
) -> None:
    """The county pays 30 € an hour; near costs 36 € and dear 45 €. From 30 November, five weeks are left."""
    visits = ((client_api.near, MONDAY, "17.00", "2"), (client_api.dear, THURSDAY, "9.00", "1,5"))
    text = main(client.page(week(*visits), lang="en"))
    assert (
        "Kotiapu Kaisla Oy It lasts until the voucher ends, Thu 31 December. 5 visits in all, 10 hours."
        in text
    )
    assert "You pay €12 in the first week. You pay €60 in all." in text
    assert f"Hoiva Havu Oy It lasts until the voucher ends, {END}. 5 visits in all, 7.5 hours." in text
    assert "You pay €22.50 in the first week. You pay €112.50 in all." in text
    assert "€475 would stay unused." in text
    assert client_api.session.query(Choice).count() == 0


def test_money_that_is_not_enough_names_the_last_visit(client_api: ClientApi, client: StrictClient) -> None:
    text = main(client.page(week((client_api.near, MONDAY, "8", "9")), lang="en"))
    assert "The last visit is on Mon 14 December. Then the money is used up." in text
    assert "€190 would stay unused." in text


def test_a_visit_moved_to_no_day_is_left_out(client_api: ClientApi, client: StrictClient) -> None:
    visits = ((client_api.near, MONDAY, "17.00", "2"), (client_api.dear, "", "9.00", "1,5"))
    text = main(client.page(week(*visits), lang="en"))
    assert "€700 would stay unused." in text


def test_those_who_help_now_are_there_from_the_start(client_api: ClientApi, client: StrictClient) -> None:
    chosen = f"offering={client_api.near}&how=week&amount=3&starts_on=21.11.2026"
    client.send(client.page(f"/valitse/tarkista?{chosen}"))
    page = client.page("/kokeile", lang="en")
    assert page.one("input[@name='v1-much']").get("value") == "3"
    assert "15 hours in all." in main(page)
    assert "This is as it is now." in main(page)
    assert not page.root.xpath("//a[contains(@href, '/valitse/tarkista')]")


def test_a_tried_week_leads_to_choosing_exactly_it(client_api: ClientApi, client: StrictClient) -> None:
    visits = ((client_api.near, MONDAY, "17.00", "2"), (client_api.near, THURSDAY, "9", "1,5"))
    page = client.page(week(*visits), lang="en")
    (choose,) = page.root.xpath("//main//a[contains(@href, '/valitse/tarkista')]/@href")
    check = client.page(choose, lang="en")
    assert "Monday 17.00, 2 hours Thursday 9.00, 1.5 hours" in main(check)
    done = client.send(check)
    assert "You have chosen Kotiapu Kaisla Oy" in main(done)
    rows = client_api.session.query(PlanPattern).order_by(PlanPattern.number).all()
    assert [(row.weekdays, row.start_minute, row.length_minutes) for row in rows] == [
        (1, 17 * 60, 120),
        (8, 9 * 60, 90),
    ]


@pytest.mark.parametrize(
    "visit",
    [
        ("0", "", "2"),
        ("0", "25.00", "2"),
        ("0", "9", "0"),
        ("0", "9", ""),
        ("any", "", "-1"),
        ("9", "9", "1"),
    ],
)
def test_a_wrong_visit_is_shown_with_its_fault(
    client_api: ClientApi, client: StrictClient, visit: tuple[str, str, str]
) -> None:
    page = client.page(week((client_api.near, *visit)), status=422, lang="en")
    assert page.root.xpath("//div[@id='error-summary']//a[starts-with(@href, '#v1-')]")


def test_visits_of_one_helper_may_not_overlap(client_api: ClientApi, client: StrictClient) -> None:
    visits = ((client_api.near, MONDAY, "9", "2"), (client_api.near, MONDAY, "10", "1"))
    text = main(client.page(week(*visits), status=422, lang="en"))
    assert "Two visits of the same helper overlap" in text


def test_a_first_day_in_the_past_is_refused(client_api: ClientApi, client: StrictClient) -> None:
    client.page(week((client_api.near, MONDAY, "9", "2"), starts_on="1.11.2026"), status=422)


def test_who_may_only_see_can_try_but_not_choose(client_api: ClientApi) -> None:
    watcher = logged_in_by_key(client_api.web, client_api.session, WATCHER)
    page = watcher.page(week((client_api.near, MONDAY, "9", "2")), lang="en")
    assert not page.root.xpath("//main//a[contains(@href, '/valitse/tarkista')]")


def test_another_client_sees_nothing_of_it(client_api: ClientApi) -> None:
    stranger = logged_in_by_key(client_api.web, client_api.session, STRANGER)
    text = main(stranger.page(week((client_api.near, MONDAY, "9", "2")), lang="en"))
    assert "€1,000" not in text
