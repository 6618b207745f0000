"""Open answers of the bank over HTTP and on the list of runs: read, and decided by another person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clearing.upkeep.actions.verify_books import verify_books
from foundation.vocabulary.roles import Role
from tests.api.test_payment_runs import APPROVER, AUDITOR, OFFICER, STRANGER, PaymentRunApi
from tests.builders import a_person
from tests.builders.api import application_on, sessions_on, store_api_key
from tests.builders.settlement import a_settlement_scenario, payments_in, statement_of
from tests.pages.logged_in import logged_in


@pytest.fixture
def run_api(fresh_database: str, tmp_path: Path) -> Iterator[PaymentRunApi]:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = a_settlement_scenario(session)
        other = a_settlement_scenario(session, code="13", providers_count=0)
        charge_ids = [scenario.charge(session, index) for index in range(2)]
        auditor = a_person(session, Role.AUDITOR, county_id=scenario.county.id)
        people = {OFFICER: scenario.officer, APPROVER: scenario.approver, STRANGER: other.officer}
        for key, person in {**people, AUDITOR: auditor}.items():
            store_api_key(session, person, key)
        session.commit()
        web = application_on(sessions, tmp_path).test_client()
        yield PaymentRunApi(web, session, OFFICER, scenario, charge_ids)
        session.rollback()
        assert verify_books(session).differences == ()


def opened(run_api: PaymentRunApi, reason: str = "MS03") -> tuple[dict[str, Any], int]:
    """Pay a run and upload a return of its first payment as the officer; return the run and the payment."""
    run, bank_file = run_api.sent()
    sent = payments_in(bank_file)
    run_api.answer(statement_of(sent))
    first = run["payments"][0]
    back = {first["end_to_end_id"]: sent[first["end_to_end_id"]]}
    run_api.answer(statement_of(back, returned=True, reason=reason, day="2026-11-24"))
    return run, first["id"]


def test_an_open_answer_is_read_and_decided_by_another_person(run_api: PaymentRunApi) -> None:
    run, payment_id = opened(run_api)
    path = f"/payment-runs/{run['id']}/payments/{payment_id}/decision"
    [answer] = [
        payment["open_answer"]
        for payment in run_api.get(f"/payment-runs/{run['id']}").get_json()["payments"]
        if payment["open_answer"]
    ]
    assert (answer["code"], answer["reason"]) == ("second_person_needed", "MS03")
    assert answer["bank_reference"]
    refused = run_api.post(path, {"decision": "holds"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "same_person")
    assert run_api.post(path, {"decision": "holds"}, key=AUDITOR).status_code == 403
    assert run_api.post(path, {"decision": "holds"}, key=STRANGER).status_code == 404
    assert run_api.post(path, {"decision": "perhaps"}, key=APPROVER).status_code == 422
    elsewhere = f"/payment-runs/{run['id']}/payments/999999/decision"
    assert run_api.post(elsewhere, {"decision": "holds"}, key=APPROVER).status_code == 404
    key = {"Idempotency-Key": "decide-1"}
    decided = [run_api.post(path, {"decision": "holds"}, key=APPROVER, **key) for _ in range(2)]
    assert [answer.status_code for answer in decided] == [200, 200]
    states = {payment["id"]: payment["state"] for payment in decided[0].get_json()["payments"]}
    assert states[payment_id] == "returned"
    again = run_api.post(path, {"decision": "holds"}, key=APPROVER)
    assert (again.status_code, again.get_json()["code"]) == (409, "run_not_in_state")


def test_the_list_of_runs_shows_what_to_decide_and_whose_account_failed(run_api: PaymentRunApi) -> None:
    run, payment_id = opened(run_api, reason="AC04")
    web, session, scenario = run_api.web, run_api.session, run_api.scenario
    officer, approver = (
        logged_in(web.application.test_client(), session, actor)
        for actor in (scenario.officer, scenario.approver)
    )
    own = officer.page("/mt/ajot", lang="en").texts()
    assert "1 answer of the bank to decide about" in own
    assert "You uploaded it, so another person decides" in own
    assert "needs another bank account" not in own
    path = f"/payment-runs/{run['id']}/payments/{payment_id}/decision"
    assert run_api.post(path, {"decision": "holds"}, key=APPROVER).status_code == 200
    after = approver.page("/mt/ajot", lang="en").texts()
    assert "to decide about" not in after
    assert "1 provider needs another bank account" in after
    for language in ("fi", "sv"):
        officer.page("/mt/ajot", lang=language)


def test_the_approver_sees_that_an_earlier_payment_came_back(run_api: PaymentRunApi) -> None:
    run, payment_id = opened(run_api)
    path = f"/payment-runs/{run['id']}/payments/{payment_id}/decision"
    run_api.post(path, {"decision": "holds"}, key=APPROVER)
    next_run = run_api.prepare()
    approver = logged_in(run_api.web.application.test_client(), run_api.session, run_api.scenario.approver)
    page = approver.page(f"/mt/ajot/{next_run['id']}", lang="en")
    assert "An earlier payment came back" in page.texts()


def test_a_closed_run_says_what_came_back_and_what_comes_next(run_api: PaymentRunApi) -> None:
    run, payment_id = opened(run_api, reason="AC04")
    path = f"/payment-runs/{run['id']}"
    run_api.post(f"{path}/payments/{payment_id}/decision", {"decision": "holds"}, key=APPROVER)
    body = run_api.get(path).get_json()
    [back] = body["returned"]
    assert body["state"] == "closed"
    assert (back["payment"], back["next_step"], back["run"]) == (payment_id, "another_account", None)
    officer = logged_in(run_api.web.application.test_client(), run_api.session, run_api.scenario.officer)
    page = officer.page(f"/mt/ajot/{run['id']}", lang="en").texts()
    assert "1 payment came back and is not paid again yet." in page
    assert "Ask the provider for another bank account" in page
    assert "Nothing is left to do" not in page
    assert "See what came back." in officer.page("/mt/ajot", lang="en").texts()
    for language in ("fi", "sv"):
        officer.page(f"/mt/ajot/{run['id']}", lang=language)
