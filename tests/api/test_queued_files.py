"""POST /charge-files with `Prefer: respond-async`: answered at once, taken in by a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from commands.file_worker import FileWorker
from foundation.database.session import make_engine, make_sessions
from provider_portal.load.file_work import claim_work
from provider_portal.write.file_work import MOST_TRIES, begin_work, note_failure, store_progress
from tests.api.test_charge_files import row, table
from tests.builders.provider_api import ProviderApi

LATER = {"Prefer": "respond-async"}


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


def test_a_queued_file_is_answered_at_once_and_taken_in_later(
    provider_api: ProviderApi, engine: Engine
) -> None:
    data = table(row(provider_api, 0), row(provider_api, 1, unit_price="99,00"))
    answer = provider_api.send_file(data, **LATER)
    body = answer.get_json()
    assert (answer.status_code, body["state"], body["rows"], body["rows_done"]) == (202, "waiting", 2, 0)
    assert answer.headers["Location"] == f"/api/v1/charge-files/{body['id']}"
    assert body["results"] == []
    with make_sessions(engine).begin() as session:
        begin_work(session, body["id"])
        store_progress(session, body["id"], 1)
    seen = provider_api.read(f"/charge-files/{body['id']}")
    assert (seen["state"], seen["rows_done"], seen["accepted"]) == ("running", 1, 0)
    assert FileWorker(engine).work_once()
    assert not FileWorker(engine).work_once()
    seen = provider_api.read(f"/charge-files/{body['id']}")
    assert [seen[name] for name in ("state", "rows_done", "accepted", "refused")] == ["done", 2, 1, 1]
    assert [result["outcome"] for result in seen["results"]] == ["accepted", "refused"]


def test_the_same_bytes_again_show_their_progress(provider_api: ProviderApi, engine: Engine) -> None:
    data = table(row(provider_api, 0))
    first = provider_api.send_file(data, **LATER).get_json()
    for headers in (LATER, {}):
        again = provider_api.send_file(data, **headers)
        assert (again.status_code, again.get_json()["id"]) == (202, first["id"])
    assert FileWorker(engine).work_once()
    for headers in (LATER, {}):
        again = provider_api.send_file(data, **headers)
        assert (again.status_code, again.get_json()["accepted"]) == (200, 1)


def test_a_file_with_a_fault_is_refused_before_it_is_kept(provider_api: ProviderApi, engine: Engine) -> None:
    assert provider_api.send_file(b"no;columns\n1;2\n", **LATER).status_code == 422
    assert not FileWorker(engine).work_once()


def test_a_claimed_file_is_not_claimed_again_until_its_worker_has_exited(
    provider_api: ProviderApi, engine: Engine
) -> None:
    provider_api.send_file(table(row(provider_api, 0)), **LATER)
    with make_sessions(engine)() as killed:
        assert claim_work(killed) is not None
        assert not FileWorker(engine).work_once()
    assert FileWorker(engine).work_once()


def test_a_file_that_fails_again_and_again_is_given_up(provider_api: ProviderApi, engine: Engine) -> None:
    file_id = provider_api.send_file(table(row(provider_api, 0)), **LATER).get_json()["id"]
    for _ in range(MOST_TRIES):
        with make_sessions(engine).begin() as session:
            begin_work(session, file_id)
            note_failure(session, file_id)
    assert not FileWorker(engine).work_once()
    assert provider_api.read(f"/charge-files/{file_id}")["state"] == "failed"
