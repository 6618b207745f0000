"""Days away by the API."""

from __future__ import annotations

from datetime import date

import pytest

from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering
from tests.builders import a_choice
from tests.builders.client_api import HELPER, STRANGER, WATCHER, ClientApi
from tests.builders.planned_visits import plan_visits

WEEK = "/me/visits?from=2026-11-23&to=2026-11-29"
AWAY = {"from": "2026-11-23", "to": "2026-11-29"}


@pytest.fixture
def choice(client_api: ClientApi) -> Choice:
    """Two hours on Mondays and Thursdays at 17."""
    funding = client_api.session.get_one(Funding, client_api.funding_id)
    offering = client_api.session.get_one(Offering, client_api.near)
    found = a_choice(client_api.session, funding, offering, starts_on=date(2026, 11, 15))
    plan_visits(client_api.session, found)
    client_api.session.commit()
    return found


def test_days_away_are_made_listed_and_ended(client_api: ClientApi, choice: Choice) -> None:
    made = client_api.post("/me/pauses", {**AWAY, "choice": choice.id})
    body = made.get_json()
    assert (made.status_code, body["from"], body["to"], body["choice"]) == (201, *AWAY.values(), choice.id)
    assert client_api.get("/me/pauses").get_json()["items"] == [body]
    assert client_api.get(WEEK).get_json()["items"] == []
    assert client_api.send("DELETE", f"/me/pauses/{body['id']}").status_code == 200
    assert len(client_api.get(WEEK).get_json()["items"]) == 2
    again = client_api.send("DELETE", f"/me/pauses/{body['id']}")
    assert (again.status_code, again.get_json()["code"]) == (409, "pause_unknown")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"from": "2026-11-20"}, "day_in_past"), ({"to": "2026-11-22"}, "ends_before_start")],
)
def test_days_that_cannot_be_away(
    client_api: ClientApi, choice: Choice, change: dict[str, str], code: str
) -> None:
    answer = client_api.post("/me/pauses", {**AWAY, **change})
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, code)


def test_who_may_be_away_for_a_client(client_api: ClientApi, choice: Choice) -> None:
    assert client_api.post("/me/pauses", AWAY, key=WATCHER).status_code == 403
    made = client_api.post("/me/pauses", AWAY, key=HELPER)
    assert made.status_code == 201
    assert client_api.send("DELETE", f"/me/pauses/{made.get_json()['id']}", key=STRANGER).status_code == 404
    assert client_api.get("/me/pauses", key=STRANGER).get_json()["items"] == []
