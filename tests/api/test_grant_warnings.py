"""POST /decisions over the appropriation, and beside another voucher of the client."""

import pytest
from sqlalchemy import update

from foundation.database.tables.counties import CostCentre
from tests.api.test_decisions import DECISION, FUNDING, changed, errors
from tests.builders.worker_api import WorkerApi


@pytest.fixture
def scarce(worker_api: WorkerApi) -> WorkerApi:
    """The API where 500 € more than the fixture's own grant is left."""
    worker_api.session.execute(update(CostCentre).values(appropriation_cents=150_000))
    worker_api.session.commit()
    return worker_api


def test_a_grant_over_the_appropriation_is_confirmed_with_its_code(scarce: WorkerApi) -> None:
    sent = changed(amount="500.01")
    refused = scarce.post("/decisions", sent)
    assert errors(refused) == {("cost_centre", "over_appropriation")}
    assert refused.get_json()["appropriation"] == {"left": "500.00", "granted": "500.01"}
    assert errors(scarce.post("/decisions", sent | {"acknowledged": ["other"]})) == {
        ("acknowledged.0", "field_not_a_choice")
    }
    confirmed = scarce.post("/decisions", sent | {"acknowledged": ["over_appropriation"]})
    assert confirmed.status_code == 201
    again = scarce.post("/decisions", sent)
    assert (again.status_code, again.get_json()) == (200, confirmed.get_json())


def test_another_voucher_for_the_same_help_is_named(worker_api: WorkerApi) -> None:
    first = worker_api.post("/decisions", DECISION).get_json()
    assert first["overlaps"] == []
    later = DECISION | {
        "number": "ESHVA/2026/2",
        "fundings": [FUNDING | {"window": ["2026-06-01", "2027-05-31"]}],
    }
    assert worker_api.post("/decisions", later).get_json()["overlaps"] == [
        {
            "external_id": "a",
            "voucher": first["vouchers"]["a"],
            "decision": DECISION["number"],
            "services": ["PERSONAL_ASSISTANCE"],
            "window": ["2026-06-01", "2026-12-31"],
        }
    ]


def test_a_decision_names_what_it_replaces(worker_api: WorkerApi) -> None:
    two = DECISION | {"fundings": [FUNDING, FUNDING | {"external_id": "b"}]}
    vouchers = worker_api.post("/decisions", two).get_json()["vouchers"]
    listed = worker_api.post("/decisions", changed(external_id="c")).get_json()
    assert listed["left_out"] == {key: vouchers[key] for key in ("a", "b")}
    replacing = changed(external_id="d") | {"replaces": [DECISION["number"]]}
    answer = worker_api.post("/decisions", replacing).get_json()
    assert (answer["left_out"], len(answer["replaced"])) == ({}, 3)
    items = worker_api.read("/fundings?client=C-000123")["items"]
    assert {item["external_id"]: item["state"] for item in items} == {
        "a": "closed",
        "b": "closed",
        "c": "closed",
        "d": "open",
    }
    unknown = worker_api.post("/decisions", replacing | {"replaces": ["NO/1"]})
    assert errors(unknown) == {("replaces.0", "replaced_unknown")}
