"""Payment runs over HTTP: two people, one hash, one file, and the bank's answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sepaxml
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy.orm import Session

from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.upkeep.actions.verify_books import verify_books
from config import Settings
from foundation.database.session import make_engine, make_sessions
from foundation.vocabulary.roles import Role
from tests.api.provider_desk import a_key
from tests.builders import NOW, a_person
from tests.builders.settling import (
    SettlingWorld,
    a_settling_world,
    change_account,
    payments_in,
    statement_of,
)
from wsgi import create_app

OFFICER, APPROVER, AUDITOR, WORKER = "omk_officer", "omk_approver", "omk_auditor", "omk_worker"
STRANGER, STRANGE_APPROVER = "omk_stranger", "omk_strange_approver"


@dataclass
class Desk:
    """The API on a county with two providers, one of whose accounts changed yesterday."""

    client: FlaskClient
    session: Session
    world: SettlingWorld
    charge_ids: list[int]

    def get(self, path: str, key: str = OFFICER) -> Any:
        return self.client.get(f"/api/v1{path}", headers=_headers(key))

    def post(self, path: str, body: Any, key: str = OFFICER, **headers: str) -> Any:
        return self.client.post(f"/api/v1{path}", json=body, headers=_headers(key) | headers)

    def answer(self, content: bytes, key: str = OFFICER, content_type: str = "application/xml") -> Any:
        headers = _headers(key) | {"Content-Type": content_type}
        return self.client.post("/api/v1/bank-answers", data=content, headers=headers)

    def prepare(self) -> dict[str, Any]:
        made = self.post("/payment-runs", {"county": "12", "until": "2026-11-21"})
        assert made.status_code == 201, made.json
        return dict(made.json)

    def approve(self, run: dict[str, Any], key: str = APPROVER, told: str | None = None) -> Any:
        body = {"hash": run["hash"] if told is None else told}
        return self.post(f"/payment-runs/{run['id']}/approve", body, key)

    def sent(self) -> tuple[dict[str, Any], bytes]:
        run = self.prepare()
        assert self.approve(run).status_code == 200
        return run, self.get(f"/payment-runs/{run['id']}/bank-file").data


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Accept-Language": "en"}


@pytest.fixture
def desk(fresh_database: str, tmp_path: Path) -> Iterator[Desk]:
    engine = make_engine(fresh_database)
    sessions = make_sessions(engine)
    with sessions() as session:
        world = a_settling_world(session, providers_count=3)
        other = a_settling_world(session, code="13", providers_count=0)
        charges = [world.charge(session, index) for index in range(3)]
        change_account(session, world.provider_ids[2], entered_at=NOW - timedelta(hours=24))
        a_key(session, world.officer, OFFICER)
        a_key(session, world.approver, APPROVER)
        a_key(session, other.officer, STRANGER)
        a_key(session, other.approver, STRANGE_APPROVER)
        for role, key in ((Role.AUDITOR, AUDITOR), (Role.WORKER, WORKER)):
            a_key(session, a_person(session, role, county_id=world.county.id), key)
        session.commit()
        settings = Settings("development", "s" * 32, tmp_path, database_url=fresh_database, clock=NOW)
        yield Desk(create_app(settings, sessions).test_client(), session, world, charges)
        session.rollback()
        assert verify_books(session).differences == ()
    engine.dispose()


def test_a_run_is_told_as_the_contract_says(desk: Desk) -> None:
    run = desk.prepare()
    ids = [payment.pop("id") for payment in run["payments"]]
    assert run == {
        "id": run["id"],
        "state": "prepared",
        "county": "12",
        "until": "2026-11-21",
        "count": 2,
        "sum": "144.00",
        "hash": run["hash"],
        "execution_day": None,
        "payments": [
            {
                "provider": provider,
                "sum": "72.00",
                "end_to_end_id": f"OMA12R{run['id']}P{payment_id}",
                "state": "prepared",
            }
            for provider, payment_id in zip(("1234567-1", "2345678-0"), ids, strict=True)
        ],
        "waiting": [{"provider": "3456789-0", "sum": "72.00", "reason": "bank_account_changed"}],
    }
    assert desk.get(f"/payment-runs/{run['id']}").json["hash"] == run["hash"]


def test_approve_export_and_match(desk: Desk) -> None:
    run, bank_file = desk.sent()
    path = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
    assert etree.XMLSchema(etree.parse(path)).validate(etree.fromstring(bank_file))
    again = desk.get(f"/payment-runs/{run['id']}/bank-file", APPROVER)
    assert again.data == bank_file
    assert again.mimetype == "application/xml"
    matched = desk.answer(statement_of(payments_in(bank_file)))
    assert matched.status_code == 200
    assert (matched.json["matched"], matched.json["returned"], matched.json["unknown"]) == (2, 0, [])
    assert matched.json["closed_runs"] == [run["id"]]
    assert desk.get(f"/payment-runs/{run['id']}", AUDITOR).json["state"] == "closed"


def test_the_preparer_does_not_approve(desk: Desk) -> None:
    assert desk.approve(desk.prepare(), OFFICER).status_code == 403


def test_the_preparer_does_not_approve_in_another_role(desk: Desk) -> None:
    run = desk.prepare()
    both = a_person(desk.session, Role.SETTLEMENT_APPROVER, county_id=desk.world.county.id)
    a_key(desk.session, both, "omk_both")
    desk.session.connection().exec_driver_sql(
        f"UPDATE payment_run SET prepared_by = {both.person_id} WHERE id = {run['id']}"
    )
    desk.session.commit()
    refused = desk.approve(run, "omk_both")
    assert (refused.status_code, refused.json["code"]) == (403, "same_person")


@pytest.mark.parametrize("told", ["0" * 64, "x"])
def test_another_hash_is_409(desk: Desk, told: str) -> None:
    refused = desk.approve(desk.prepare(), told=told)
    assert (refused.status_code, refused.json["code"]) == (409, "hash_differs")


def test_a_withdrawn_charge_makes_the_hash_untrue(desk: Desk) -> None:
    run = desk.prepare()
    withdraw_charge(desk.session, desk.charge_ids[0], actor=desk.world.biller, now=NOW)
    desk.session.commit()
    refused = desk.approve(run)
    assert (refused.status_code, refused.json["code"]) == (409, "run_changed")
    assert desk.approve(desk.prepare()).status_code == 200


def test_books_that_do_not_agree_stop_the_run(desk: Desk) -> None:
    run = desk.prepare()
    for cents in (1, -1):
        fault = f"UPDATE balance SET free_cents = free_cents - {cents}, held_cents = held_cents + {cents}"
        desk.session.connection().exec_driver_sql(fault)
        desk.session.commit()
        answer = desk.approve(run)
        told = (answer.status_code, answer.json.get("code"))
        assert told == ((409, "books_differ") if cents == 1 else (200, None))
        assert bool(answer.json.get("errors")) == (cents == 1)  # every difference is named


def test_an_approval_is_not_given_twice(desk: Desk) -> None:
    run = desk.prepare()
    assert desk.approve(run).status_code == 200
    refused = desk.approve(run)
    assert (refused.status_code, refused.json["code"]) == (409, "run_not_in_state")


def test_there_is_no_file_before_approval(desk: Desk) -> None:
    refused = desk.get(f"/payment-runs/{desk.prepare()['id']}/bank-file")
    assert (refused.status_code, refused.json["code"]) == (409, "run_not_in_state")


@pytest.mark.parametrize("key", [STRANGER, STRANGE_APPROVER])
def test_another_countys_run_is_not_there(desk: Desk, key: str) -> None:
    run = desk.prepare()
    there, nowhere = (desk.get(f"/payment-runs/{number}", key) for number in (run["id"], 999_999))
    assert (there.status_code, there.json) == (404, nowhere.json)
    assert desk.get(f"/payment-runs/{run['id']}/bank-file", key).status_code == 404
    if key == STRANGE_APPROVER:
        assert desk.approve(run, key).status_code == 404
        assert desk.post(f"/payment-runs/{run['id']}/approve", "not an object", key).status_code == 404
    else:
        assert desk.post("/payment-runs", {"county": "12", "until": "2026-11-21"}, key).status_code == 404


def test_another_countys_answer_matches_nothing(desk: Desk) -> None:
    sent = payments_in(desk.sent()[1])
    assert sorted(desk.answer(statement_of(sent), STRANGER).json["unknown"]) == sorted(sent)
    assert desk.answer(statement_of(sent)).json["matched"] == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"county": "12", "until": "2026-11-22"}, 422, "until_in_future"),
        ({"county": "12", "until": "21.11.2026"}, 422, "field_malformed"),
        ({"county": "12"}, 422, "field_required"),
        ({"county": "12", "until": "2026-11-21", "x": 1}, 422, "field_unknown"),
        ({"county": "99", "until": "2026-11-21"}, 404, "not_found"),
    ],
)
def test_a_run_that_cannot_be_asked_for(desk: Desk, body: dict[str, Any], status: int, code: str) -> None:
    refused = desk.post("/payment-runs", body)
    assert refused.status_code == status
    assert code in {refused.json["code"], *(error["code"] for error in refused.json["errors"])}


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"<a/>", "application/json", 415, "media_type_unknown"),
        (b"<a/>", "application/xml", 422, "not_a_bank_answer"),
        (b"<a", "application/xml", 422, "not_xml"),
        (b"", "application/xml", 422, "not_xml"),
        (b"<!DOCTYPE a><a/>", "text/xml", 422, "document_type_forbidden"),
    ],
)
def test_an_answer_that_cannot_be_read(
    desk: Desk, content: bytes, content_type: str, status: int, code: str
) -> None:
    refused = desk.answer(content, content_type=content_type)
    assert (refused.status_code, refused.json["code"]) == (status, code)


def test_a_returned_payment_and_an_unknown_one(desk: Desk) -> None:
    run, bank_file = desk.sent()
    (name, cents), _other = payments_in(bank_file).items()
    told = desk.answer(statement_of({name: cents, "NOBODY": 1}, returned=True)).json
    assert (told["matched"], told["returned"], told["unknown"]) == (0, 1, ["NOBODY"])
    states = [payment["state"] for payment in desk.get(f"/payment-runs/{run['id']}").json["payments"]]
    assert states == ["returned", "sent"]


def test_the_same_key_prepares_once(desk: Desk) -> None:
    body = {"county": "12", "until": "2026-11-21"}
    first, second = (
        desk.post("/payment-runs", body, OFFICER, **{"Idempotency-Key": "run-1"}) for _ in range(2)
    )
    assert first.json == second.json


@pytest.mark.parametrize("key", [WORKER, AUDITOR, APPROVER])
def test_only_the_officer_prepares(desk: Desk, key: str) -> None:
    assert desk.post("/payment-runs", {"county": "12", "until": "2026-11-21"}, key).status_code == 403
    assert desk.client.post("/api/v1/payment-runs", json={}).status_code == 401
