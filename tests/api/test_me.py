"""A client's own money by the API: reading, choosing, undoing, answering charges; strangers kept out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.choices import Choice
from tests.api.client_desk import (
    BILLER,
    CLIENT,
    FAR_WORKER,
    HELPER,
    STRANGER,
    WATCHER,
    WORKER,
    ClientDesk,
    client_desk,
)
from tests.builders.books import check_books


@pytest.fixture
def desk(fresh_database: str, tmp_path: Path) -> Iterator[ClientDesk]:
    """A client's world."""
    with client_desk(fresh_database, tmp_path) as desk:
        yield desk


def wish(desk: ClientDesk, **fields: Any) -> dict[str, Any]:
    """Three hours a week from today."""
    return {"offering": desk.near, "starts_on": "2026-11-21", "quantity_per_week": "3.00", **fields}


def test_my_fundings_are_mine_alone(desk: ClientDesk) -> None:
    assert [one["voucher"] for one in desk.get("/me/fundings")["items"]] == [desk.voucher]
    assert [one["voucher"] for one in desk.get("/me/fundings", key=HELPER)["items"]] == [desk.voucher]
    assert [one["voucher"] for one in desk.get("/me/fundings", key=STRANGER)["items"]] == [desk.other_voucher]
    desk.get("/me/fundings", key=None, status=401)
    desk.get("/me/fundings", key=BILLER, status=403)
    desk.get("/me/fundings", key=WORKER, status=403)


def test_a_funding_tells_terms_balance_and_forecast(desk: ClientDesk) -> None:
    body = desk.get(f"/fundings/{desk.voucher}")
    assert (body["unit_values"], body["window"]) == ({"any": "30.00"}, ["2026-01-01", "2026-12-31"])
    balance = body["balance"]
    assert (balance.pop("granted"), balance.pop("free")) == ("1000.00", "1000.00")
    assert balance == dict.fromkeys(("held", "charged", "settled", "returned"), "0.00")
    assert body["forecast"]["units_money_gives"] == "33.33"
    assert body["state"] == "open"


@pytest.mark.parametrize(
    ("key", "status"),
    [(None, 401), (BILLER, 403), (STRANGER, 404), (FAR_WORKER, 404), (WORKER, 200), (HELPER, 200)],
)
def test_who_may_read_a_funding(desk: ClientDesk, key: str | None, status: int) -> None:
    body = desk.get(f"/fundings/{desk.voucher}", key=key, status=status)
    if status == 404:
        assert body == desk.get("/fundings/ZZZZ0000ZZZZ0000", key=key, status=404)


def test_staff_who_look_leave_a_row_that_says_why(desk: ClientDesk) -> None:
    desk.get(f"/fundings/{desk.voucher}?why=Puhelu", key=WORKER)
    desk.get(f"/fundings/{desk.voucher}")
    rows = desk.session.query(AuditEvent).filter_by(act="client.look").all()
    assert [(row.actor_name, row.why, row.client_id) for row in rows] == [
        ("Tiina Työntekijä", "Puhelu", desk.client_id)
    ]


def test_choosing_holds_and_ending_releases(desk: ClientDesk) -> None:
    answer = desk.send("POST", f"/fundings/{desk.voucher}/choices", wish(desk))
    body = answer.get_json()
    assert answer.status_code == 201
    assert (body["held"], body["balance"]["held"], body["balance"]["free"]) == ("540.00", "540.00", "460.00")
    assert (body["state"], body["undo_until"], body["provider"]) == ("in_force", "2026-11-28", "1234567-1")
    assert desk.get(f"/fundings/{desk.voucher}")["choices"][0]["id"] == body["id"]
    ended = desk.send("DELETE", f"/choices/{body['id']}")
    assert (ended.status_code, ended.get_json()["state"]) == (200, "undone")
    assert ended.get_json()["balance"]["free"] == "1000.00"
    check_books(desk.session)


def test_over_the_budget_is_422_with_reasons(desk: ClientDesk) -> None:
    sent = wish(desk, quantity_per_week=None, quantity="34.00", ends_on="2027-02-01")
    answer = desk.send("POST", f"/fundings/{desk.voucher}/choices", sent)
    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (422, "choice_not_possible")
    assert [reason["code"] for reason in body["reasons"]] == ["outside_voucher_window", "over_amount"]
    assert body["reasons"][1]["detail"] == "The plan takes €1,020.00 of your money. You have €1,000.00 free."
    assert desk.session.query(Choice).count() == 0


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
    ],
)
def test_a_wrong_field_is_named(
    desk: ClientDesk, fields: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    answer = desk.send("POST", f"/fundings/{desk.voucher}/choices", wish(desk, **fields))
    assert answer.status_code == 422, answer.text
    assert [(one["field"], one["code"]) for one in answer.get_json()["errors"]] == errors


@pytest.mark.parametrize(
    ("key", "status"),
    [(None, 401), (WORKER, 403), (BILLER, 403), (STRANGER, 404), (WATCHER, 403), (HELPER, 201)],
)
def test_who_may_choose_and_end(desk: ClientDesk, key: str | None, status: int) -> None:
    path = f"/fundings/{desk.voucher}/choices"
    assert desk.send("POST", path, wish(desk), key=key).status_code == status
    made = desk.send("POST", path, wish(desk)).get_json()["id"]
    expected = 200 if status == 201 else status
    assert desk.send("DELETE", f"/choices/{made}", key=key).status_code == expected


def test_the_order_of_answers_is_404_before_the_body(desk: ClientDesk) -> None:
    assert desk.send("POST", f"/fundings/{desk.other_voucher}/choices", {"x": 1}).status_code == 404
    assert desk.send("POST", "/charges/999999/dispute", {"x": 1}).status_code == 404
    assert desk.send("DELETE", "/choices/999999").status_code == 404


def test_the_same_request_again_chooses_once(desk: ClientDesk) -> None:
    path, key = f"/fundings/{desk.voucher}/choices", {"Idempotency-Key": "abc"}
    first = desk.send("POST", path, wish(desk), **key).get_json()
    assert desk.send("POST", path, wish(desk), **key).get_json() == first
    assert desk.session.query(Choice).count() == 1


def test_a_charge_is_right_or_not(desk: ClientDesk) -> None:
    right = desk.send("POST", f"/charges/{desk.charge}/confirm")
    assert (right.status_code, right.get_json()["answer"]) == (200, "confirmed")
    wrong = desk.send("POST", f"/charges/{desk.charge}/dispute", {"why": "Kukaan ei käynyt"})
    assert (wrong.get_json()["answer"], wrong.get_json()["why"]) == ("disputed", "Kukaan ei käynyt")
    empty = desk.send("POST", f"/charges/{desk.charge}/dispute", {"why": ""})
    assert [one["code"] for one in empty.get_json()["errors"]] == ["field_too_short"]


@pytest.mark.parametrize(
    ("key", "status"),
    [(None, 401), (BILLER, 403), (STRANGER, 404), (WATCHER, 403), (HELPER, 200), (CLIENT, 200)],
)
def test_who_may_answer_a_charge(desk: ClientDesk, key: str | None, status: int) -> None:
    assert desk.send("POST", f"/charges/{desk.charge}/confirm", key=key).status_code == status
