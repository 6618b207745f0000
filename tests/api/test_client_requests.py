"""Requests of clients over the API: a free time from a provider; no voucher, or help, from the county."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.database.tables.clients import Client
from foundation.database.tables.help_requests import HelpRequest
from foundation.database.tables.time_requests import TimeRequest
from tests.builders.client_api import (
    BILLER,
    FAR_WORKER,
    HELPER,
    STRANGER,
    WATCHER,
    WORKER,
    ClientApi,
)

SUITS, NO, ANSWER = "Tuesday evenings", "We are full", "Soitan sinulle maanantaina"
TIME = "2026-12-01T17:00:00+02:00"


@pytest.fixture
def number(client_api: ClientApi) -> str:
    return client_api.session.get_one(Client, client_api.client_id).number


@pytest.fixture
def asked(client_api: ClientApi, number: str) -> int:
    """Return the id of a request for a free time."""
    sent = {"client": number, "offering": client_api.near, "words": SUITS}
    answer = client_api.post("/me/time-requests", sent)
    assert answer.status_code == 201, answer.text
    assert "Aino" not in answer.text
    key: int = answer.get_json()["id"]
    return key


def offer(api: ClientApi, asked: int, *times: str) -> Any:
    return api.post(f"/my/time-requests/{asked}/offer", {"times": list(times)}, key=BILLER)


def test_a_time_is_asked_for_offered_and_taken(client_api: ClientApi, asked: int) -> None:
    (waiting,) = client_api.read("/my/time-requests", key=BILLER)["items"]
    assert (waiting["id"], waiting["words"], waiting["state"]) == (asked, SUITS, "open")
    (time,) = offer(client_api, asked, TIME).get_json()["times"]
    path = f"/me/time-requests/{asked}/accept"
    assert client_api.post(path, {"time": time["id"] + 1}).get_json()["errors"][0]["code"] == "time_unknown"
    taken = client_api.post(path, {"time": time["id"]}).get_json()
    assert (taken["state"], taken["times"][0]["accepted_at"] is None) == ("accepted", False)
    again = client_api.post(path, {"time": time["id"]})
    assert (again.status_code, again.get_json()["code"]) == (409, "request_closed")
    assert client_api.read("/my/time-requests", key=BILLER)["total"] == 0


def test_the_provider_says_no(client_api: ClientApi, asked: int) -> None:
    path = f"/my/time-requests/{asked}/decline"
    assert client_api.post(path, {"words": " "}, key=BILLER).status_code == 422
    assert client_api.post(path, {"words": NO}, key=BILLER).get_json()["state"] == "declined"
    (own,) = client_api.read("/me/time-requests")["items"]
    assert (own["answer"], own["state"]) == (NO, "declined")


@pytest.mark.parametrize("times", [[], ["2026-11-01T17:00:00+02:00"], ["2027-11-01T17:00:00+02:00"], ["x"]])
def test_times_that_cannot_be_offered(client_api: ClientApi, asked: int, times: list[str]) -> None:
    assert offer(client_api, asked, *times).status_code == 422


def test_one_open_request_for_an_offering(client_api: ClientApi, asked: int, number: str) -> None:
    sent = {"client": number, "offering": client_api.near}
    again = client_api.post("/me/time-requests", sent)
    assert (again.status_code, again.get_json()["code"]) == (409, "asked_already")
    withdrawn = client_api.post(f"/me/time-requests/{asked}/withdraw")
    assert withdrawn.get_json()["state"] == "withdrawn"
    assert client_api.post("/me/time-requests", sent).status_code == 201
    unknown = client_api.post("/me/time-requests", sent | {"offering": 999_999})
    assert unknown.get_json()["errors"][0]["code"] == "offering_unknown"


def test_who_asks_for_a_client(client_api: ClientApi, number: str, asked: int) -> None:
    sent = {"client": number, "offering": client_api.dear}
    assert client_api.post("/me/time-requests", sent, key=WATCHER).status_code == 403
    assert client_api.post("/me/time-requests", sent, key=STRANGER).status_code == 422
    assert client_api.post("/me/time-requests", sent, key=HELPER).status_code == 201
    assert client_api.post(f"/me/time-requests/{asked}/withdraw", key=STRANGER).status_code == 404
    assert client_api.post(f"/me/time-requests/{asked}/withdraw", key=WATCHER).status_code == 403
    assert client_api.count(TimeRequest) == 2


def test_a_client_does_not_want_a_voucher(client_api: ClientApi, number: str) -> None:
    sent = {"client": number, "kind": "no_voucher", "words": "Haluan palvelun kunnalta"}
    missing = client_api.post("/me/help-requests", sent)
    assert (missing.status_code, missing.get_json()["errors"][0]["field"]) == (422, "voucher")
    other = client_api.post("/me/help-requests", sent | {"voucher": client_api.other_voucher})
    assert other.get_json()["errors"][0]["code"] == "voucher_unknown"
    made = client_api.post("/me/help-requests", sent | {"voucher": client_api.voucher})
    assert (made.status_code, made.get_json()["answer_by"]) == (201, "2026-11-25")
    again = client_api.post("/me/help-requests", sent | {"voucher": client_api.voucher})
    assert (again.status_code, again.get_json()["code"]) == (409, "request_open")


def test_a_worker_answers_a_request_for_help(client_api: ClientApi, number: str) -> None:
    sent = {"client": number, "kind": "help_choosing"}
    assert client_api.post("/me/help-requests", sent, key=WATCHER).status_code == 403
    key = client_api.post("/me/help-requests", sent).get_json()["id"]
    (waiting,) = client_api.read("/help-requests", key=WORKER)["items"]
    assert (waiting["client"], waiting["kind"]) == (number, "help_choosing")
    assert client_api.read("/help-requests", key=FAR_WORKER)["total"] == 0
    path = f"/help-requests/{key}/answer"
    assert client_api.post(path, {"answer": ANSWER}, key=FAR_WORKER).status_code == 404
    blank = client_api.post(path, {"answer": " "}, key=WORKER)
    assert (blank.status_code, blank.get_json()["errors"][0]["field"]) == (422, "answer")
    assert client_api.post(path, {"answer": ANSWER}, key=WORKER).get_json()["answer"] == ANSWER
    again = client_api.post(path, {"answer": ANSWER}, key=WORKER)
    assert (again.status_code, again.get_json()["code"]) == (409, "request_not_open")
    (own,) = client_api.read("/me/help-requests")["items"]
    assert own["answer"] == ANSWER
    assert client_api.read("/me/help-requests", key=STRANGER)["total"] == 0


def test_a_request_is_taken_back(client_api: ClientApi, number: str) -> None:
    key = client_api.post("/me/help-requests", {"client": number, "kind": "help_choosing"}).get_json()["id"]
    path = f"/me/help-requests/{key}/withdraw"
    assert client_api.post(path, key=STRANGER).status_code == 404
    assert client_api.post(path).get_json()["withdrawn_at"] is not None
    assert client_api.post(path).status_code == 409
    assert client_api.read("/help-requests", key=WORKER)["total"] == 0
    assert client_api.count(HelpRequest) == 1
