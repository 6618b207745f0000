"""The list of runs says that a restored database pays nobody, and leads to the page that releases it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.api import application_on, sessions_on, store_api_key
from tests.builders.restored_county import MOVED
from tests.builders.settlement import a_settlement_scenario
from tests.pages.logged_in import logged_in


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_restored_database_is_released_on_the_page(
    fresh_database: str, tmp_path: Path, language: str
) -> None:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = a_settlement_scenario(session)
        scenario.charge(session, 0)
        scenario.pay(session)
        scenario.charge(session, 1)
        waiting = str(scenario.prepare(session).run.id)
        session.execute(MOVED)
        session.commit()
        app = application_on(sessions, tmp_path)
        officer = logged_in(app.test_client(), session, scenario.officer)
        listed = officer.page("/mt/ajot", lang=language)
        assert (language != "en") or "Payments are stopped" in listed.texts()
        form = officer.page("/mt/vapauta", lang=language)
        officer.send(form, {"why": "", "not_at_bank": [waiting]}, status=422)
        undecided = officer.send(form, {"why": "Täsmää"}, status=422)
        assert (language != "en") or "Find out of each run" in undecided.texts()
        assert (language != "en") or "Payments are stopped" not in officer.send(
            form, {"why": "Täsmää", "not_at_bank": [waiting]}
        ).texts()


def test_a_restored_database_is_released_over_the_api(fresh_database: str, tmp_path: Path) -> None:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = a_settlement_scenario(session)
        scenario.charge(session, 0)
        scenario.pay(session)
        scenario.charge(session, 1)
        waiting = scenario.prepare(session).run.id
        session.execute(MOVED)
        store_api_key(session, scenario.officer, "omk_officer")
        session.commit()
        web = application_on(sessions, tmp_path).test_client()
        headers = {"Authorization": "Bearer omk_officer"}
        prepared = web.post(
            "/api/v1/payment-runs", json={"county": "12", "until": "2026-11-21"}, headers=headers
        )
        assert (prepared.status_code, prepared.get_json()["code"]) == (409, "settlement_frozen")
        path = "/api/v1/payment-runs/unfreeze"
        assert web.post(path, json={"why": ""}, headers=headers).status_code == 422
        undecided = web.post(path, json={"why": "Täsmää"}, headers=headers)
        assert (undecided.status_code, undecided.get_json()["code"]) == (409, "runs_undecided")
        decided = {"why": "Täsmää", "not_at_bank": [waiting]}
        done = web.post(path, json=decided, headers=headers)
        assert (done.status_code, done.get_json()) == (200, {"frozen": False})
        again = web.post(path, json={"why": "Täsmää"}, headers=headers)
        assert (again.status_code, again.get_json()["code"]) == (409, "settlement_not_frozen")
