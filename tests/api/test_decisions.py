"""The county's endpoints: decisions, fundings, providers, charges on hold."""

from typing import Any

import pytest
from sqlalchemy import func, select

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import GrantDecision
from tests.builders.worker_api import AUDITOR, BILLER, FAR_WORKER, WorkerApi

FUNDING = {
    "external_id": "a",
    "kind": "voucher",
    "services": ["PERSONAL_ASSISTANCE"],
    "window": ["2026-01-01", "2026-12-31"],
    "amount": "1000.00",
    "unit_values": {"weekday": "36.00", "evening": "41.40"},
    "price_cap": {"any": "40.00"},
    "free_of_charge": True,
    "overrun": "cut",
}
CLIENT = {
    "number": "C-000123",
    "name": "Aino Asiakas",
    "municipality": "491",
    "language": "fi",
    "identity_code": "131052-308T",
}
DECISION = {
    "number": "ESHVA/2026/1234",
    "county": "12",
    "decided_on": "2026-01-07",
    "decided_by": "Virpi Viranhaltija",
    "legal_basis": "Vammaispalvelulaki 9 §",
    "cost_centre": "4410",
    "client": CLIENT,
    "fundings": [FUNDING],
}


def changed(**fields: Any) -> dict[str, Any]:
    return DECISION | {"fundings": [FUNDING | fields]}


def errors(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return {(error["field"], error["code"]) for error in answer.get_json()["errors"]}


def test_fields_that_cannot_be_read_do_not_hide_the_others(worker_api: WorkerApi) -> None:
    wrong = changed(
        kind="gift",
        amount=5,
        window=["2026-12-31", "2026-01-01"],
        services=["NOPE"],
        provider="7654321-4",
        x=1,
    )
    answer = worker_api.post(
        "/decisions", wrong | {"decided_on": "soon", "client": CLIENT | {"municipality": "999"}}
    )
    assert errors(answer) == {
        ("decided_on", "field_malformed"),
        ("client.municipality", "municipality_unknown"),
        ("fundings.0.kind", "field_malformed"),
        ("fundings.0.amount", "field_malformed"),
        ("fundings.0.x", "field_unknown"),
        ("fundings.0.services", "service_unknown"),
        ("fundings.0.window", "window_backwards"),
        ("fundings.0.provider", "provider_unknown"),
    }


def test_a_document_of_unreadable_parts_is_a_list_of_faults(worker_api: WorkerApi) -> None:
    for wrong in ({}, {"fundings": [1, {}], "client": 3}, {"fundings": {"0": 1}, "personal_budget": [1]}):
        assert ("county", "field_required") in errors(worker_api.post("/decisions", wrong))
        assert len(errors(worker_api.post("/decisions", {"county": "12"} | wrong))) >= 6


def test_no_values_may_be_sent_as_an_empty_object(worker_api: WorkerApi) -> None:
    answer = worker_api.post("/decisions", changed(unit_values={}, price_cap={}, free_of_charge=False))
    assert answer.status_code == 201


def test_a_decision_is_granted_once(worker_api: WorkerApi) -> None:
    first = worker_api.post("/decisions", DECISION)
    assert first.status_code == 201, first.text
    again = worker_api.post("/decisions", DECISION)
    assert again.status_code == 200
    assert first.get_json()["vouchers"].keys() == {"a"}
    assert again.get_json() == first.get_json()
    more = worker_api.post("/decisions", changed(amount="1500.00"))
    assert (more.status_code, more.get_json()["version"]) == (201, 2)
    assert more.get_json()["vouchers"] == first.get_json()["vouchers"]
    shown = worker_api.read(f"/fundings?voucher={more.get_json()['vouchers']['a']}")["items"][0]
    assert shown["balance"]["granted"] == shown["balance"]["free"] == "1500.00"
    assert (shown["client"], shown["state"], shown["window"]) == ("C-000123", "open", FUNDING["window"])


def test_the_identity_code_is_never_kept(worker_api: WorkerApi) -> None:
    worker_api.post("/decisions", DECISION)
    whole = select(GrantDecision.document).where(GrantDecision.number == DECISION["number"])
    kept = worker_api.session.scalars(whole).one()
    assert "131052" not in str(kept)
    hashed = worker_api.session.scalars(select(Client.identity_hash).where(Client.number == "C-000123")).one()
    assert hashed
    assert "131052" not in hashed
    wrong = DECISION | {"client": CLIENT | {"identity_code": "131052-308U"}}
    assert errors(worker_api.post("/decisions", wrong)) == {("client.identity_code", "field_malformed")}


WRONG: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "nothing": ({}, {(name, "field_required") for name in DECISION}),
    "county": (DECISION | {"county": "13"}, {("county", "county_unknown")}),
    "a number": (changed(amount=1000), {("fundings.0.amount", "field_malformed")}),
    "window": (changed(window=["2026-02-01"]), {("fundings.0.window", "field_malformed")}),
    "backwards": (
        changed(window=["2026-02-02", "2026-02-01"]),
        {("fundings.0.window", "window_backwards")},
    ),
    "values": (changed(unit_values={"weekday": "a"}), {("fundings.0.unit_values", "field_malformed")}),
    "class": (changed(unit_values={"dawn": "1.00"}), {("fundings.0.unit_values", "time_class_unknown")}),
    "unknown": (changed(wallet="1"), {("fundings.0.wallet", "field_unknown")}),
    "kind": (changed(kind="gift"), {("fundings.0.kind", "field_malformed")}),
    "both": (
        changed(provider="7654321-2", services=["PERSONAL_ASSISTANCE", "NO"]),
        {("fundings.0.provider", "provider_unknown"), ("fundings.0.services", "service_unknown")},
    ),
    "budget": (
        DECISION | {"personal_budget": {"amount": "999.99", "window": ["2026-01-01", "2026-12-31"]}},
        {("personal_budget.amount", "budget_exceeded")},
    ),
}


@pytest.mark.parametrize(("sent", "expected"), WRONG.values(), ids=WRONG.keys())
def test_every_wrong_field_is_named(
    worker_api: WorkerApi, sent: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert errors(worker_api.post("/decisions", sent)) == expected


def test_everything_that_the_contract_knows(worker_api: WorkerApi) -> None:
    by_service = FUNDING | {
        "external_id": "b",
        "services": ["PERSONAL_ASSISTANCE", "HOME_CARE"],
        "unit_values": {"PERSONAL_ASSISTANCE": {"any": "36.00"}, "HOME_CARE": {"any": "30.00"}},
        "per_period": {"period": "month", "quantity": "10.00", "carry": "up_to", "share": "0.50"},
    }
    income = {"max": "25.00", "income": "900.00", "limit": "528.00", "percent": "35.00", "floor": "7.00"}
    related = {name: entry for name, entry in FUNDING.items() if name != "unit_values"}
    related |= {"external_id": "c", "income_related": income, "quantity": "10.00", "amount": None}
    named = FUNDING | {"external_id": "d", "kind": "commitment", "provider": worker_api.provider}
    budget = {
        "amount": "5000.00",
        "window": ["2026-01-01", "2026-12-31"],
        "client_may_move": {"up_to": "200.00"},
    }
    whole = DECISION | {"fundings": [FUNDING, by_service, related, named], "personal_budget": budget}
    answer = worker_api.post("/decisions", whole)
    assert answer.status_code == 201, answer.text
    granted = {
        item["external_id"]: item["balance"]["granted"] for item in worker_api.read("/fundings")["items"]
    }
    assert (granted["b"], granted["c"]) == ("1000.00", "228.30")


def test_who_may(worker_api: WorkerApi) -> None:
    for key, status in ((AUDITOR, 403), (BILLER, 403), ("omk_nobody", 401)):
        assert worker_api.post("/decisions", DECISION, key=key).status_code == status
    path = f"/fundings/{worker_api.voucher}/pause"
    assert worker_api.post(path, {"why": "x"}, key=FAR_WORKER).status_code == 404
    assert worker_api.post(path, "nonsense", key=FAR_WORKER).status_code == 404
    assert worker_api.read("/fundings", key=FAR_WORKER)["total"] == 0
    assert worker_api.read("/fundings", key=AUDITOR)["total"] == 1
    assert worker_api.read("/providers", key=FAR_WORKER)["total"] == 0


def test_a_list_leaves_a_row_that_the_client_may_read(worker_api: WorkerApi) -> None:
    worker_api.get("/fundings")
    looks = select(func.count()).select_from(AuditEvent).where(AuditEvent.act == "client.look")
    assert worker_api.session.scalar(looks) == 1


def test_a_funding_is_paused_opened_and_revoked(worker_api: WorkerApi) -> None:
    spaced = f"{worker_api.voucher[:4].lower()}-{worker_api.voucher[4:]}"
    assert (
        worker_api.post(f"/fundings/{spaced}/pause", {"why": "Sairaalassa"}).get_json()["state"] == "paused"
    )
    again = worker_api.post(f"/fundings/{worker_api.voucher}/pause", {"why": "Sairaalassa"})
    assert (again.status_code, again.get_json()["code"]) == (409, "state_same")
    assert (
        worker_api.post(f"/fundings/{worker_api.voucher}/open", {"why": "Kotona"}).get_json()["state"]
        == "open"
    )
    assert errors(worker_api.post(f"/fundings/{worker_api.voucher}/close", {})) == {("why", "field_required")}
    for day in ("2028-01-01", "0001-01-01", "9999-12-31"):
        late = worker_api.post(f"/fundings/{worker_api.voucher}/close", {"why": "x", "from": day})
        assert errors(late) == {("from", "outside_voucher_window")}
    revoked = worker_api.post(
        f"/fundings/{worker_api.voucher}/revoke", {"why": "Peruttu", "from": "2026-11-21"}
    )
    assert (revoked.get_json()["state"], revoked.get_json()["balance"]["held"]) == ("revoked", "0.00")


def test_an_approval_is_suspended_and_the_client_named(worker_api: WorkerApi) -> None:
    sent = {"provider": worker_api.provider, "service": "PERSONAL_ASSISTANCE", "state": "suspended"}
    assert errors(worker_api.post("/approvals", sent)) == {("why", "why_missing")}
    answer = worker_api.post("/approvals", sent | {"why": "Vakuutus puuttuu"})
    assert answer.status_code == 201, answer.text
    assert [item["client"] for item in answer.get_json()["touched"]] == [worker_api.client_number]
    listed = worker_api.read("/providers?state=suspended")["items"]
    assert [item["business_id"] for item in listed] == [worker_api.provider]
    assert listed[0]["approvals"][0]["states"][-1] == {
        "state": "suspended",
        "from": "2026-11-21",
        "why": "Vakuutus puuttuu",
    }
    never = sent | {"state": "ended", "why": "x", "from": "0001-01-01"}
    assert errors(worker_api.post("/approvals", never)) == {("from", "day_impossible")}
    unknown = sent | {"provider": "0000000-0", "why": "x"}
    assert errors(worker_api.post("/approvals", unknown)) == {("provider", "provider_unknown")}


def test_a_charge_on_hold_is_admitted_or_refused(worker_api: WorkerApi) -> None:
    charge = {
        "reference": "R-1",
        "voucher": worker_api.voucher,
        "service": "PERSONAL_ASSISTANCE",
        "service_day": "2026-11-16",
        "start": "08:00",
        "end": "10:00",
        "quantity": "2.00",
        "unit": "hour",
        "unit_price": "36.00",
    }
    held = []
    for number in range(3):
        answer = worker_api.post("/charges", charge | {"reference": f"R-{number}"}, key=BILLER)
        held.append(answer.get_json())
    assert [item["outcome"] for item in held] == ["accepted", "on_hold", "on_hold"]
    admitted = worker_api.post(f"/charges/{held[1]['id']}/admit", {"why": "Kaksi työntekijää"})
    assert admitted.get_json()["outcome"] == "accepted", admitted.text
    refused = worker_api.post(f"/charges/{held[2]['id']}/refuse", {"why": "Sama käynti"})
    assert (refused.get_json()["outcome"], refused.get_json()["state"]) == ("refused", "rejected")
    seen = worker_api.read(f"/charges/{held[2]['id']}", key=BILLER)
    for answer in (refused.get_json(), seen):
        assert (answer["price"], answer["county_pays"], answer["co_payment"]) == ("72.00", None, None)
    assert seen["balance"] is None
    again = worker_api.post(f"/charges/{held[2]['id']}/refuse", {"why": "Sama käynti"})
    assert (again.status_code, again.get_json()["code"]) == (409, "charge_not_waiting")
    listed = worker_api.read("/charges?state=accepted")
    assert [item["provider"] for item in listed["items"]] == [worker_api.provider, worker_api.provider]
    assert worker_api.read("/charges", key=FAR_WORKER)["total"] == 0
    assert worker_api.read(f"/charges/{held[0]['id']}", key=AUDITOR)["reference"] == "R-0"
    assert worker_api.get(f"/charges/{held[0]['id']}", key=FAR_WORKER).status_code == 404
    path = f"/charges/{held[0]['id']}/admit"
    assert worker_api.post(path, {"why": "x"}, key=FAR_WORKER).status_code == 404
