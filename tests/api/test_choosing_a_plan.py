"""Choosing with a plan of visits by the API: what it holds, what stops it, and its faults by field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.books import check_books
from tests.builders.client_api import ClientApi

MONDAYS = {"weekdays": [1, 4], "start": "17:00", "length": 120}


def choose(client_api: ClientApi, plan: dict[str, Any], **fields: Any) -> Any:
    sent = {"offering": client_api.near, "starts_on": "2026-11-23", "plan": plan, **fields}
    return client_api.send("POST", f"/fundings/{client_api.voucher}/choices", sent)


@pytest.mark.parametrize(
    ("plan", "shown", "held", "quantity_per_week"),
    [
        (
            {"timed": [MONDAYS]},
            {"timed": [{**MONDAYS, "every_weeks": 1, "from": "2026-11-23", "to": None, "quantity": None}],
             "loose": None, "total": None},
            "720.00", "4.00",
        ),
        (
            {"loose": {"quantity": "2.00", "per": "month", "part": "evening"}},
            {"timed": [], "loose": {"quantity": "2.00", "per": "month", "part": "evening"}, "total": None},
            "75.90", "0.46",  # 8 of the 30 days of November, and December
        ),
        (
            {"total": {"quantity": "20.00", "to": "2026-12-20"}},
            {"timed": [], "loose": None, "total": {"quantity": "20.00", "to": "2026-12-20"}},
            "600.00", None,
        ),
    ],
    ids=["timed", "loose", "total"],
)  # fmt: skip
def test_a_choice_shows_its_plan_and_holds_its_visits(
    client_api: ClientApi, plan: dict[str, Any], shown: dict[str, Any], held: str, quantity_per_week: str
) -> None:
    answer = choose(client_api, plan)
    body = answer.get_json()
    assert (answer.status_code, body.get("plan"), body.get("held")) == (201, shown, held)
    assert body["quantity_per_week"] == quantity_per_week
    assert (body["lasts_until"], body["stopped_by"]) == (
        "2026-12-20" if "total" in plan else "2026-12-31", None
    )  # fmt: skip
    read = client_api.read(f"/fundings/{client_api.voucher}")
    assert read["choices"][0]["plan"] == shown
    check_books(client_api.session)


def test_the_limit_that_stops_a_plan_is_named(client_api: ClientApi) -> None:
    body = choose(client_api, {"timed": [{**MONDAYS, "length": 240}]}).get_json()
    assert (body["held"], body["lasts_until"], body["stopped_by"]) == ("960.00", "2026-12-20", "money")


@pytest.mark.parametrize(
    ("plan", "field", "code"),
    [
        ({}, "plan", "one_kind_of_plan"),
        ({"timed": [MONDAYS], "loose": {"quantity": "1.00"}}, "plan", "one_kind_of_plan"),
        ({"timed": [{**MONDAYS, "weekdays": []}]}, "plan.timed.0.weekdays", "weekdays_missing"),
        ({"timed": [{**MONDAYS, "weekdays": [8]}]}, "plan.timed.0.weekdays", "weekday_unknown"),
        ({"timed": [{**MONDAYS, "length": 0}]}, "plan.timed.0.length", "length_not_possible"),
        ({"timed": [{**MONDAYS, "every_weeks": 3}]}, "plan.timed.0.every_weeks", "interval_unknown"),
        ({"timed": [MONDAYS, MONDAYS]}, "plan.timed.1.start", "visits_overlap"),
        ({"timed": [{**MONDAYS, "to": "2026-11-01"}]}, "plan.timed.0.to", "ends_before_start"),
    ],
)
def test_a_fault_of_a_plan_names_its_field(
    client_api: ClientApi, plan: dict[str, Any], field: str, code: str
) -> None:
    answer = choose(client_api, plan)
    assert answer.status_code == 422
    assert (field, code) in [(error["field"], error["code"]) for error in answer.get_json()["errors"]]


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"timed": [{"weekdays": [1], "start": "25:00", "length": 60}]}, "plan.timed.0.start"),
        ({"loose": {"quantity": "0.00"}}, "plan.loose.quantity"),
        ({"loose": {"quantity": "1.00", "per": "day"}}, "plan.loose.per"),
    ],
)
def test_a_malformed_plan_names_its_field(client_api: ClientApi, plan: dict[str, Any], field: str) -> None:
    answer = choose(client_api, plan)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_a_plan_and_a_quantity_are_one_too_many(client_api: ClientApi) -> None:
    answer = choose(client_api, {"timed": [MONDAYS]}, quantity="1.00")
    assert [error["code"] for error in answer.get_json()["errors"]] == ["one_quantity"]
