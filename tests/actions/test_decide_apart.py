"""A batch decided in a process of its own comes to the same as here, also when that process dies under it."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from json import JSONDecodeError
from threading import Barrier, Timer
from time import monotonic, sleep

import psutil
import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from clearing.charges.actions import take_in_charges as action
from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.batch import decide_apart
from clearing.charges.batch.decide_apart import MOST_PROCESSES, DecidingProcess, ProcessDied, a_desk
from clearing.charges.batch.decide_slice import SliceTask
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.facts.book import ReferenceData
from clearing.charges.facts.charge import Arrival
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables import charges, providers
from foundation.vocabulary.roles import Actor, Role
from tests.actions.test_take_in_slices import WORKERS, a_crowded_world, random_charges, same_ids, without_ids
from tests.builders import NOW

MOST = 60
NOTHING = ReferenceData({}, {}, {}, {})


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Batches of this size go apart, in slices of 60."""
    monkeypatch.setattr(action, "MOST_AT_ONCE", MOST)
    monkeypatch.setattr(decide_apart, "FEWEST_TO_START", MOST)
    yield
    decide_apart._PROCESSES.end_idle()
    assert deciding() == []


def deciding() -> list[psutil.Process]:
    """The deciding processes of this one."""
    alive = [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]
    return [one for one in alive if "deciding_process" in " ".join(one.cmdline())]


def decided(
    session: Session,
    provider_id: int,
    sent: list[dict[str, str]],
    told: Callable[[int], None] | None = None,
) -> list[ChargeAnswer]:
    """What is answered, in a world that is put back afterwards; the books are right meanwhile."""
    actor = Actor(None, Role.PROVIDER_BILLER, "test", provider_id=provider_id)
    inside = session.begin_nested()
    answers = take_in_charges(
        session, provider_id=provider_id, sent=sent, actor=actor, now=NOW, on_progress=told
    )
    session.expire_all()
    assert verify_books(session).differences == ()
    stored = {answer.id for answer in answers if not answer.duplicate}
    assert set(session.scalars(select(charges.Charge.id))) == stored
    inside.rollback()
    return answers


def here(session: Session, provider_id: int, sent: list[dict[str, str]]) -> list[ChargeAnswer]:
    """What is answered without a process of its own."""
    decide_apart._PROCESSES.end_idle()
    apart, decide_apart.FEWEST_TO_START = decide_apart.FEWEST_TO_START, 1 << 60
    answers = decided(session, provider_id, sent)
    decide_apart.FEWEST_TO_START = apart
    assert deciding() == []
    return answers


@pytest.mark.parametrize("workers", [(), WORKERS], ids=["many slices", "pieces of one"])
@pytest.mark.parametrize("seed", [1, 2])
def test_apart_comes_to_the_same_as_here(session: Session, seed: int, workers: tuple[str, ...]) -> None:
    provider_id, fundings = a_crowded_world(session)
    sent = random_charges(fundings, seed, workers)
    expected = here(session, provider_id, sent)
    apart = decided(session, provider_id, sent)
    assert len(deciding()) == 1
    assert without_ids(apart) == without_ids(expected)
    assert same_ids(apart) == same_ids(expected)
    assert len({answer.outcome for answer in apart}) > 1
    assert any(answer.findings for answer in apart)
    assert any(answer.duplicate for answer in apart)


def test_the_process_is_used_again_and_its_slow_facts_are_those_of_the_batch(session: Session) -> None:
    provider_id, fundings = a_crowded_world(session)
    sent = random_charges(fundings, 3, ())
    first = decided(session, provider_id, sent)
    [process] = deciding()
    assert without_ids(decided(session, provider_id, sent)) == without_ids(first)
    assert deciding() == [process]
    session.execute(delete(providers.ApprovalState))
    changed = decided(session, provider_id, sent)
    assert deciding() == [process]
    assert {answer.outcome for answer in changed} == {"refused"}
    assert without_ids(changed) == without_ids(here(session, provider_id, sent))


@pytest.mark.parametrize("how", ["between two slices", "with one in hand"])
@pytest.mark.parametrize("workers", [(), WORKERS], ids=["many slices", "pieces of one"])
def test_a_batch_whose_process_is_killed_is_decided_to_its_end(
    session: Session, workers: tuple[str, ...], how: str
) -> None:
    provider_id, fundings = a_crowded_world(session)
    sent = random_charges(fundings, 4, workers)
    expected = here(session, provider_id, sent)
    killed: list[int] = []

    def told(_: int) -> None:
        if killed:
            return
        [process] = deciding()
        killed.append(process.pid)
        if how == "between two slices":
            process.kill()
            psutil.wait_procs([process], timeout=5)
        else:
            process.send_signal(signal.SIGSTOP)
            Timer(0.3, process.kill).start()

    answers = decided(session, provider_id, sent, told)
    assert len(killed) == 1
    assert deciding() == []
    assert without_ids(answers) == without_ids(expected)
    assert same_ids(answers) == same_ids(expected)


def test_where_no_process_can_be_started_the_batch_is_decided_here(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider_id, fundings = a_crowded_world(session)
    sent = random_charges(fundings, 5, ())
    expected = decided(session, provider_id, sent)
    decide_apart._PROCESSES.end_idle()
    for program in ("/no/such/program", "/bin/false"):
        monkeypatch.setattr(sys, "executable", program)
        assert without_ids(decided(session, provider_id, sent)) == without_ids(expected)
        assert deciding() == []


def a_task(document: bytes) -> SliceTask:
    return SliceTask(1, Arrival(NOW, None), False, [], [document, None, None, None], NOTHING, [], False)


def hand_over_all(tasks: list[SliceTask]) -> None:
    """A batch of these slices; it fails where it is given none."""
    with a_desk(MOST) as desk:
        for task in tasks:
            desk.hand_over(task)
        assert desk.take_back().answers == []
        raise LookupError


def test_an_exception_is_raised_with_its_trace_and_the_process_is_not_used_again() -> None:
    with pytest.raises(JSONDecodeError) as raised:
        hand_over_all([a_task(b"no JSON"), a_task(b"[]")])
    assert "in decide_slice" in str(raised.value.__cause__)
    assert deciding() == []


def test_a_failure_here_ends_the_process_too() -> None:
    with pytest.raises(LookupError):
        hand_over_all([a_task(b"[]"), a_task(b"[]")])
    assert deciding() == []


def test_slices_larger_than_any_pipe_holds_are_handed_over_and_taken_back_in_order() -> None:
    sent = [{"reference": "R" * 60, "note": f"{number}" * 400} for number in range(3_000)]
    keys = [(number, number) for number in range(len(sent))]
    with a_desk(MOST) as desk:
        for first in (0, 5_000):
            task = a_task(b"[]")
            numbered = [(first + key, number) for key, number in keys]
            desk.hand_over(SliceTask(1, task.arrival, False, sent, task.facts, NOTHING, numbered, False))
        for first in (0, 5_000):
            answers = desk.take_back().answers
            assert [parts and parts[0] for parts in answers] == list(range(first, first + len(sent)))


def test_a_small_batch_starts_no_process_but_uses_an_idle_one() -> None:
    with a_desk(MOST - 1) as desk:
        assert desk.process is None
    with a_desk(MOST):
        pass
    [process] = deciding()
    with a_desk(1) as desk:
        assert desk.process is not None
        assert desk.process.pid == process.pid


def test_each_batch_has_a_process_of_its_own_but_not_more_than_a_few() -> None:
    with a_desk(MOST) as one, a_desk(MOST) as other, a_desk(MOST) as third:
        assert one.process
        assert other.process
        assert one.process.pid != other.process.pid
        assert len(deciding()) == MOST_PROCESSES == 2
        assert third.process is None
        third.hand_over(a_task(b"[]"))
        assert third.take_back().answers == []


def test_two_batches_at_the_same_time(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    sessions, start = make_sessions(engine), Barrier(2)
    with sessions.begin() as session:
        provider_id, fundings = a_crowded_world(session)
        batches = [random_charges(fundings[:9], 6, ()), random_charges(fundings[9:], 7, ())]
    for number, batch in enumerate(batches):
        for charge in batch:
            charge["reference"] += f"/{number}"

    def take_in(batch: list[dict[str, str]]) -> list[ChargeAnswer]:
        actor = Actor(None, Role.PROVIDER_BILLER, "test", provider_id=provider_id)
        start.wait()
        with sessions.begin() as session:
            return take_in_charges(session, provider_id=provider_id, sent=batch, actor=actor, now=NOW)

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(take_in, batches)
    with sessions() as session:
        assert verify_books(session).differences == ()
        stored = {answer.id for answer in (*first, *second)}
        assert session.scalar(select(func.count()).select_from(charges.Charge)) == len(stored)
    assert {"accepted", "refused"} <= {answer.outcome for answer in first}
    engine.dispose()


PARENT = """
import os, signal, sys
from clearing.charges.batch.decide_apart import DecidingProcess
print(DecidingProcess().pid, flush=True)
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_ends_with_its_parent() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=pipe, stdout=pipe, text=True) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.stdin.write("\n")
    until = monotonic() + 20
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE and monotonic() < until:
        sleep(0.05)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_it_imports_the_rules_and_no_database() -> None:
    heavy = {"sqlalchemy", "psycopg", "flask", "alembic", "foundation.database.session", "apscheduler"}
    told = f"import sys, clearing.charges.batch.deciding_process; print({heavy} & sys.modules.keys())"
    said = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert said.stdout == "set()\n"


def test_what_died_is_told_at_once() -> None:
    process = DecidingProcess()
    os.kill(process.pid, signal.SIGKILL)

    def ask() -> None:
        process.hand_over(a_task(b"[]"))  # the pipe may be broken already
        process.take_back()  # or not yet

    with pytest.raises(ProcessDied):
        ask()
    process.end()


def test_slow_facts_go_over_once() -> None:
    process = DecidingProcess()
    task = a_task(b"[]")
    other = SliceTask(1, task.arrival, False, [], task.facts, ReferenceData({}, {}, {}, {"A": 1}), [], False)
    sizes = []
    for one in (task, task, other, other):
        sizes.append(process.hand_over(one))
        process.take_back()
    process.end()
    assert sizes[1] < sizes[0] == len(pickle.dumps(task, pickle.HIGHEST_PROTOCOL))
    assert sizes[3] < sizes[2]
