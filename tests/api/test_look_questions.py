"""Who has looked, and the questions why, over the API."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.database.tables.clients import Client
from foundation.database.tables.look_questions import LookQuestion
from tests.builders.client_api import BILLER, FAR_WORKER, HELPER, STRANGER, WORKER, ClientApi
from tests.builders.mandates import limit_helpers

WHY, ANSWER = "Miksi katsoit?", "Tarkistin setelin päivät"


@pytest.fixture
def look(client_api: ClientApi) -> dict[str, Any]:
    """Return the worker's look at the client's voucher, as the client lists it."""
    client_api.read(f"/fundings/{client_api.voucher}", key=WORKER)
    (found,) = client_api.read("/me/looks")["items"]
    looked: dict[str, Any] = found
    return looked


def ask(api: ClientApi, look: dict[str, Any], **more: object) -> Any:
    return api.post("/me/looks/questions", {"day": look["day"], "person": look["person"], **more})


def test_a_client_reads_who_looked_and_why(client_api: ClientApi, look: dict[str, Any]) -> None:
    assert (look["day"], look["name"], look["role"]) == ("2026-11-21", "Tiina Työntekijä", "worker")
    assert (look["side"], look["company"], look["times"]) == ("county", None, 1)
    assert look["acts"][0]["act"] == "client.look"
    assert client_api.read("/me/looks?side=provider")["total"] == 0
    assert client_api.read("/me/looks", key=STRANGER)["total"] == 0


def test_the_county_answers_the_question(client_api: ClientApi, look: dict[str, Any]) -> None:
    asked = ask(client_api, look, question=WHY)
    assert asked.status_code == 201, asked.text
    assert (asked.get_json()["answer_by"], asked.get_json()["answer"]) == ("2026-11-25", None)
    (waiting,) = client_api.read("/look-questions", key=WORKER)["items"]
    assert (waiting["question"], waiting["name"]) == (WHY, "Tiina Työntekijä")
    for key in (FAR_WORKER, BILLER):
        assert client_api.read("/look-questions", key=key)["total"] == 0
    path = f"/look-questions/{waiting['id']}/answer"
    assert client_api.post(path, {"answer": " "}, key=WORKER).status_code == 422
    assert client_api.post(path, {"answer": ANSWER}, key=WORKER).get_json()["answer"] == ANSWER
    again = client_api.post(path, {"answer": ANSWER}, key=WORKER)
    assert (again.status_code, again.get_json()["code"]) == (409, "already_answered")
    assert client_api.read("/look-questions", key=WORKER)["total"] == 0
    (own,) = client_api.read("/me/looks/questions")["items"]
    assert (own["answer"], own["answered_by"]) == (ANSWER, "Tiina Työntekijä")


def test_what_cannot_be_asked(client_api: ClientApi, look: dict[str, Any]) -> None:
    assert ask(client_api, look).status_code == 201
    again = ask(client_api, look)
    assert (again.status_code, again.get_json()["code"]) == (409, "already_asked")
    other_day = ask(client_api, look | {"day": "2026-11-20"})
    assert (other_day.status_code, other_day.get_json()["errors"][0]["code"]) == (422, "look_unknown")
    assert client_api.count(LookQuestion) == 1


def test_a_number_says_whose_data(client_api: ClientApi, look: dict[str, Any]) -> None:
    number = client_api.session.get_one(Client, client_api.client_id).number
    assert client_api.read(f"/me/looks?client={number}")["total"] == 1
    other = client_api.get(f"/me/looks?client={number}", key=STRANGER)
    assert (other.status_code, other.get_json()["errors"][0]["code"]) == (422, "client_unknown")


def test_a_helper_who_reads_the_list_is_on_it(client_api: ClientApi, look: dict[str, Any]) -> None:
    client_api.read("/me/looks", key=HELPER)
    names = [item["name"] for item in client_api.read("/me/looks")["items"]]
    assert names == ["Tiina Työntekijä", "Timo Tukihenkilö"]


def test_a_helper_for_some_vouchers_reads_no_looks(client_api: ClientApi, look: dict[str, Any]) -> None:
    limit_helpers(client_api)
    answer = client_api.get("/me/looks", key=HELPER)
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "client_unknown")
    assert client_api.read("/me/looks")["total"] == 1, "nor leaves a look"
