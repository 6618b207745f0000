"""Slices decided by a worker process have the same outcome as slices decided here, also if it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from json import JSONDecodeError
from threading import Barrier, Timer

import psutil
import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.batch import worker_process
from clearing.charges.batch.decide_slice import SliceTask
from clearing.charges.batch.take_in_slices import take_in_slices
from clearing.charges.batch.worker_process import (
    MIN_CHARGES_TO_START,
    SLICES_IN_PROGRESS,
    SliceDecider,
    Workers,
    slice_decider,
)
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.facts.book import ReferenceData
from clearing.charges.facts.charge import Arrival
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables import charges, providers
from tests.actions.test_take_in_slices import (
    WORKERS,
    a_crowded_world,
    in_slices,
    intake_of,
    random_charges,
    same_ids,
    without_ids,
)
from tests.builders import NOW
from tests.builders.patience import wait_until
from tests.builders.worker_processes import is_alive, worker_processes

SLICE_SIZE = 60
NO_REFERENCE_DATA = ReferenceData({}, {}, {}, {})


@pytest.fixture
def workers() -> Iterator[Workers]:
    """Workers of this test alone."""
    workers = Workers()
    yield workers
    workers.shut_down()
    assert worker_processes() == []


def decider(workers: Workers) -> SliceDecider:
    return SliceDecider(workers.get(may_start=True), workers)


def in_worker(
    session: Session,
    workers: Workers,
    provider_id: int,
    sent: list[dict[str, str]],
    on_progress: Callable[[int], None] | None = None,
) -> list[ChargeAnswer]:
    return in_slices(session, intake_of(provider_id, sent), SLICE_SIZE, decider(workers), on_progress)


def here(session: Session, provider_id: int, sent: list[dict[str, str]]) -> list[ChargeAnswer]:
    return in_slices(session, intake_of(provider_id, sent), SLICE_SIZE)


@pytest.mark.parametrize("named", [(), WORKERS], ids=["many slices", "pieces of a group"])
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_a_worker_decides_as_this_process(
    session: Session, workers: Workers, seed: int, named: tuple[str, ...]
) -> None:
    provider_id, fundings = a_crowded_world(session)
    sent = random_charges(fundings, seed, named)
    expected = here(session, provider_id, sent)
    assert worker_processes() == []
    answers = in_worker(session, workers, provider_id, sent)
    assert len(worker_processes()) == 1
    assert without_ids(answers) == without_ids(expected)
    assert same_ids(answers) == same_ids(expected)
    assert len({answer.outcome for answer in answers}) > 1
    assert any(answer.findings for answer in answers)
    assert any(answer.duplicate for answer in answers)


def test_a_worker_is_used_again_with_the_reference_data_of_the_next_batch(
    session: Session, workers: Workers
) -> None:
    provider_id, fundings = a_crowded_world(session)
    sent = random_charges(fundings, 3, ())
    first = in_worker(session, workers, provider_id, sent)
    [process] = worker_processes()
    assert without_ids(in_worker(session, workers, provider_id, sent)) == without_ids(first)
    assert worker_processes() == [process]
    session.execute(delete(providers.ApprovalState))
    changed = in_worker(session, workers, provider_id, sent)
    assert worker_processes() == [process]
    assert {answer.outcome for answer in changed} == {"refused"}
    assert without_ids(changed) == without_ids(here(session, provider_id, sent))


@pytest.mark.parametrize("how", ["between two slices", "while it decides one"])
@pytest.mark.parametrize("named", [(), WORKERS], ids=["many slices", "pieces of a group"])
def test_a_batch_whose_worker_is_killed_is_finished_here(
    session: Session, workers: Workers, named: tuple[str, ...], how: str
) -> None:
    provider_id, fundings = a_crowded_world(session)
    sent = random_charges(fundings, 4, named)
    expected = here(session, provider_id, sent)
    killed: list[int] = []

    def kill_once(_: int) -> None:
        if killed:
            return
        [process] = worker_processes()
        killed.append(process.pid)
        if how == "between two slices":
            process.kill()
            wait_until(lambda: not is_alive(process))
        else:
            process.send_signal(signal.SIGSTOP)
            Timer(0.3, process.kill).start()

    answers = in_worker(session, workers, provider_id, sent, kill_once)
    assert len(killed) == 1
    assert worker_processes() == []
    assert without_ids(answers) == without_ids(expected)
    assert same_ids(answers) == same_ids(expected)
    in_worker(session, workers, provider_id, sent)
    assert len(worker_processes()) == 1


@pytest.mark.parametrize("error", [OSError("no more processes"), AssertionError("daemonic")])
def test_a_batch_is_decided_here_if_no_worker_can_be_started(session: Session, error: Exception) -> None:
    class NoProcesses(ProcessPoolExecutor):
        def submit(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise error

    provider_id, fundings = a_crowded_world(session)
    sent = random_charges(fundings, 5, ())
    expected = here(session, provider_id, sent)
    answers = in_slices(
        session, intake_of(provider_id, sent), SLICE_SIZE, SliceDecider(NoProcesses(1), Workers())
    )
    assert without_ids(answers) == without_ids(expected)


def a_task(document: bytes) -> SliceTask:
    return SliceTask(
        1, Arrival(NOW, None), False, [], [document, None, None, None], NO_REFERENCE_DATA, [], False
    )


def test_an_exception_is_raised_with_its_traceback(workers: Workers) -> None:
    with decider(workers) as slices:
        slices.submit(a_task(b"no JSON"))
        slices.submit(a_task(b"[]"))
        with pytest.raises(JSONDecodeError) as raised:
            slices.result()
        assert "in decide_slice" in str(raised.value.__cause__)
        assert slices.result().answers == []


def test_an_error_of_the_batch_cancels_its_slices(workers: Workers) -> None:
    def fail() -> None:
        with decider(workers) as slices:
            for _ in range(SLICES_IN_PROGRESS):
                slices.submit(a_task(b"[]"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with decider(workers) as slices:
        slices.submit(a_task(b"[]"))
        assert slices.result().answers == []


def test_slices_larger_than_a_pipe_are_returned_in_order(workers: Workers) -> None:
    sent = [{"reference": "R" * 60, "note": f"{number}" * 400} for number in range(3_000)]
    task = a_task(b"[]")
    with decider(workers) as slices:
        for first in (0, 5_000):
            keys = [(first + number, number) for number in range(len(sent))]
            slices.submit(
                SliceTask(1, task.arrival, False, sent, task.documents, NO_REFERENCE_DATA, keys, False)
            )
        for first in (0, 5_000):
            answers = slices.result().answers
            assert [parts and parts[0] for parts in answers] == list(range(first, first + len(sent)))


def test_a_small_batch_starts_no_worker_but_uses_a_running_one(workers: Workers) -> None:
    assert not slice_decider(MIN_CHARGES_TO_START - 1, workers).uses_worker
    assert slice_decider(MIN_CHARGES_TO_START, workers).uses_worker
    assert slice_decider(1, workers).uses_worker


def test_two_batches_at_the_same_time_share_the_worker(fresh_database: str, workers: Workers) -> None:
    engine = make_engine(fresh_database)
    sessions, start = make_sessions(engine), Barrier(2)
    with sessions.begin() as session:
        provider_id, fundings = a_crowded_world(session)
        batches = [random_charges(fundings[:9], 6, ()), random_charges(fundings[9:], 7, ())]
    for number, batch in enumerate(batches):
        for charge in batch:
            charge["reference"] += f"/{number}"

    def take_in(batch: list[dict[str, str]]) -> list[ChargeAnswer]:
        intake = intake_of(provider_id, batch)
        start.wait()
        with sessions.begin() as session, decider(workers) as slices:
            return take_in_slices(session, intake, slices, slice_size=SLICE_SIZE)

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(take_in, batches)
    assert len(worker_processes()) == worker_process.MAX_WORKERS
    with sessions() as session:
        assert verify_books(session).differences == ()
        stored = {answer.id for answer in (*first, *second)}
        assert session.scalar(select(func.count()).select_from(charges.Charge)) == len(stored)
    assert {"accepted", "refused"} <= {answer.outcome for answer in first}
    engine.dispose()


PARENT = """
import multiprocessing, os, signal, sys
from clearing.charges.batch.worker_process import Workers
executor = Workers().get(may_start=True)
print(executor.submit(os.getpid).result(), flush=True)
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_worker_exits_when_its_parent_is_killed() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=pipe, stdout=pipe, text=True) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        server = worker.parent()
        assert server is not None
        parent.stdin.write("\n")
    wait_until(lambda: not any(map(is_alive, (worker, server))), "it runs on")


def test_a_fork_of_the_process_leaves_its_workers_alone(workers: Workers) -> None:
    executor = workers.get(may_start=True)
    assert executor is not None
    assert executor.submit(os.getpid).result() == worker_processes()[0].pid
    child = os.fork()
    if child == 0:
        os._exit(workers.get(may_start=False) is not None)
    assert os.waitpid(child, 0)[1] == 0
    assert executor.submit(os.getpid).result() == worker_processes()[0].pid


def test_the_worker_imports_neither_web_nor_database() -> None:
    heavy = {"sqlalchemy", "psycopg", "flask", "alembic", "foundation.database.session", "apscheduler"}
    program = f"import sys, clearing.charges.batch.decide_slice; print({heavy} & sys.modules.keys())"
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert printed.stdout == "set()\n"


def test_the_action_takes_in_a_large_batch_by_slices(session: Session) -> None:
    provider_id, fundings = a_crowded_world(session)
    sent = [
        charge | {"reference": f"{charge['reference']}/{copy}"}
        for copy in range(12)
        for charge in random_charges(fundings, copy, ())
    ]
    actor, reported = intake_of(provider_id, sent).actor, list[int]()
    answers = take_in_charges(
        session, provider_id=provider_id, sent=sent, actor=actor, now=NOW, on_progress=reported.append
    )
    assert len(answers) == len(sent) > reported[0] > 0
    assert reported[-1] == len(sent)
