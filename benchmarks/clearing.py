"""S1 and S2: many charges in one call, and one charge after another by several writers."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter, process_time

import psutil

from benchmarks.county import NOW, BenchCounty
from benchmarks.figures import cpu_seconds, peak_mib, with_children
from clearing.charges.actions.take_in_charges import take_in_charges, take_in_together
from clearing.charges.batch.worker_process import WORKERS
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.hot.waiting_charges import WaitingCharges
from clearing.charges.reading.intake import Intake
from foundation.database.session import driver, make_engine, make_sessions
from foundation.database.stored_answers import HttpAnswer
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import Actor, Role

WARM = 20
"""Charges of each writer before the clock starts: statements prepared, facts kept."""

RUN_SECONDS = 1200
"""A measurement that hangs must end."""

BILLER = Actor(None, Role.PROVIDER_BILLER, "bench", provider_id=1)


@dataclass(frozen=True, slots=True)
class Measured:
    """The charges, the seconds, the peak memory (MiB) and the processor time of a measurement.

    Memory is of the process and its child processes; processor time is of these and of the database.
    """

    charges: int
    seconds: float
    peak_mib: float
    cpu_seconds: tuple[float, float, float] = (0, 0, 0)

    @property
    def rate(self) -> float:
        """Charges per second."""
        return self.charges / self.seconds


def in_one_call(county: BenchCounty, first: int, count: int) -> Measured:
    """Decide `count` charges in one call and one durable transaction, in a separate process."""
    return _in_process(_one_call, county.url, county.fundings, first, count)


def one_by_one(county: BenchCounty, first: int, count: int, writers: int) -> Measured:
    """Decide `count` charges by `writers` threads of one process, as in the server.

    Each thread waits for the durable answer to a charge before it sends the next.
    """
    return _in_process(_one_by_one, county.url, county.fundings, first, count, writers)


def _in_process(target: Callable[..., Measured], *arguments: object) -> Measured:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as executor:
        return executor.submit(target, *arguments).result(RUN_SECONDS)


def _one_call(url: str, fundings: int, first: int, count: int) -> Measured:
    engine = make_engine(url)
    county = BenchCounty(engine, fundings)
    sent = [county.charge(number) for number in range(first, first + count)]
    with make_sessions(engine)() as session:
        backend = psutil.Process(driver(session).info.backend_pid)
        used, begun = _used(backend), perf_counter()
        answers = take_in_charges(session, provider_id=1, sent=sent, actor=BILLER, now=NOW)
        session.commit()
        seconds, since = perf_counter() - begun, _used(backend)
    assert all(answer.outcome == "accepted" for answer in answers)
    peak = _peak_mib()
    WORKERS.shut_down()  # this process is itself a worker, which ends only after its own
    cpu = tuple(after - before for after, before in zip(since, used, strict=True))
    return Measured(count, seconds, peak, (cpu[0], cpu[1], cpu[2]))


def _used(backend: psutil.Process) -> tuple[float, float, float]:
    """Return the processor seconds of this process, of its running child processes, and of the database."""
    own = process_time()
    return own, with_children(cpu_seconds, os.getpid()) - cpu_seconds(os.getpid()), cpu_seconds(backend.pid)


def _one_by_one(url: str, fundings: int, first: int, count: int, writers: int) -> Measured:
    engine = make_engine(url)
    county = BenchCounty(engine, fundings)
    waiting = WaitingCharges(make_sessions(engine), take_in_together, _render)
    warm = WARM * writers

    def write(numbers: range) -> None:
        for number in numbers:
            intake = Intake(1, [county.charge(number)], BILLER, NOW)
            answer = waiting.decide(intake, Language.FI)
            assert answer.body == b"accepted", answer

    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(write, _shares(range(first, first + warm), writers)))
        begun = perf_counter()
        list(threads.map(write, _shares(range(first + warm, first + count), writers)))
        seconds = perf_counter() - begun
    return Measured(count - warm, seconds, _peak_mib())


def _render(answer: ChargeAnswer, _language: Language) -> HttpAnswer:
    """Render as little as possible: S2b measures the cost of HTTP."""
    return HttpAnswer(201, {}, answer.outcome.encode())


def _shares(numbers: range, writers: int) -> list[range]:
    return [numbers[writer::writers] for writer in range(writers)]


def _peak_mib() -> float:
    """Return the sum of the peaks of this process and its child processes, maybe at different times."""
    return with_children(peak_mib, os.getpid())
