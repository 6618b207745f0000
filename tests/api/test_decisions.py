"""The county's endpoints: decisions, fundings, providers, charges on hold."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import GrantDecision
from tests.api.worker_desk import WorkerDesk, worker_desk

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


@pytest.fixture
def desk(fresh_database: str, tmp_path: Path) -> Iterator[WorkerDesk]:
    with worker_desk(fresh_database, tmp_path) as desk:
        yield desk


def changed(**fields: Any) -> dict[str, Any]:
    return DECISION | {"fundings": [FUNDING | fields]}


def errors(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return {(error["field"], error["code"]) for error in answer.json["errors"]}


def test_fields_that_cannot_be_read_do_not_hide_the_others(desk: WorkerDesk) -> None:
    wrong = changed(
        kind="gift",
        amount=5,
        window=["2026-12-31", "2026-01-01"],
        services=["NOPE"],
        provider="7654321-4",
        x=1,
    )
    answer = desk.post(
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


def test_a_document_of_unreadable_parts_is_a_list_of_faults(desk: WorkerDesk) -> None:
    for wrong in ({}, {"fundings": [1, {}], "client": 3}, {"fundings": {"0": 1}, "personal_budget": [1]}):
        assert ("county", "field_required") in errors(desk.post("/decisions", wrong))
        assert len(errors(desk.post("/decisions", {"county": "12"} | wrong))) >= 6


def test_no_values_may_be_told_as_nothing(desk: WorkerDesk) -> None:
    answer = desk.post("/decisions", changed(unit_values={}, price_cap={}, free_of_charge=False))
    assert answer.status_code == 201


def test_a_decision_is_granted_once(desk: WorkerDesk) -> None:
    first = desk.post("/decisions", DECISION)
    assert first.status_code == 201, first.text
    again = desk.post("/decisions", DECISION)
    assert again.status_code == 200
    assert first.json["vouchers"].keys() == {"a"}
    assert again.json == first.json
    more = desk.post("/decisions", changed(amount="1500.00"))
    assert (more.status_code, more.json["version"]) == (201, 2)
    assert more.json["vouchers"] == first.json["vouchers"]
    shown = desk.get(f"/fundings?voucher={more.json['vouchers']['a']}").json["items"][0]
    assert shown["balance"]["granted"] == shown["balance"]["free"] == "1500.00"
    assert (shown["client"], shown["state"], shown["window"]) == ("C-000123", "open", FUNDING["window"])


def test_the_identity_code_is_never_kept(desk: WorkerDesk) -> None:
    desk.post("/decisions", DECISION)
    whole = select(GrantDecision.document).where(GrantDecision.number == DECISION["number"])
    kept = desk.session.scalars(whole).one()
    assert "131052" not in str(kept)
    hashed = desk.session.scalars(select(Client.identity_hash).where(Client.number == "C-000123")).one()
    assert hashed
    assert "131052" not in hashed
    wrong = DECISION | {"client": CLIENT | {"identity_code": "131052-308U"}}
    assert errors(desk.post("/decisions", wrong)) == {("client.identity_code", "field_malformed")}


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


@pytest.mark.parametrize(("sent", "told"), WRONG.values(), ids=WRONG.keys())
def test_every_wrong_field_is_named(
    desk: WorkerDesk, sent: dict[str, Any], told: set[tuple[str, str]]
) -> None:
    assert errors(desk.post("/decisions", sent)) == told


def test_everything_that_the_contract_knows(desk: WorkerDesk) -> None:
    by_service = FUNDING | {
        "external_id": "b",
        "services": ["PERSONAL_ASSISTANCE", "HOME_CARE"],
        "unit_values": {"PERSONAL_ASSISTANCE": {"any": "36.00"}, "HOME_CARE": {"any": "30.00"}},
        "per_period": {"period": "month", "quantity": "10.00", "carry": "up_to", "share": "0.50"},
    }
    income = {"max": "25.00", "income": "900.00", "limit": "528.00", "percent": "35.00", "floor": "7.00"}
    related = {name: entry for name, entry in FUNDING.items() if name != "unit_values"}
    related |= {"external_id": "c", "income_related": income, "quantity": "10.00", "amount": None}
    named = FUNDING | {"external_id": "d", "kind": "commitment", "provider": desk.provider}
    budget = {
        "amount": "5000.00",
        "window": ["2026-01-01", "2026-12-31"],
        "client_may_move": {"up_to": "200.00"},
    }
    whole = DECISION | {"fundings": [FUNDING, by_service, related, named], "personal_budget": budget}
    answer = desk.post("/decisions", whole)
    assert answer.status_code == 201, answer.text
    granted = {one["external_id"]: one["balance"]["granted"] for one in desk.get("/fundings").json["items"]}
    assert (granted["b"], granted["c"]) == ("1000.00", "228.30")


def test_who_may(desk: WorkerDesk) -> None:
    for key, status in ((desk.auditors_key, 403), (desk.billers_key, 403), ("omk_nobody", 401)):
        assert desk.post("/decisions", DECISION, key=key).status_code == status
    path = f"/fundings/{desk.voucher}/pause"
    assert desk.post(path, {"why": "x"}, key=desk.strangers_key).status_code == 404
    assert desk.post(path, "nonsense", key=desk.strangers_key).status_code == 404
    assert desk.get("/fundings", key=desk.strangers_key).json["total"] == 0
    assert desk.get("/fundings", key=desk.auditors_key).json["total"] == 1
    assert desk.get("/providers", key=desk.strangers_key).json["total"] == 0


def test_a_list_leaves_a_row_that_the_client_may_read(desk: WorkerDesk) -> None:
    desk.get("/fundings")
    looks = select(func.count()).select_from(AuditEvent).where(AuditEvent.act == "client.look")
    assert desk.session.scalar(looks) == 1


def test_a_funding_is_paused_opened_and_revoked(desk: WorkerDesk) -> None:
    spaced = f"{desk.voucher[:4].lower()}-{desk.voucher[4:]}"
    assert desk.post(f"/fundings/{spaced}/pause", {"why": "Sairaalassa"}).json["state"] == "paused"
    again = desk.post(f"/fundings/{desk.voucher}/pause", {"why": "Sairaalassa"})
    assert (again.status_code, again.json["code"]) == (409, "state_same")
    assert desk.post(f"/fundings/{desk.voucher}/open", {"why": "Kotona"}).json["state"] == "open"
    assert errors(desk.post(f"/fundings/{desk.voucher}/close", {})) == {("why", "field_required")}
    for day in ("2028-01-01", "0001-01-01", "9999-12-31"):
        late = desk.post(f"/fundings/{desk.voucher}/close", {"why": "x", "from": day})
        assert errors(late) == {("from", "outside_voucher_window")}
    revoked = desk.post(f"/fundings/{desk.voucher}/revoke", {"why": "Peruttu", "from": "2026-11-21"})
    assert (revoked.json["state"], revoked.json["balance"]["held"]) == ("revoked", "0.00")


def test_an_approval_is_suspended_and_the_client_named(desk: WorkerDesk) -> None:
    sent = {"provider": desk.provider, "service": "PERSONAL_ASSISTANCE", "state": "suspended"}
    assert errors(desk.post("/approvals", sent)) == {("why", "why_missing")}
    answer = desk.post("/approvals", sent | {"why": "Vakuutus puuttuu"})
    assert answer.status_code == 201, answer.text
    assert [one["client"] for one in answer.json["touched"]] == [desk.client_number]
    listed = desk.get("/providers?state=suspended").json["items"]
    assert [one["business_id"] for one in listed] == [desk.provider]
    assert listed[0]["approvals"][0]["states"][-1] == {
        "state": "suspended",
        "from": "2026-11-21",
        "why": "Vakuutus puuttuu",
    }
    never = sent | {"state": "ended", "why": "x", "from": "0001-01-01"}
    assert errors(desk.post("/approvals", never)) == {("from", "day_impossible")}
    unknown = sent | {"provider": "0000000-0", "why": "x"}
    assert errors(desk.post("/approvals", unknown)) == {("provider", "provider_unknown")}


def test_a_charge_on_hold_is_judged(desk: WorkerDesk) -> None:
    charge = {
        "reference": "R-1",
        "voucher": desk.voucher,
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
        answer = desk.post("/charges", charge | {"reference": f"R-{number}"}, key=desk.billers_key)
        held.append(answer.json)
    assert [one["outcome"] for one in held] == ["accepted", "on_hold", "on_hold"]
    admitted = desk.post(f"/charges/{held[1]['id']}/admit", {"why": "Kaksi työntekijää"})
    assert admitted.json["outcome"] == "accepted", admitted.text
    refused = desk.post(f"/charges/{held[2]['id']}/refuse", {"why": "Sama käynti"})
    assert (refused.json["outcome"], refused.json["state"]) == ("refused", "rejected")
    seen = desk.get(f"/charges/{held[2]['id']}", key=desk.billers_key).json
    for answer in (refused.json, seen):
        assert (answer["price"], answer["county_pays"], answer["co_payment"]) == ("72.00", None, None)
    assert seen["balance"] is None
    again = desk.post(f"/charges/{held[2]['id']}/refuse", {"why": "Sama käynti"})
    assert (again.status_code, again.json["code"]) == (409, "charge_not_waiting")
    listed = desk.get("/charges?state=accepted").json
    assert [one["provider"] for one in listed["items"]] == [desk.provider, desk.provider]
    assert desk.get("/charges", key=desk.strangers_key).json["total"] == 0
    assert desk.get(f"/charges/{held[0]['id']}", key=desk.auditors_key).json["reference"] == "R-0"
    assert desk.get(f"/charges/{held[0]['id']}", key=desk.strangers_key).status_code == 404
    path = f"/charges/{held[0]['id']}/admit"
    assert desk.post(path, {"why": "x"}, key=desk.strangers_key).status_code == 404
