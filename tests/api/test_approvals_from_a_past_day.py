"""POST /approvals from a past day: the charges since then are named, confirmed and held."""

from tests.builders.worker_api import BILLER, WorkerApi

CHARGE = {
    "reference": "R-1",
    "service": "PERSONAL_ASSISTANCE",
    "service_day": "2026-11-16",
    "start": "08:00",
    "end": "10:00",
    "quantity": "2.00",
    "unit": "hour",
    "unit_price": "36.00",
}
SUSPENDED = {
    "service": "PERSONAL_ASSISTANCE",
    "state": "suspended",
    "why": "Vakuutus puuttuu",
    "from": "2026-11-10",
}


def test_charges_since_a_suspension_are_named_and_then_held(worker_api: WorkerApi) -> None:
    charge = worker_api.post("/charges", CHARGE | {"voucher": worker_api.voucher}, key=BILLER).get_json()
    sent = SUSPENDED | {"provider": worker_api.provider}
    refused = worker_api.post("/approvals", sent)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "charges_since")
    sums = {"held": 1, "held_sum": "72.00", "left": 0, "left_sum": "0.00"}
    sums |= {"taken_back": 0, "taken_back_sum": "0.00"}
    assert refused.get_json()["charges_since"] == sums
    since = worker_api.post("/approvals", sent | {"acknowledged": ["charges_since"]}).get_json()[
        "charges_since"
    ]
    assert since == {
        "held": [
            {
                "id": charge["id"],
                "client": worker_api.client_number,
                "service_day": "2026-11-16",
                "reference": "R-1",
                "county_pays": "72.00",
            }
        ],
        "held_sum": "72.00",
        "taken_back": [],
        "taken_back_sum": "0.00",
        "left": [],
        "left_sum": "0.00",
    }


def test_only_known_codes_are_acknowledged(worker_api: WorkerApi) -> None:
    sent = SUSPENDED | {"provider": worker_api.provider, "acknowledged": ["x"]}
    answer = worker_api.post("/approvals", sent)
    assert [(error["field"], error["code"]) for error in answer.get_json()["errors"]] == [
        ("acknowledged.0", "field_not_a_choice")
    ]
