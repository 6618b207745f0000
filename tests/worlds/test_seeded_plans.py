"""The report of a world carries the plan of each choice, in the form in which the API takes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from clearing.plans.facts.plan import VisitId, VisitPlan
from clearing.plans.load.visit_plans import visit_plans
from foundation.vocabulary.dates import DateWindow
from marketplace.api.funding_schemas import ChoiceInSchema
from marketplace.api.plan_schemas import wish_of
from tests.builders.client_api import ClientApi
from tests.scratch_database import ScratchServer
from tests.worlds.conftest import stored_copy
from worlds.report_choices import choices_as_json
from worlds.report_fundings import fundings_as_json

Json = dict[str, Any]


@pytest.fixture(params=["small", pytest.param("demo", marks=pytest.mark.long)], scope="module")
def reported(
    scratch_server: ScratchServer, worker_name: str, request: pytest.FixtureRequest
) -> Iterator[tuple[list[Json], Session]]:
    """Return the reported fundings of a world, and a session on it."""
    with stored_copy(scratch_server, request.param, f"plans_{request.param}_{worker_name}") as copy:
        yield fundings_as_json(copy.session), copy.session


def patterns(plan: VisitPlan) -> tuple[Any, ...]:
    return plan.timed, plan.loose, plan.total


def wished(choice: Json, unit: str) -> VisitPlan:
    """Return the plan of a choice that is made with the reported plan."""
    sent = {"offering": choice["offering"], "starts_on": choice["from"], "plan": choice["plan"]}
    window = DateWindow(date.fromisoformat(choice["from"]), date.max)
    return wish_of(ChoiceInSchema().load(sent)).visit_plan(choice["id"], unit, window)


def test_the_api_takes_each_reported_plan(reported: tuple[list[Json], Session]) -> None:
    fundings, session = reported
    choices = [choice for funding in fundings for choice in funding["choices"]]
    plans = visit_plans(session, [choice["id"] for choice in choices])
    assert len(choices) > 20
    for choice in choices:
        plan = plans[choice["id"]]
        assert len(choice["plan"]) == 1
        assert patterns(wished(choice, plan.unit)) == patterns(plan)
        assert len(choice.get("pauses", ())) == len(plan.pauses)
        changes = {(change.day, change.number): change.is_cancelled for change in plan.changes}
        assert {_visit(change): change["cancelled"] for change in choice.get("changes", ())} == changes


def _visit(change: Json) -> tuple[date, int]:
    visit = VisitId.parse(change["visit"])
    assert visit is not None
    return visit.day, visit.number


def test_units_stand_beside_euros_where_a_funding_has_units(reported: tuple[list[Json], Session]) -> None:
    in_units = 0
    for funding in reported[0]:
        counted = "quantity" in funding
        assert counted == ("balance_quantity" in funding)
        assert all(counted == ("held_quantity" in choice) for choice in funding["choices"])
        if counted:
            in_units += 1
            units = {name: round(float(part) * 100) for name, part in funding["balance_quantity"].items()}
            assert units.pop("granted") == sum(units.values())
            held = sum(round(float(choice["held_quantity"]) * 100) for choice in funding["choices"])
            assert held == units["held"]
    assert in_units > 2


@pytest.mark.parametrize(
    "plan",
    [
        {"timed": [{"weekdays": [1, 4], "start": "17:05", "length": 90, "every_weeks": 2}]},
        {"loose": {"quantity": "2.50", "per": "month", "part": "evening"}},
        {"loose": {"quantity": "2.50", "part": None}},
        {"total": {"quantity": "20.00", "to": "2026-12-20"}},
    ],
    ids=["timed", "loose", "no_part", "total"],
)
def test_a_reported_plan_chooses_the_same_again(client_api: ClientApi, plan: Json) -> None:
    first = _choose(client_api, plan)
    assert client_api.send("DELETE", f"/choices/{first['id']}").status_code == 200
    again = _choose(client_api, first["plan"])
    assert (again["plan"], again["held"]) == (first["plan"], first["held"])


def _choose(client_api: ClientApi, plan: Json) -> Json:
    """Choose by the API, and return the choice as a world's report has it."""
    sent = {"offering": client_api.near, "starts_on": "2026-11-23", "plan": plan}
    answer = client_api.send("POST", f"/fundings/{client_api.voucher}/choices", sent)
    assert answer.status_code == 201, answer.get_json()
    choice = answer.get_json()["id"]
    return next(found for found in _choices(client_api) if found["id"] == choice)


def _choices(client_api: ClientApi) -> list[Json]:
    client_api.session.expire_all()
    return choices_as_json(client_api.session, in_units=())[client_api.funding_id]


def test_days_away_and_changed_visits_are_reported(client_api: ClientApi) -> None:
    choice = _choose(client_api, {"timed": [{"weekdays": [1], "start": "09:00", "length": 60}]})
    away = {"from": "2026-12-05", "to": "2026-12-12"}
    assert client_api.send("POST", "/me/pauses", away).status_code == 201
    assert client_api.send("POST", "/me/pauses", {"from": "2026-12-20"}).status_code == 201
    moved, cancelled = f"{choice['id']}-20261130-1", f"{choice['id']}-20261214-1"
    change = {"to_day": "2026-12-02", "start": "10:30", "length": 45}
    assert client_api.send("POST", f"/visits/{moved}/change", change).status_code == 200
    assert client_api.send("POST", f"/visits/{cancelled}/cancel", {}).status_code == 200
    report = _choices(client_api)[0]
    assert report["pauses"] == [away, {"from": "2026-12-20", "to": None}]
    nothing = {"to_day": None, "start": None, "length": None, "quantity": None}
    assert report["changes"] == [
        {**nothing, "visit": moved, "cancelled": False, **change},
        {**nothing, "visit": cancelled, "cancelled": True},
    ]
