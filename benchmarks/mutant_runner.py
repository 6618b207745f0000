"""A pytest plugin that tests mutants: pytest -p benchmarks.mutant_runner --mutants mutants.json tests/rules

The tests are collected once, with the rules unchanged. A first round records which tests call which function,
and that all tests pass. Then every mutant is tested in a fork of that process, in which its function has the
mutant's code. Only the tests that call the function run: first the test that killed this mutant the last time
and those that killed other mutants of the function, then those of the file's own table, then the fastest.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import _lru_cache_wrapper, reduce
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any

import pytest

PACKAGES = ("clearing.", "marketplace.", "provider_portal.", "county_desk.")
FUTURE_ANNOTATIONS = annotations.compiler_flag  # the annotations of a mutant are not evaluated
LIMIT_SECONDS, LIMIT_FACTOR = 5.0, 20.0
MEMORY_BYTES = 4 << 30
BROKEN = 9
Mutant = Mapping[str, str]
"""`key`, `module`, `function` (with its class), the changed `source`, and the test it was `killed_by`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the list of mutants, and the number of worker processes."""
    parser.addoption("--mutants", type=Path)
    parser.addoption("--workers", type=int, default=2)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Test every mutant instead of running the tests once; the results are lines in files beside the list."""
    listed: Path = session.config.getoption("mutants")
    count: int = session.config.getoption("workers")
    by_function = defaultdict(list)
    for mutant in json.loads(listed.read_text("utf-8")):
        by_function[name_of(mutant)].append(mutant)
    tests, seconds = tests_by_function(session.items)
    gc.freeze()  # a collection in a fork would otherwise copy every page of the parent
    workers = []
    for number in range(count):
        if worker := os.fork():
            workers.append(worker)
            continue
        with listed.with_suffix(f".{number}.results").open("w") as file:
            for function in list(by_function)[number::count]:
                for line in results(session.items, by_function[function], tests.get(function, []), seconds):
                    print(json.dumps(line), file=file, flush=True)
        os._exit(0)
    session.testsfailed += sum(os.waitpid(worker, 0)[1] for worker in workers)
    return True


def name_of(mutant: Mutant) -> str:
    """Return the dotted name of the function that a mutant changes."""
    return f"{mutant['module']}.{mutant['function']}"


def tests_by_function(items: list[pytest.Item]) -> tuple[dict[str, list[int]], list[float]]:
    """Run every test once; all must pass.

    Returns:
        The indexes of the tests that call each function, fastest first, and the CPU seconds of each test.
    """
    tests: dict[str, list[int]] = defaultdict(list)
    seconds = []
    for index, item in enumerate(items):
        clear_caches()
        called: set[str] = set()

        def note(frame: FrameType, event: str, _: object, called: set[str] = called) -> None:
            module = frame.f_globals.get("__name__", "")
            if event == "call" and module.startswith(PACKAGES):
                called.add(f"{module}.{frame.f_code.co_qualname}")

        begun = cpu_seconds()
        sys.setprofile(note)
        failed = fails(item)
        sys.setprofile(None)
        if failed:
            pytest.exit(f"without any mutant this fails: {item.nodeid}", returncode=1)
        seconds.append(cpu_seconds() - begun)
        for function in called:
            tests[function].append(index)
    return {name: sorted(indexes, key=lambda i: seconds[i]) for name, indexes in tests.items()}, seconds


def cpu_seconds() -> float:
    """Return the CPU seconds that this process has used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def results(
    items: list[pytest.Item], mutants: list[Mutant], tests: list[int], seconds: list[float]
) -> Iterator[tuple[str, str, str]]:
    """Yield the key of each mutant of one function, its result, and the test that killed it."""
    limit = LIMIT_SECONDS + LIMIT_FACTOR * sum(seconds[test] for test in tests)
    table = f"test_{mutants[0]['module'].rpartition('.')[2]}.py"
    tests = sorted(tests, key=lambda test: table not in items[test].nodeid)
    for mutant in mutants:
        tests = sorted(tests, key=lambda test: items[test].nodeid != mutant["killed_by"])
        result, killer = result_of(items, mutant, tests, limit) if tests else ("no test", None)
        if killer is not None:
            tests = [killer, *(test for test in tests if test != killer)]
        yield mutant["key"], result, "" if killer is None else items[killer].nodeid


def result_of(
    items: list[pytest.Item], mutant: Mutant, tests: list[int], limit: float
) -> tuple[str, int | None]:
    """Test one mutant in a process of its own, for at most `limit` CPU seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.setitimer(signal.ITIMER_VIRTUAL, limit)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        with contextlib.suppress(BaseException):
            os.write(writing, first_failing(items, mutant, tests).encode())
            os._exit(0)
        os._exit(BROKEN)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        killer = pipe.read()
    if os.WIFSIGNALED(status):
        return ("timeout" if os.WTERMSIG(status) == signal.SIGVTALRM else "killed"), None
    if os.WEXITSTATUS(status) == BROKEN:
        return "broken", None
    return ("killed", int(killer)) if killer else ("survived", None)


def first_failing(items: list[pytest.Item], mutant: Mutant, tests: list[int]) -> str:
    """Return the index of the first test that fails on a mutant, or an empty text if none does."""
    apply(mutant)
    return next((str(test) for test in tests if fails(items[test])), "")


def apply(mutant: Mutant) -> None:
    """Give the function the mutant's code and defaults; every module that imported it then has them."""
    path = mutant["function"].split(".")
    module = importlib.import_module(mutant["module"])
    function = unwrapped(reduce(lambda holder, name: vars(holder)[name], path, module))
    source = textwrap.dedent(mutant["source"])
    if len(path) > 1:  # inside a class of that name, for `super()` and names that begin with two underscores
        source = f"class {path[0]}:\n{textwrap.indent(source, '    ')}"
    namespace: dict[str, Any] = {}
    code = compile(source, module.__file__ or "", "exec", FUTURE_ANNOTATIONS)
    exec(code, module.__dict__, namespace)
    changed = next(iter(namespace.values()))
    if len(path) > 1:
        changed = next(value for name, value in vars(changed).items() if "__mutmut_" in name)
    changed = unwrapped(changed)
    function.__code__, function.__defaults__ = changed.__code__, changed.__defaults__
    function.__kwdefaults__ = changed.__kwdefaults__
    clear_caches()


def unwrapped(value: Any) -> FunctionType:
    """Return the function in a class method, a property or a cache."""
    for name in ("__func__", "fget", "__wrapped__"):
        value = getattr(value, name, value)
    assert isinstance(value, FunctionType), value
    return value


def clear_caches() -> None:
    """Empty every cache of the rules; a function behind a warm cache would not be called."""
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGES):
            values = [*vars(module).values()]
            values += [item for kind in values if isinstance(kind, type) for item in vars(kind).values()]
            for value in values:
                cache = getattr(value, "__func__", value)
                if isinstance(cache, _lru_cache_wrapper):
                    cache.cache_clear()


def fails(item: Any) -> bool:
    """Return whether one test fails; no report is made, which would cost more than the test."""
    item._initrequest()
    try:
        item.session._setupstate.setup(item)
        item.runtest()
    except pytest.skip.Exception:
        return False
    except BaseException:  # noqa: BLE001 - whatever a mutant raises is a failure
        return True
    finally:
        item.session._setupstate.teardown_exact(None)
    return False
