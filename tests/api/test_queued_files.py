"""POST /charge-files with `Prefer: respond-async`: answered at once, taken in by a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from clearing.charges.actions.take_in_charges import SLICE_SIZE
from clearing.ledger.load.balances import vouchers_in_use
from clearing.upkeep.actions.verify_books import verify_books
from commands.file_worker import FileWorker
from foundation.database.session import make_engine, make_sessions
from provider_portal.actions.queued_files import take_in_queued
from provider_portal.load.file_work import claim_work
from provider_portal.write.file_work import MOST_TRIES, begin_work, note_failure
from tests.api.test_charge_files import row, table
from tests.builders.provider_api import ProviderApi, open_sized_provider_api

LATER = {"Prefer": "respond-async"}


@pytest.fixture
def engine(provider_api: ProviderApi) -> Iterator[Engine]:
    engine = make_engine(provider_api.database_url)
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
    seen = provider_api.read(f"/charge-files/{body['id']}")
    assert (seen["state"], seen["rows_done"], seen["accepted"]) == ("running", 0, 0)
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


def rows_of_all(provider_api: ProviderApi, count: int) -> bytes:
    """Return a file of charges that is decided in several slices, some of them refused."""
    prices = ("36.00", "36.00", "99.00")
    return table(*(row(provider_api, number, unit_price=prices[number % 3]) for number in range(count)))


BEFORE_SLICES = 1
"""Commits of a worker before the first slice."""


def take_in(
    engine: Engine,
    before_commit: Callable[[int], None] = lambda _commits: None,
    after_commit: Callable[[int], None] = lambda _commits: None,
) -> None:
    """Take in the next file in slices of three rows; call the functions with the number of commits before."""
    commits = count()

    class Observed(Session):
        def commit(self) -> None:
            number = next(commits)
            before_commit(number)
            super().commit()
            after_commit(number)

    sessions = cast("sessionmaker[Session]", sessionmaker(engine, class_=Observed, expire_on_commit=False))
    with make_sessions(engine)() as claim:
        work = claim_work(claim)
        assert work is not None
        take_in_queued(sessions, work, slice_size=3)


def interrupt(commits: int) -> None:
    """Stop in the third slice."""
    if commits == BEFORE_SLICES + 2:
        raise InterruptedError


def test_a_file_that_was_interrupted_goes_on_with_the_rows_that_are_left(
    provider_api: ProviderApi, engine: Engine
) -> None:
    data = rows_of_all(provider_api, 14)
    file_id = provider_api.send_file(data, **LATER).get_json()["id"]
    with pytest.raises(InterruptedError):
        take_in(engine, interrupt)
    seen = provider_api.read(f"/charge-files/{file_id}")
    assert (seen["state"], 0 < seen["rows_done"] < 14) == ("running", True)
    take_in(engine)
    seen = provider_api.read(f"/charge-files/{file_id}")
    assert [seen[name] for name in ("state", "accepted", "refused", "duplicates")] == ["done", 10, 4, 0]
    assert [result["row"] for result in seen["results"]] == list(range(2, 16))
    again = provider_api.send_file(data + b"\n", **LATER).get_json()["id"]
    assert FileWorker(engine).work_once()
    assert provider_api.read(f"/charge-files/{again}")["duplicates"] == 10
    with make_sessions(engine)() as session:
        assert verify_books(session).differences == ()


def test_only_the_vouchers_of_the_slices_at_work_are_locked(fresh_database: str, tmp_path: Path) -> None:
    engine, locked = make_engine(fresh_database), list[int]()
    with open_sized_provider_api(fresh_database, tmp_path, fundings=3) as provider_api:
        provider_api.send_file(table(*(row(provider_api, number) for number in range(9))), **LATER)

        def count_locked(_commits: int) -> None:
            with make_sessions(engine)() as other:
                locked.append(len(vouchers_in_use(other, provider_api.vouchers)))

        take_in(engine, count_locked)
    engine.dispose()
    at_work = locked[BEFORE_SLICES:]
    assert len(at_work) == 4
    assert all(1 <= vouchers <= 2 for vouchers in at_work[:3])
    assert at_work[3] == 0


def test_providers_take_turns_and_each_has_one_file_at_work(
    provider_api: ProviderApi, engine: Engine
) -> None:
    first, second = (
        provider_api.send_file(table(row(provider_api, number)), **LATER).get_json()["id"]
        for number in (0, 1)
    )
    sent = provider_api.post_bytes(
        "/charge-files", table(row(provider_api, 2)), "text/csv", key=provider_api.stranger_key, **LATER
    )
    stranger = sent.get_json()["id"]
    sessions, order = make_sessions(engine), []
    with sessions() as claim:
        work = claim_work(claim)
        assert work is not None
        with sessions() as other:
            beside = claim_work(other)
            assert beside is not None
            order += [work.file_id, beside.file_id]
            with sessions() as third:
                assert claim_work(third) is None
    assert order == [first, stranger]
    worker = FileWorker(engine)
    done = []
    for _ in range(3):
        assert worker.work_once()
        states = {key: provider_api.read(f"/charge-files/{key}")["state"] for key in (first, second)}
        done.append(list(states.values()).count("done"))
    assert done == [1, 1, 2]


def test_short_files_have_a_worker_of_their_own(provider_api: ProviderApi, engine: Engine) -> None:
    rows = [row(provider_api, number) for number in range(3)]
    provider_api.send_file(table(*rows), **LATER)
    assert not FileWorker(engine, most_rows=2).work_once()
    provider_api.send_file(table(row(provider_api, 9)), **LATER)
    assert FileWorker(engine, most_rows=2).work_once()
    assert FileWorker(engine).work_once()
    assert not FileWorker(engine).work_once()


def test_a_long_file_in_a_request_is_answered_as_a_short_one(provider_api: ProviderApi) -> None:
    data = rows_of_all(provider_api, SLICE_SIZE + 1)
    answer = provider_api.send_file(data)
    body = answer.get_json()
    assert (answer.status_code, body["state"], body["rows"]) == (201, "done", SLICE_SIZE + 1)
    assert body["accepted"] + body["refused"] + body["duplicates"] + body["on_hold"] == SLICE_SIZE + 1
    assert [result["row"] for result in body["results"][:3]] == [2, 3, 4]
    assert provider_api.send_file(data).status_code == 200
