"""A provider stops: the client, the helper and the worker have the task to find another, and it clears."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from clearing.plans.actions.plan_again import plan_marked
from foundation.database.tables.choices import Choice
from tests.builders.client_api import CLIENT, HELPER, WORKER, ClientApi
from tests.builders.county import NOW, TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient
from tests.pages.test_stopped_providers import ALARM, CHOICE, LANGUAGES, stop

TIMED = {"timed": [{"weekdays": [1], "start": "17:00", "length": 60}]}


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in, whose provider has stopped."""
    sent = {"offering": client_api.near, "starts_on": "2026-11-23", "plan": TIMED}
    answer = client_api.post(f"/fundings/{client_api.voucher}/choices", sent)
    assert answer.status_code == 201, answer.get_json()
    return browser_of(client_api, CLIENT)


def browser_of(api: ClientApi, key: str) -> StrictClient:
    """Return a browser of its own, logged in with a key."""
    return logged_in_by_key(api.web.application.test_client(), api.session, key)


def stopped(api: ClientApi, from_day: date = TODAY, now: datetime = NOW) -> int:
    """Suspend the provider and plan the holds again; return the choice."""
    stop(api, api.near, "suspended", from_day)
    plan_marked(api.session, most=10, now=now)
    api.session.commit()
    newest = select(Choice.id).where(Choice.offering_id == api.near).order_by(Choice.id.desc())
    return api.session.scalars(newest).first() or 0


def choose(api: ClientApi, **more: object) -> None:
    """Choose the offering of another provider."""
    answer = api.post(f"/fundings/{api.voucher}/choices", CHOICE | {"offering": api.dear} | more)
    assert answer.status_code == 201, answer.get_json()


def worklist(api: ClientApi) -> str:
    """Return the worker's list."""
    return browser_of(api, WORKER).page("/tt", lang="en").texts()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_client_reads_who_could_help_instead(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    choice_id = stopped(client_api)
    page = client.page(f"/oma/valinta/{choice_id}/toinen", lang=language)
    assert "Hoiva Havu Oy" in page.texts("main//article")
    assert "Kotiapu Kaisla Oy" not in page.texts("main//article")
    assert f"offering={client_api.dear}&replaces={choice_id}" in " ".join(page.root.xpath("//main//a/@href"))
    if language == "en":
        assert "4 visits of the next four weeks have nobody to give them." in page.texts("main")
        assert "Nobody can give this visit now." in client.page("/kaynnit?viikko=2026-11-23").texts()
    home = client.page("/oma", lang=language)
    assert f"/oma/valinta/{choice_id}/toinen" in home.root.xpath(f"//{ALARM}//a/@href")


def test_the_alternatives_cost_what_the_search_says(client_api: ClientApi, client: StrictClient) -> None:
    choice_id = stopped(client_api)
    here = client.page(f"/oma/valinta/{choice_id}/toinen", lang="en").texts("main//article")
    search = client.page("/etsi/tulokset?service=PERSONAL_ASSISTANCE&size=12", lang="en")
    assert "€15.00" in here
    assert "€15.00" in search.texts("main//article")


def test_the_task_clears_when_another_is_chosen(client_api: ClientApi, client: StrictClient) -> None:
    stopped(client_api)
    assert "Find another provider" in worklist(client_api)
    choose(client_api)
    assert "Find another provider" not in worklist(client_api)
    alarms = client.page("/oma", lang="en").root.xpath(f"//{ALARM}//a/@href")
    assert not [href for href in alarms if href.endswith("/toinen")]


def test_the_task_clears_when_the_client_wants_nobody(client_api: ClientApi, client: StrictClient) -> None:
    choice_id = stopped(client_api)
    page = client.page(f"/oma/valinta/{choice_id}/lopeta", lang="en")
    client.send(page, {})
    assert "Find another provider" not in worklist(client_api)


def test_somebody_chosen_before_does_not_clear_the_task(client_api: ClientApi, client: StrictClient) -> None:
    choose(client_api)
    stopped(client_api, now=NOW + timedelta(minutes=1))
    assert "Find another provider" in worklist(client_api)


def test_a_choice_that_goes_on_has_no_such_page(client_api: ClientApi, client: StrictClient) -> None:
    choice = client_api.session.query(Choice.id).order_by(Choice.id.desc()).limit(1).scalar()
    client.page(f"/oma/valinta/{choice}/toinen", status=404)


def test_the_helper_sees_for_whom_somebody_must_be_found(client_api: ClientApi, client: StrictClient) -> None:
    helper = browser_of(client_api, HELPER)
    words = "A provider has stopped. Find another together."
    assert words not in helper.page("/puolesta", lang="en").texts()
    stopped(client_api)
    assert words in helper.page("/puolesta", lang="en").texts()


def test_the_worker_reads_who_could_help_instead(client_api: ClientApi, client: StrictClient) -> None:
    stopped(client_api, TODAY + timedelta(days=10))
    browser = browser_of(client_api, WORKER)
    shown = worklist(client_api).replace("\xa0", " ")
    assert "No visits from 7 Dec 2026." in shown[shown.index("Find another provider") :]
    assert "The provider is suspended: Kotiapu Kaisla Oy" in shown
    asked = browser.page(f"/tt/asiakas/{client_api.client_id}", lang="en")
    page = browser.send(asked, {"reason": next(iter(asked.root.xpath("//input[@name='reason']/@value")))})
    assert "Who could help instead" in page.texts()
    assert "Hoiva Havu Oy" in page.texts()
