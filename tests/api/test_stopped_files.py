"""A provider stops a file that is being processed: what is stored stays, and the rest is gone on with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select

from clearing.upkeep.actions.verify_books import verify_books
from commands.file_worker import FileWorker
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from provider_portal.load.file_work import claim_work
from provider_portal.write.file_work import begin_work, note_failure
from tests.api.test_charge_files import row, table
from tests.api.test_queued_files import BEFORE_SLICES, LATER, rows_of_all, take_in
from tests.builders.provider_api import ProviderApi

ROWS = 14


@pytest.fixture
def engine(provider_api: ProviderApi) -> Iterator[Engine]:
    engine = make_engine(provider_api.database_url)
    yield engine
    engine.dispose()


def test_it_stops_after_the_slice_at_work_and_goes_on_with_the_rows_that_are_left(
    provider_api: ProviderApi, engine: Engine
) -> None:
    file_id = provider_api.send_file(rows_of_all(provider_api, ROWS), **LATER).get_json()["id"]

    def stop_after_the_first_slice(commits: int) -> None:
        if commits == BEFORE_SLICES:
            assert provider_api.post(f"/charge-files/{file_id}/stop").get_json()["state"] == "stopped"

    take_in(engine, after_commit=stop_after_the_first_slice)
    seen = provider_api.read(f"/charge-files/{file_id}")
    assert (seen["state"], seen["rows_done"], seen["seconds_left"]) == ("stopped", 6, None)
    assert provider_api.count(Charge) == seen["rows_done"]
    assert not FileWorker(engine).work_once()
    again = provider_api.post(f"/charge-files/{file_id}/resume")
    assert (again.status_code, again.get_json()["state"]) == (202, "waiting")
    assert again.headers["Location"] == f"/api/v1/charge-files/{file_id}"
    assert FileWorker(engine).work_once()
    seen = provider_api.read(f"/charge-files/{file_id}")
    assert [seen[name] for name in ("state", "accepted", "refused", "duplicates")] == ["done", 10, 4, 0]
    assert [result["row"] for result in seen["results"]] == list(range(2, ROWS + 2))
    assert provider_api.count(Charge) == ROWS
    with make_sessions(engine)() as session:
        assert verify_books(session).differences == ()


def test_a_stop_in_the_last_slice_comes_too_late(provider_api: ProviderApi, engine: Engine) -> None:
    file_id = provider_api.send_file(rows_of_all(provider_api, ROWS), **LATER).get_json()["id"]
    slices = -(-ROWS // 3)

    def stop_after_the_last_slice_but_one(commits: int) -> None:
        if commits == BEFORE_SLICES + slices - 2:
            provider_api.post(f"/charge-files/{file_id}/stop")

    take_in(engine, after_commit=stop_after_the_last_slice_but_one)
    assert provider_api.read(f"/charge-files/{file_id}")["state"] == "done"
    for act, status in (("stop", 200), ("resume", 202)):
        answer = provider_api.post(f"/charge-files/{file_id}/{act}")
        assert (answer.status_code, answer.get_json()["state"]) == (status, "done")


def test_a_file_that_was_stopped_before_its_worker_began_is_left_alone(
    provider_api: ProviderApi, engine: Engine
) -> None:
    file_id = provider_api.send_file(table(row(provider_api, 0)), **LATER).get_json()["id"]
    with make_sessions(engine)() as claim:
        assert claim_work(claim) is not None
        provider_api.post(f"/charge-files/{file_id}/stop")
        with make_sessions(engine).begin() as session:
            assert begin_work(session, file_id) is None
            note_failure(session, file_id)
    assert provider_api.read(f"/charge-files/{file_id}")["state"] == "stopped"
    assert provider_api.send_file(table(row(provider_api, 0))).get_json()["state"] == "stopped"


def test_who_stopped_and_who_went_on_is_in_the_audit_log(provider_api: ProviderApi, engine: Engine) -> None:
    file_id = provider_api.send_file(table(row(provider_api, 0)), **LATER).get_json()["id"]
    for act in ("stop", "stop", "resume", "resume"):
        provider_api.post(f"/charge-files/{file_id}/{act}")
    kept = select(AuditEvent.act, func.count()).where(AuditEvent.subject_kind == "charge_file")
    with make_sessions(engine)() as session:
        counts = dict[str, int](session.execute(kept.group_by(AuditEvent.act)).all())
    assert counts == {"charge_file.stop": 1, "charge_file.resume": 1}


def test_another_provider_can_neither_stop_nor_go_on(provider_api: ProviderApi) -> None:
    file_id = provider_api.send_file(table(row(provider_api, 0)), **LATER).get_json()["id"]
    for act in ("stop", "resume"):
        answer = provider_api.post(f"/charge-files/{file_id}/{act}", key=provider_api.stranger_key)
        assert answer.status_code == 404
    assert provider_api.read(f"/charge-files/{file_id}")["state"] == "waiting"
