"""A client's own money by the API: reading, choosing, undoing, answering charges; strangers kept out."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.choices import Choice
from tests.builders.api import NO_KEY
from tests.builders.books import check_books
from tests.builders.client_api import (
    BILLER,
    CLIENT,
    FAR_WORKER,
    HELPER,
    STRANGER,
    WATCHER,
    WORKER,
    ClientApi,
)


def wish(client_api: ClientApi, **fields: Any) -> dict[str, Any]:
    """Three hours a week from today."""
    return {"offering": client_api.near, "starts_on": "2026-11-21", "quantity_per_week": "3.00", **fields}


def test_a_client_sees_only_the_own_fundings(client_api: ClientApi) -> None:
    assert [item["voucher"] for item in client_api.read("/me/fundings")["items"]] == [client_api.voucher]
    assert [item["voucher"] for item in client_api.read("/me/fundings", key=HELPER)["items"]] == [
        client_api.voucher
    ]
    assert [item["voucher"] for item in client_api.read("/me/fundings", key=STRANGER)["items"]] == [
        client_api.other_voucher
    ]
    client_api.read("/me/fundings", key=NO_KEY, status=401)
    client_api.read("/me/fundings", key=BILLER, status=403)
    client_api.read("/me/fundings", key=WORKER, status=403)


def test_a_funding_has_terms_balance_and_forecast(client_api: ClientApi) -> None:
    body = client_api.read(f"/fundings/{client_api.voucher}")
    assert (body["unit_values"], body["window"]) == ({"any": "30.00"}, ["2026-01-01", "2026-12-31"])
    balance = body["balance"]
    assert (balance.pop("granted"), balance.pop("free")) == ("1000.00", "1000.00")
    assert balance == dict.fromkeys(("held", "charged", "settled", "returned"), "0.00")
    assert body["forecast"]["units_money_gives"] == "33.33"
    assert body["state"] == "open"


@pytest.mark.parametrize(
    ("key", "status"),
    [(NO_KEY, 401), (BILLER, 403), (STRANGER, 404), (FAR_WORKER, 404), (WORKER, 200), (HELPER, 200)],
)
def test_who_may_read_a_funding(client_api: ClientApi, key: str, status: int) -> None:
    body = client_api.read(f"/fundings/{client_api.voucher}", key=key, status=status)
    if status == 404:
        assert body == client_api.read("/fundings/ZZZZ0000ZZZZ0000", key=key, status=404)


def test_a_view_by_staff_leaves_a_row_with_the_reason(client_api: ClientApi) -> None:
    client_api.read(f"/fundings/{client_api.voucher}?why=Puhelu", key=WORKER)
    client_api.read(f"/fundings/{client_api.voucher}")
    rows = client_api.session.query(AuditEvent).filter_by(act="client.look").all()
    assert [(row.actor_name, row.why, row.client_id) for row in rows] == [
        ("Tiina Työntekijä", "Puhelu", client_api.client_id)
    ]


def test_choosing_holds_and_ending_releases(client_api: ClientApi) -> None:
    answer = client_api.send("POST", f"/fundings/{client_api.voucher}/choices", wish(client_api))
    body = answer.get_json()
    assert answer.status_code == 201
    assert (body["held"], body["balance"]["held"], body["balance"]["free"]) == ("540.00", "540.00", "460.00")
    assert (body["state"], body["undo_until"], body["provider"]) == ("in_force", "2026-11-28", "1234567-1")
    assert client_api.read(f"/fundings/{client_api.voucher}")["choices"][0]["id"] == body["id"]
    ended = client_api.send("DELETE", f"/choices/{body['id']}")
    assert (ended.status_code, ended.get_json()["state"]) == (200, "undone")
    assert ended.get_json()["balance"]["free"] == "1000.00"
    check_books(client_api.session)


def test_over_the_budget_is_422_with_reasons(client_api: ClientApi) -> None:
    sent = wish(client_api, quantity_per_week=None, quantity="34.00", ends_on="2027-02-01")
    answer = client_api.send("POST", f"/fundings/{client_api.voucher}/choices", sent)
    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (422, "choice_not_possible")
    assert [reason["code"] for reason in body["reasons"]] == ["outside_voucher_window", "over_amount"]
    assert body["reasons"][1]["detail"] == "The plan takes €1,020.00 of your money. You have €1,000.00 free."
    assert client_api.session.query(Choice).count() == 0


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"offering": 999999}, [("offering", "offering_unknown")]),
        ({"offering": "1"}, [("offering", "field_malformed")]),
        ({"quantity": "1.00"}, [("quantity", "one_quantity")]),
        ({"quantity_per_week": None}, [("quantity", "one_quantity")]),
        ({"quantity_per_week": "0"}, [("quantity_per_week", "field_too_small")]),
        ({"quantity_per_week": 3}, [("quantity_per_week", "field_malformed")]),
        ({"ends_on": "2026-11-20"}, [("ends_on", "ends_before_start")]),
        ({"starts_on": "tomorrow"}, [("starts_on", "field_malformed")]),
        ({"colour": "red"}, [("colour", "field_unknown")]),
        (
            dict.fromkeys("fdbeca", 1) | {"offering": "1"},
            [("offering", "field_malformed"), *((name, "field_unknown") for name in "abcdef")],
        ),
    ],
)
def test_a_wrong_field_is_named(
    client_api: ClientApi, fields: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    answer = client_api.send("POST", f"/fundings/{client_api.voucher}/choices", wish(client_api, **fields))
    assert answer.status_code == 422, answer.text
    assert [(error["field"], error["code"]) for error in answer.get_json()["errors"]] == errors


@pytest.mark.parametrize(
    ("key", "status"),
    [(NO_KEY, 401), (WORKER, 403), (BILLER, 403), (STRANGER, 404), (WATCHER, 403), (HELPER, 201)],
)
def test_who_may_choose_and_end(client_api: ClientApi, key: str, status: int) -> None:
    path = f"/fundings/{client_api.voucher}/choices"
    assert client_api.send("POST", path, wish(client_api), key=key).status_code == status
    made = client_api.send("POST", path, wish(client_api)).get_json()["id"]
    expected = 200 if status == 201 else status
    assert client_api.send("DELETE", f"/choices/{made}", key=key).status_code == expected


def test_the_order_of_answers_is_404_before_the_body(client_api: ClientApi) -> None:
    assert (
        client_api.send("POST", f"/fundings/{client_api.other_voucher}/choices", {"x": 1}).status_code == 404
    )
    assert client_api.send("POST", "/charges/999999/dispute", {"x": 1}).status_code == 404
    assert client_api.send("DELETE", "/choices/999999").status_code == 404


def test_the_same_request_again_chooses_once(client_api: ClientApi) -> None:
    path, key = f"/fundings/{client_api.voucher}/choices", {"Idempotency-Key": "abc"}
    first = client_api.send("POST", path, wish(client_api), **key).get_json()
    assert client_api.send("POST", path, wish(client_api), **key).get_json() == first
    assert client_api.session.query(Choice).count() == 1


def test_a_charge_is_right_or_not(client_api: ClientApi) -> None:
    right = client_api.send("POST", f"/charges/{client_api.charge}/confirm")
    assert (right.status_code, right.get_json()["answer"]) == (200, "confirmed")
    wrong = client_api.send("POST", f"/charges/{client_api.charge}/dispute", {"why": "Kukaan ei käynyt"})
    assert (wrong.get_json()["answer"], wrong.get_json()["why"]) == ("disputed", "Kukaan ei käynyt")
    empty = client_api.send("POST", f"/charges/{client_api.charge}/dispute", {"why": ""})
    assert [error["code"] for error in empty.get_json()["errors"]] == ["field_too_short"]


@pytest.mark.parametrize(
    ("key", "status"),
    [(NO_KEY, 401), (BILLER, 403), (STRANGER, 404), (WATCHER, 403), (HELPER, 200), (CLIENT, 200)],
)
def test_who_may_answer_a_charge(client_api: ClientApi, key: str, status: int) -> None:
    assert client_api.send("POST", f"/charges/{client_api.charge}/confirm", key=key).status_code == status
