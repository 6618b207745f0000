"""/oma begins with one total, one alarm and one next thing; then each voucher."""

from __future__ import annotations

import pytest

from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from tests.builders import a_funding
from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient
from tests.pages.test_support_plan_pages import a_goal

LANGUAGES = ("fi", "sv", "en", "selko")


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def second_voucher(api: ClientApi, **terms: object) -> None:
    owner = api.session.get_one(Client, api.client_id)
    a_funding(api.session, api.session.get_one(County, owner.county_id), owner, **terms)  # type: ignore[arg-type]
    api.session.commit()


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_vouchers_have_one_total_first(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    second_voucher(client_api)
    page = client.page("/oma", lang=language)
    first = page.root.xpath("(//main//p[@class='om-balance__sentence'])[1]")[0]
    assert not first.xpath("ancestor::section")
    if language == "en":
        said = " ".join(first.text_content().split()).replace("\xa0", " ")
        assert (
            said == "You have €2,000. It is in 2 vouchers. The first one can be used until Thu 31 December."
        )


def test_hours_stay_beside_euros(client_api: ClientApi, client: StrictClient) -> None:
    hours = {"PERSONAL_ASSISTANCE": {"any": 3000}}
    second_voucher(client_api, quantity_hundredths=2000, unit_values=hours, amount_cents=60_000)
    said = client.page("/oma", lang="en").texts("main").replace("\xa0", " ")
    assert "You have €1,000 and 20 hours." in said
    assert "€1,600" not in said


def test_one_voucher_says_its_sentence_once(client: StrictClient) -> None:
    page = client.page("/oma", lang="en")
    assert page.texts("main").count("You have €1,000") == 1


def test_the_next_thing_comes_before_the_vouchers(client_api: ClientApi, client: StrictClient) -> None:
    second_voucher(client_api)
    page = client.page("/oma", lang="en")
    sections = [" ".join(part.text_content().split()) for part in page.root.xpath("//main//section")]
    task = next(at for at, said in enumerate(sections) if "Choose who helps you" in said)
    assert task < min(at for at, said in enumerate(sections) if "About this voucher" in said)


def test_who_made_the_decision_stands_by_the_telephone_number(client: StrictClient) -> None:
    said = client.page("/oma", lang="en").texts("body")
    assert "made your decision. Ask for that person when you call." in said


@pytest.mark.parametrize(
    ("language", "day"), [("fi", "31.12."), ("sv", "31.12."), ("en", "31 Dec"), ("selko", "31.12.")]
)
def test_the_chart_has_days_in_the_readers_language(client: StrictClient, language: str, day: str) -> None:
    rows = client.page("/seuranta", lang=language).root.xpath("//tbody/tr/th/text()")
    assert rows[-1].replace("\xa0", " ").strip() == day


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_is_asked_and_the_others_wait_in_a_list(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    goal = a_goal(client_api, due=True)
    page = client.page("/oma", lang=language)
    (card,) = page.root.xpath("//main//section[contains(@class, 'om-card--accent')]")
    (button,) = card.xpath(".//a[contains(@class, 'govuk-button')]/@href")
    assert button.startswith("/etsi")
    (later,) = card.xpath(".//details//a/@href")
    assert later == f"/suunnitelma/tavoite/{goal.id}"
    (summary,) = card.xpath(".//summary")
    if language == "en":
        assert "And 1 other thing" in summary.text_content()


def test_nothing_else_waits_without_a_list(client: StrictClient) -> None:
    page = client.page("/oma", lang="en")
    (card,) = page.root.xpath("//main//section[contains(@class, 'om-card--accent')]")
    assert card.xpath(".//details") == []
