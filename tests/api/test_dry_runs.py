"""POST /charge-files?dry_run=true with `Prefer: respond-async`: a long file is tried in the background."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from commands.file_worker import FileWorker, TrialWorker
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables.charges import Charge, ChargeFile
from foundation.database.tables.uploads import FileTrial, WaitingFile
from foundation.vocabulary.roles import Actor, Role
from provider_portal.load.file_trials import claim_trial
from provider_portal.rules.kept_files import LONG_BYTES, MOST_KEPT, MOST_TRIALS
from provider_portal.write.file_trials import stop_trial
from provider_portal.write.uploads import keep_waiting
from tests.api.test_charge_files import row, table
from tests.builders.county import NOW
from tests.builders.provider_api import ProviderApi

TRY = "?dry_run=true"
LATER = {"Prefer": "respond-async"}
COUNTS = ("rows", "accepted", "refused", "on_hold", "duplicates")


@pytest.fixture
def engine(provider_api: ProviderApi) -> Iterator[Engine]:
    engine = make_engine(provider_api.database_url)
    yield engine
    engine.dispose()


def a_file(provider_api: ProviderApi, *, number: int = 0) -> bytes:
    """Return a long file of a good row, a bad one, and the good one again."""
    good = row(provider_api, number)
    bad = row(provider_api, number + 1, unit_price="99,00")
    return table(good, bad, good) + b"\n" * (LONG_BYTES + 1)


def try_it(provider_api: ProviderApi, data: bytes) -> str:
    """Queue a dry run, and return its path."""
    answer = provider_api.send_file(data, TRY, **LATER)
    assert answer.status_code == 202
    return str(answer.headers["Location"]).removeprefix("/api/v1")


def test_it_is_answered_at_once_and_reported_as_a_dry_run_within_the_request(
    provider_api: ProviderApi, engine: Engine
) -> None:
    data = a_file(provider_api)
    within = provider_api.send_file(data, TRY)
    answer = provider_api.send_file(data, TRY, **LATER)
    body = answer.get_json()
    assert (answer.status_code, body["state"], body["rows"], body["rows_done"]) == (202, "waiting", 3, 0)
    assert (body["id"], body["results"], body["sha256"]) == (None, [], within.get_json()["sha256"])
    assert answer.headers["Location"] == f"/api/v1/charge-files/dry-runs/{body['dry_run']}"
    assert TrialWorker(engine).work_once()
    seen = provider_api.read(f"/charge-files/dry-runs/{body['dry_run']}")
    expected = within.get_json() | {"dry_run": body["dry_run"]}
    assert within.status_code == 200
    assert seen == expected
    assert [seen[name] for name in COUNTS] == [3, 1, 1, 0, 1]
    assert (provider_api.count(Charge), provider_api.count(ChargeFile)) == (0, 0)


def test_a_short_file_is_tried_within_the_request_whatever_is_preferred(provider_api: ProviderApi) -> None:
    answer = provider_api.send_file(table(row(provider_api, 0)), TRY, **LATER)
    assert (answer.status_code, answer.get_json()["accepted"]) == (200, 1)
    assert provider_api.count(WaitingFile) == 0


def test_a_file_with_a_fault_is_refused_before_it_is_kept(provider_api: ProviderApi) -> None:
    assert provider_api.send_file(b"no;columns\n1;2\n", TRY, **LATER).status_code == 422
    assert provider_api.count(WaitingFile) == 0


def test_the_file_is_taken_in_as_it_was_uploaded_and_once(provider_api: ProviderApi, engine: Engine) -> None:
    data = a_file(provider_api)
    path = try_it(provider_api, data)
    assert TrialWorker(engine).work_once()
    first = provider_api.post(f"{path}/take-in")
    assert (first.status_code, first.get_json()["state"]) == (202, "waiting")
    file_path = str(first.headers["Location"]).removeprefix("/api/v1")
    assert FileWorker(engine).work_once()
    taken = provider_api.read(file_path)
    assert [taken[name] for name in COUNTS] == [3, 1, 1, 0, 1]
    again = provider_api.post(f"{path}/take-in")
    assert (again.status_code, again.get_json()["id"]) == (200, taken["id"])
    assert provider_api.send_file(data).get_json()["id"] == taken["id"]
    assert provider_api.count(Charge) == 2


def test_it_can_be_stopped_and_is_then_forgotten(provider_api: ProviderApi, engine: Engine) -> None:
    path = try_it(provider_api, a_file(provider_api))
    assert provider_api.send("DELETE", path).status_code == 204
    assert not TrialWorker(engine).work_once()
    for answer in (
        provider_api.get(path),
        provider_api.send("DELETE", path),
        provider_api.post(f"{path}/take-in"),
    ):
        assert answer.status_code == 404
    assert (provider_api.count(WaitingFile), provider_api.count(FileTrial)) == (0, 0)


def test_one_that_a_person_stopped_is_seen_as_stopped(provider_api: ProviderApi, engine: Engine) -> None:
    path = try_it(provider_api, a_file(provider_api))
    with make_sessions(engine).begin() as session:
        assert stop_trial(session, int(path.rsplit("/", 1)[1]))
    seen = provider_api.read(path)
    assert (seen["state"], seen["accepted"], seen["results"]) == ("stopped", 0, [])


def test_another_provider_finds_no_dry_run(provider_api: ProviderApi, engine: Engine) -> None:
    path = try_it(provider_api, a_file(provider_api))
    key = provider_api.stranger_key
    assert provider_api.get(path, key=key).status_code == 404
    assert provider_api.send("DELETE", path, key=key).status_code == 404
    assert provider_api.post(f"{path}/take-in", key=key).status_code == 404
    assert TrialWorker(engine).work_once()


def test_so_many_may_wait_and_none_of_them_is_replaced(provider_api: ProviderApi, engine: Engine) -> None:
    paths = [try_it(provider_api, a_file(provider_api, number=number)) for number in range(MOST_TRIALS)]
    refused = provider_api.send_file(a_file(provider_api, number=90), TRY, **LATER)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_files_waiting")
    assert int(refused.headers["Retry-After"]) > 0
    with make_sessions(engine).begin() as session:
        for number in range(MOST_KEPT):
            keep(session, provider_api, f"{number}.csv")
    assert [provider_api.read(path)["state"] for path in paths] == ["waiting"] * MOST_TRIALS
    assert provider_api.count(WaitingFile) == MOST_KEPT


def keep(session: object, provider_api: ProviderApi, name: str, days: int = 0) -> None:
    keep_waiting(
        session,  # type: ignore[arg-type]
        provider_id=provider_api.provider_id,
        name=name,
        data=b"x",
        mapping="",
        actor=Actor(None, Role.PROVIDER_BILLER, ""),
        now=NOW + timedelta(days=days),
    )


def test_file_and_report_are_forgotten_after_a_day(provider_api: ProviderApi, engine: Engine) -> None:
    path = try_it(provider_api, a_file(provider_api))
    assert TrialWorker(engine).work_once()
    assert provider_api.get(path).status_code == 200
    with make_sessions(engine).begin() as session:
        keep(session, provider_api, "next.csv", days=2)
    assert provider_api.get(path).status_code == 404
    assert provider_api.count(FileTrial) == 0


def test_providers_take_turns_and_each_has_one_at_work(provider_api: ProviderApi, engine: Engine) -> None:
    first, second = (try_it(provider_api, a_file(provider_api, number=number)) for number in (0, 3))
    sent = provider_api.post_bytes(
        f"/charge-files{TRY}",
        a_file(provider_api, number=6),
        "text/csv",
        key=provider_api.stranger_key,
        **LATER,
    )
    stranger = sent.get_json()["dry_run"]
    with make_sessions(engine)() as claim, make_sessions(engine)() as other, make_sessions(engine)() as third:
        works = [claim_trial(session) for session in (claim, other, third)]
    found = [None if work is None else work.file_id for work in works]
    assert found == [int(first.rsplit("/", 1)[1]), stranger, None]
    worker, done = TrialWorker(engine), []
    for _ in range(3):
        assert worker.work_once()
        done.append([provider_api.read(path)["state"] for path in (first, second)].count("done"))
    assert done == [1, 1, 2]
