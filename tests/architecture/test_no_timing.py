"""No test measures how long something takes: machines are shared, and benchmarks measure speed."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import files_of_tests, name_of, tree_of

STOPWATCHES = {"perf_counter", "perf_counter_ns", "process_time", "process_time_ns", "thread_time", "timeit"}
CLOCKS = {"monotonic", "monotonic_ns"}

PLANTED = [
    "import time\nbegan = time.process_time()",
    "from time import perf_counter\nbegan = perf_counter()",
    "from time import monotonic\nassert monotonic() - began < 1",
    "import time\nassert timedelta(seconds=time.monotonic() - began) < LIMIT",
]


def timings_in(tree: ast.Module) -> Iterator[str]:
    """Yield each stopwatch, and each difference of clock readings.

    A loop that waits for something may compare `monotonic()` with its deadline.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in STOPWATCHES:
                yield name
            case ast.BinOp(
                left=ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)), op=ast.Sub()
            ) if name in CLOCKS:
                yield name


def test_no_test_measures_a_duration() -> None:
    tests = [path for path in files_of_tests() if name_of(path).startswith("tests")]
    found = {name_of(path): sorted(set(timings_in(tree_of(path)))) for path in tests}
    assert {name: clocks for name, clocks in found.items() if clocks} == {}


@pytest.mark.parametrize("source", PLANTED)
def test_a_planted_duration_is_seen(source: str) -> None:
    assert list(timings_in(ast.parse(source)))
