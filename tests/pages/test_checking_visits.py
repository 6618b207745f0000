"""/kulut: one visit at a time to be checked, the next in its place; each thing is said once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.vocabulary.roles import Role
from tests.builders import a_person
from tests.builders.api import store_api_key
from tests.builders.client_api import ClientApi
from tests.builders.settlement import a_settlement_scenario
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en", "selko")
KEY = "omk_checks"
VISITS = 12


@dataclass(frozen=True)
class Checking:
    """A client with twelve unpaid visits, the oldest last."""

    api: ClientApi
    client: StrictClient
    charges: list[int]

    def upcoming(self, page: StrictPage) -> int:
        """Return the visit that the page asks about."""
        (key,) = page.root.xpath("//section[@id='next']//article/@aria-labelledby")
        return int(str(key).removeprefix("charge-"))


@pytest.fixture
def checking(client_api: ClientApi) -> Checking:
    """The visits are accepted and nobody has answered."""
    session = client_api.session
    scenario = a_settlement_scenario(session, code="90")
    charges = [scenario.charge(session, 0) for _ in range(VISITS)]
    client = a_person(session, Role.CLIENT, client_id=scenario.fundings[0].client_id)
    store_api_key(session, client, KEY)
    session.commit()
    return Checking(client_api, logged_in_by_key(client_api.web, session, KEY), charges)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_next_visit_takes_the_place_of_the_answered_one(checking: Checking, language: str) -> None:
    client = checking.client
    page = client.page("/kulut", lang=language)
    for charge_id in reversed(checking.charges[-3:]):
        assert checking.upcoming(page) == charge_id
        page = client.send(page, form=0)
    assert checking.upcoming(page) == checking.charges[-4]
    assert checking.api.count(ChargeAnswer) == 3


def test_an_answer_in_the_list_returns_to_its_page_and_place(checking: Checking) -> None:
    client, web = checking.client, checking.client.web
    page = client.page("/kulut?page=2")
    form = page.root.xpath("//main//form")[1]
    charge_id = form.get("action").split("/")[2]
    answer = web.post(form.get("action"), data=dict(form.form_values()))
    assert answer.location == f"/kulut?page=2#charge-{charge_id}"


def test_a_dispute_returns_to_the_next_visit(checking: Checking) -> None:
    client, web = checking.client, checking.client.web
    (link,) = client.page("/kulut").root.xpath("//section[@id='next']//a[contains(@href, 'ei-oikein')]/@href")
    page = client.page(link)
    assert page.root.xpath("//a[@class='govuk-back-link']/@href") == ["/kulut#next"]
    fields = dict(page.form().form_values()) | {"why": "Ei käynyt"}
    assert web.post(link, data=fields).location == "/kulut#next"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dispute_that_is_taken_back_is_said_once(checking: Checking, language: str) -> None:
    client, key = checking.client, checking.charges[0]
    client.send(client.page(f"/kulut/{key}/ei-oikein"), {"why": "Ei käynyt"})
    page = client.page("/kulut", lang=language)
    card = page.one(f"article[@aria-labelledby='charge-{key}']")
    assert card.xpath(".//ul[@class='om-findings']") == []
    action = f"/kulut/{key}/oikein"
    forms = [form.get("action") for form in page.root.xpath("//main//form")]
    page = client.send(page, form=forms.index(action))
    card = page.one(f"article[@aria-labelledby='charge-{key}']")
    assert "not right" not in card.xpath("string(.//p[contains(., 'You said')])")
    assert card.xpath(".//ul[@class='om-findings']") == []


@pytest.mark.parametrize("place", ["", "x", "0", "-1", "9" * 30, "https://example.invalid"])
def test_a_place_that_is_none_leads_to_the_first_page(checking: Checking, place: str) -> None:
    client, web = checking.client, checking.client.web
    form = client.page("/kulut").form(0)
    answer = web.post(form.get("action"), data=dict(form.form_values()) | {"place": place})
    assert answer.location.startswith("/kulut")
    assert "example" not in answer.location
