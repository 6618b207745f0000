"""Hostile answers of banks: each is refused in a second and little memory."""

from __future__ import annotations

import multiprocessing
import resource
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter

from benchmarks.programme.failure import require
from clearing.payments.gateways.bank_answer import BankAnswerError, read
from tests.gateways.test_hostile_bank_answers import HOSTILE

MOST_SECONDS, MOST_MIB = 1.0, 50.0


def check_hostile_answers() -> str:
    """Read every hostile answer in a process of its own.

    Raises:
        CheckFailedError: An answer was read, or it took more time or memory.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as process:
        costs = dict(zip(HOSTILE, process.map(_cost, HOSTILE), strict=True))
    costly = [
        f"{name}: {seconds:.1f} s, {mib:.0f} MiB"
        for name, (seconds, mib) in costs.items()
        if seconds > MOST_SECONDS or mib > MOST_MIB
    ]
    require(not costly, f"costly bank answers: {'; '.join(costly)}")
    slowest, largest = (max(cost[at] for cost in costs.values()) for at in (0, 1))
    return f"{len(costs)} bank answers refused, at most {slowest:.1f} s and {largest:.0f} MiB"


def _cost(name: str) -> tuple[float, float]:
    """Return the seconds and the MiB that refusing an answer takes."""
    content, _ = HOSTILE[name]
    before = _peak_kib()
    begun = perf_counter()
    try:
        read(content)
    except BankAnswerError:
        return perf_counter() - begun, (_peak_kib() - before) / 1024
    raise AssertionError(f"{name} was read")


def _peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
