"""S1 and S2: many charges in one call, and one charge after another by several writers."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from time import perf_counter

from benchmarks.scene import NOW, Scene
from clearing.actions.take_in_charges import take_in_charges
from foundation.database.session import make_engine, make_sessions
from foundation.vocabulary.roles import Actor, Role

WARM = 20
"""Charges of each writer before the clock starts: statements prepared, facts kept."""

START_SECONDS = 120
RUN_SECONDS = 600
"""A writer that fails must not leave the others waiting for ever."""

BILLER = Actor(None, Role.PROVIDER_BILLER, "bench", provider_id=1)


@dataclass(frozen=True, slots=True)
class Measured:
    """How many charges, in how long, and the process's peak memory in MiB."""

    charges: int
    seconds: float
    peak_mib: float

    @property
    def rate(self) -> float:
        """Charges a second."""
        return self.charges / self.seconds


def in_one_call(scene: Scene, first: int, count: int) -> Measured:
    """Decide `count` charges in one call and one durable transaction, in a process of its own."""
    return _in_process(_one_call, scene.url, scene.fundings, first, count)


def one_by_one(scene: Scene, first: int, count: int, writers: int) -> Measured:
    """`writers` processes decide `count` charges, each in a call and a durable transaction of its own."""
    share = count // writers
    processes = multiprocessing.get_context("spawn")
    start, peaks = processes.Barrier(writers + 1, timeout=START_SECONDS), processes.Queue()
    working = [
        processes.Process(
            target=_one_by_one, args=(scene.url, scene.fundings, first + n * share, share, start, peaks)
        )
        for n in range(writers)
    ]
    for process in working:
        process.start()
    start.wait()
    begun = perf_counter()
    peak = max(peaks.get(timeout=RUN_SECONDS) for _ in working)
    measured = Measured(charges=(share - WARM) * writers, seconds=perf_counter() - begun, peak_mib=peak)
    for process in working:
        process.join()
    return measured


def _in_process(target: Callable[..., Measured], *arguments: object) -> Measured:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply_async(target, arguments).get(RUN_SECONDS)


def _one_call(url: str, fundings: int, first: int, count: int) -> Measured:
    engine = make_engine(url)
    scene = Scene(engine, fundings)
    sent = [scene.charge(number) for number in range(first, first + count)]
    begun = perf_counter()
    with make_sessions(engine).begin() as session:
        answers = take_in_charges(session, provider_id=1, sent=sent, actor=BILLER, now=NOW)
    seconds = perf_counter() - begun
    assert all(answer.outcome == "accepted" for answer in answers)
    return Measured(count, seconds, _peak_mib())


def _one_by_one(url: str, fundings: int, first: int, count: int, start: Barrier, peaks: Queue[float]) -> None:
    engine = make_engine(url)
    sessions, scene = make_sessions(engine), Scene(engine, fundings)
    for number in range(first, first + count):
        if number == first + WARM:
            start.wait()
        with sessions.begin() as session:
            sent = [scene.charge(number)]
            [answer] = take_in_charges(session, provider_id=1, sent=sent, actor=BILLER, now=NOW)
        assert answer.outcome == "accepted", answer
    peaks.put(_peak_mib())


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
