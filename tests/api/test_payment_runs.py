"""Payment runs over HTTP: two people, one hash, one file, and the bank's answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sepaxml
from lxml import etree
from werkzeug.test import TestResponse

from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.upkeep.actions.verify_books import verify_books
from foundation.vocabulary.roles import Role
from tests.builders import NOW, a_person
from tests.builders.api import NO_KEY, ApiSession, application_on, sessions_on, store_api_key
from tests.builders.settlement import (
    SettlementScenario,
    a_settlement_scenario,
    change_account,
    payments_in,
    statement_of,
)

OFFICER, APPROVER, AUDITOR, WORKER = "omk_officer", "omk_approver", "omk_auditor", "omk_worker"
STRANGER, STRANGE_APPROVER = "omk_stranger", "omk_strange_approver"


@dataclass
class PaymentRunApi(ApiSession):
    """The API as a settlement officer of a county with three providers; one account changed yesterday.

    Other keys: the constants above.
    """

    scenario: SettlementScenario
    charge_ids: list[int]

    def answer(
        self, content: bytes, key: str = OFFICER, content_type: str = "application/xml"
    ) -> TestResponse:
        """Upload what the bank answered."""
        return self.post_bytes("/bank-answers", content, content_type, key=key)

    def prepare(self) -> dict[str, Any]:
        """Prepare a run; return it."""
        answer = self.post("/payment-runs", {"county": "12", "until": "2026-11-21"})
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def approve(self, run: dict[str, Any], key: str = APPROVER, seen_hash: str | None = None) -> TestResponse:
        """Approve the contents that have this hash; None: the hash of the run."""
        body = {"hash": run["hash"] if seen_hash is None else seen_hash}
        return self.post(f"/payment-runs/{run['id']}/approve", body, key=key)

    def sent(self) -> tuple[dict[str, Any], bytes]:
        """Prepare and approve a run; return it and its bank file."""
        run = self.prepare()
        assert self.approve(run).status_code == 200
        return run, self.get(f"/payment-runs/{run['id']}/bank-file").data


@pytest.fixture
def run_api(fresh_database: str, tmp_path: Path) -> Iterator[PaymentRunApi]:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = a_settlement_scenario(session, providers_count=3)
        other = a_settlement_scenario(session, code="13", providers_count=0)
        charge_ids = [scenario.charge(session, index) for index in range(3)]
        change_account(session, scenario.provider_ids[2], entered_at=NOW - timedelta(hours=24))
        for key, person in (
            (OFFICER, scenario.officer),
            (APPROVER, scenario.approver),
            (STRANGER, other.officer),
            (STRANGE_APPROVER, other.approver),
            (AUDITOR, a_person(session, Role.AUDITOR, county_id=scenario.county.id)),
            (WORKER, a_person(session, Role.WORKER, county_id=scenario.county.id)),
        ):
            store_api_key(session, person, key)
        session.commit()
        web = application_on(sessions, tmp_path).test_client()
        yield PaymentRunApi(web, session, OFFICER, scenario, charge_ids)
        session.rollback()
        assert verify_books(session).differences == ()


def test_a_run_has_the_fields_of_the_contract(run_api: PaymentRunApi) -> None:
    run = run_api.prepare()
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
        "not_before": "2026-11-23",
        "left_out": [],
        "returned": [],
        "payments": [
            {
                "provider": provider,
                "sum": "72.00",
                "end_to_end_id": f"OMA12R{run['id']}P{payment_id}",
                "state": "prepared",
                "rail": "bank",
                **dict.fromkeys(("bank_reference", "return_reason", "return_text", "open_answer")),
            }
            for provider, payment_id in zip(("1234567-1", "2345678-0"), ids, strict=True)
        ],
        "waiting": [{"provider": "3456789-0", "sum": "72.00", "reason": "bank_account_changed"}],
    }
    assert run_api.get(f"/payment-runs/{run['id']}").get_json()["hash"] == run["hash"]


def test_approve_export_and_match(run_api: PaymentRunApi) -> None:
    run, bank_file = run_api.sent()
    path = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
    assert etree.XMLSchema(etree.parse(path)).validate(etree.fromstring(bank_file))
    again = run_api.get(f"/payment-runs/{run['id']}/bank-file", key=APPROVER)
    assert again.data == bank_file
    assert again.mimetype == "application/xml"
    matched = run_api.answer(statement_of(payments_in(bank_file)))
    assert matched.status_code == 200
    assert (matched.get_json()["matched"], matched.get_json()["returned"], matched.get_json()["unknown"]) == (
        2,
        0,
        [],
    )
    assert matched.get_json()["closed_runs"] == [run["id"]]
    assert run_api.get(f"/payment-runs/{run['id']}", key=AUDITOR).get_json()["state"] == "closed"


def test_the_preparer_does_not_approve(run_api: PaymentRunApi) -> None:
    assert run_api.approve(run_api.prepare(), OFFICER).status_code == 403


def test_the_preparer_does_not_approve_in_another_role(run_api: PaymentRunApi) -> None:
    run = run_api.prepare()
    both = a_person(run_api.session, Role.SETTLEMENT_APPROVER, county_id=run_api.scenario.county.id)
    store_api_key(run_api.session, both, "omk_both")
    run_api.session.connection().exec_driver_sql(
        f"UPDATE payment_run SET prepared_by = {both.person_id} WHERE id = {run['id']}"
    )
    run_api.session.commit()
    refused = run_api.approve(run, "omk_both")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "same_person")


@pytest.mark.parametrize("seen_hash", ["0" * 64, "x"])
def test_another_hash_is_409(run_api: PaymentRunApi, seen_hash: str) -> None:
    refused = run_api.approve(run_api.prepare(), seen_hash=seen_hash)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "hash_differs")


def test_a_withdrawn_charge_leaves_the_run_and_the_new_hash_is_approved(run_api: PaymentRunApi) -> None:
    run = run_api.prepare()
    withdraw_charge(run_api.session, run_api.charge_ids[0], actor=run_api.scenario.biller, now=NOW)
    run_api.session.commit()
    refused = run_api.approve(run)
    problem = refused.get_json()
    assert (refused.status_code, problem["code"]) == (409, "run_changed")
    assert (problem["count"], problem["sum"]) == (1, "72.00")
    [line] = problem["left_out"]
    assert (line["provider"], line["sum"], line["reason"]) == ("1234567-1", "72.00", "charge_withdrawn")
    assert line["charge"]
    assert [error["code"] for error in problem["errors"]] == ["charge_withdrawn"]
    now_frozen = run_api.get(f"/payment-runs/{run['id']}", key=APPROVER).get_json()
    assert (now_frozen["hash"], now_frozen["left_out"]) == (problem["hash"], problem["left_out"])
    approved = run_api.approve(run, seen_hash=problem["hash"])
    assert (approved.status_code, approved.get_json()["state"]) == (200, "approved")


def test_the_old_hash_of_a_run_that_changed_is_not_approved(run_api: PaymentRunApi) -> None:
    run = run_api.prepare()
    withdraw_charge(run_api.session, run_api.charge_ids[0], actor=run_api.scenario.biller, now=NOW)
    run_api.session.commit()
    codes = [run_api.approve(run).get_json()["code"] for _ in range(2)]
    assert codes == ["run_changed", "hash_differs"]


def test_books_that_do_not_agree_stop_the_run(run_api: PaymentRunApi) -> None:
    run = run_api.prepare()
    for cents in (1, -1):
        fault = f"UPDATE balance SET free_cents = free_cents - {cents}, held_cents = held_cents + {cents}"
        run_api.session.connection().exec_driver_sql(fault)
        run_api.session.commit()
        answer = run_api.approve(run)
        seen_hash = (answer.status_code, answer.get_json().get("code"))
        assert seen_hash == ((409, "books_differ") if cents == 1 else (200, None))
        assert bool(answer.get_json().get("errors")) == (cents == 1)  # every difference is named


def test_an_approval_is_not_given_twice(run_api: PaymentRunApi) -> None:
    run = run_api.prepare()
    assert run_api.approve(run).status_code == 200
    refused = run_api.approve(run)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "run_not_in_state")


def test_there_is_no_file_before_approval(run_api: PaymentRunApi) -> None:
    refused = run_api.get(f"/payment-runs/{run_api.prepare()['id']}/bank-file")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "run_not_in_state")


@pytest.mark.parametrize("key", [STRANGER, STRANGE_APPROVER])
def test_another_countys_run_is_not_there(run_api: PaymentRunApi, key: str) -> None:
    run = run_api.prepare()
    there, nowhere = (run_api.get(f"/payment-runs/{number}", key=key) for number in (run["id"], 999_999))
    assert (there.status_code, there.get_json()) == (404, nowhere.get_json())
    assert run_api.get(f"/payment-runs/{run['id']}/bank-file", key=key).status_code == 404
    if key == STRANGE_APPROVER:
        assert run_api.approve(run, key).status_code == 404
        assert run_api.post(f"/payment-runs/{run['id']}/approve", "not an object", key=key).status_code == 404
    else:
        assert (
            run_api.post("/payment-runs", {"county": "12", "until": "2026-11-21"}, key=key).status_code == 404
        )


def test_another_countys_answer_matches_nothing(run_api: PaymentRunApi) -> None:
    sent = payments_in(run_api.sent()[1])
    assert sorted(run_api.answer(statement_of(sent), STRANGER).get_json()["unknown"]) == sorted(sent)
    assert run_api.answer(statement_of(sent)).get_json()["matched"] == 2


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
def test_a_wrong_request_for_a_run(
    run_api: PaymentRunApi, body: dict[str, Any], status: int, code: str
) -> None:
    refused = run_api.post("/payment-runs", body)
    assert refused.status_code == status
    assert code in {refused.get_json()["code"], *(error["code"] for error in refused.get_json()["errors"])}


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
    run_api: PaymentRunApi, content: bytes, content_type: str, status: int, code: str
) -> None:
    refused = run_api.answer(content, content_type=content_type)
    assert (refused.status_code, refused.get_json()["code"]) == (status, code)


def test_a_returned_payment_and_an_unknown_one(run_api: PaymentRunApi) -> None:
    run, bank_file = run_api.sent()
    (name, cents), _other = payments_in(bank_file).items()
    seen_hash = run_api.answer(statement_of({name: cents, "NOBODY": 1}, returned=True)).get_json()
    assert (seen_hash["matched"], seen_hash["returned"], seen_hash["unknown"]) == (0, 1, ["NOBODY"])
    states = [
        payment["state"] for payment in run_api.get(f"/payment-runs/{run['id']}").get_json()["payments"]
    ]
    assert states == ["returned", "sent"]


def test_the_same_key_prepares_once(run_api: PaymentRunApi) -> None:
    body = {"county": "12", "until": "2026-11-21"}
    first, second = (run_api.post("/payment-runs", body, **{"Idempotency-Key": "run-1"}) for _ in range(2))
    assert first.get_json() == second.get_json()


@pytest.mark.parametrize("key", [WORKER, AUDITOR, APPROVER])
def test_only_the_officer_prepares(run_api: PaymentRunApi, key: str) -> None:
    assert run_api.post("/payment-runs", {"county": "12", "until": "2026-11-21"}, key=key).status_code == 403
    assert run_api.post("/payment-runs", {}, key=NO_KEY).status_code == 401
