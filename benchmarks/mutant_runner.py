"""A pytest plugin that asks mutants: pytest -p benchmarks.mutant_runner --mutants mutants.json tests/rules

The tests are collected once, on the rules as they are. A first round notes which tests reach which function,
and that all pass. Then every mutant is asked in a fork of that process, where its function has the mutant's
code; only the tests of the function run: first the one that caught it the last time and those that caught its
siblings, then those of the file's own table, then the quick ones.
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

PACKAGE = "clearing.rules."
ANNOTATIONS_UNREAD = annotations.compiler_flag  # as the import above says of this file
LIMIT_SECONDS, LIMIT_FACTOR = 5.0, 20.0
MEMORY_BYTES = 4 << 30
BROKEN = 9
Mutant = Mapping[str, str]
"""`key`, the dotted `function` within the package, the changed `source`, and the test it was `caught_by`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The list of mutants, and how many are asked at a time."""
    parser.addoption("--mutants", type=Path)
    parser.addoption("--workers", type=int, default=2)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Ask every mutant instead of running the tests for their own sake; fates are lines beside the list."""
    listed: Path = session.config.getoption("mutants")
    count: int = session.config.getoption("workers")
    by_function = defaultdict(list)
    for mutant in json.loads(listed.read_text("utf-8")):
        by_function[mutant["function"]].append(mutant)
    tests, seconds = reached(session.items)
    gc.freeze()  # a fork should not copy what the collector would otherwise mark
    workers = []
    for number in range(count):
        if worker := os.fork():
            workers.append(worker)
            continue
        with listed.with_suffix(f".{number}.told").open("w") as told:
            for function in list(by_function)[number::count]:
                for line in fates(session.items, by_function[function], tests.get(function, []), seconds):
                    print(json.dumps(line), file=told, flush=True)
        os._exit(0)
    session.testsfailed += sum(os.waitpid(worker, 0)[1] for worker in workers)
    return True


def reached(items: list[pytest.Item]) -> tuple[dict[str, list[int]], list[float]]:
    """Which tests reach which function, quick ones first, and how long each takes; every test must pass."""
    tests: dict[str, list[int]] = defaultdict(list)
    seconds = []
    for place, item in enumerate(items):
        forget_answers()
        found: set[str] = set()

        def note(frame: FrameType, event: str, _: object, found: set[str] = found) -> None:
            module = frame.f_globals.get("__name__", "")
            if event == "call" and module.startswith(PACKAGE):
                found.add(f"{module.removeprefix(PACKAGE)}.{frame.f_code.co_qualname}")

        begun = computed()
        sys.setprofile(note)
        failed = fails(item)
        sys.setprofile(None)
        if failed:
            pytest.exit(f"without any mutant this fails: {item.nodeid}", returncode=1)
        seconds.append(computed() - begun)
        for function in found:
            tests[function].append(place)
    return {name: sorted(places, key=lambda p: seconds[p]) for name, places in tests.items()}, seconds


def computed() -> float:
    """Seconds of computing so far, in this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def fates(
    items: list[pytest.Item], mutants: list[Mutant], places: list[int], seconds: list[float]
) -> Iterator[tuple[str, str, str]]:
    """What becomes of the mutants of one function, and which test caught each."""
    limit = LIMIT_SECONDS + LIMIT_FACTOR * sum(seconds[place] for place in places)
    table = f"test_{mutants[0]['function'].partition('.')[0]}.py"
    places = sorted(places, key=lambda place: table not in items[place].nodeid)
    for mutant in mutants:
        places = sorted(places, key=lambda place: items[place].nodeid != mutant["caught_by"])
        fate, place = asked(items, mutant, places, limit) if places else ("no test", None)
        if place is not None:
            places = [place, *(other for other in places if other != place)]
        yield mutant["key"], fate, "" if place is None else items[place].nodeid


def asked(
    items: list[pytest.Item], mutant: Mutant, places: list[int], limit: float
) -> tuple[str, int | None]:
    """Ask one mutant in a process of its own, for at most so many seconds of computing."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.setitimer(signal.ITIMER_VIRTUAL, limit)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        with contextlib.suppress(BaseException):
            os.write(writing, caught_by_first(items, mutant, places).encode())
            os._exit(0)
        os._exit(BROKEN)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as told:
        caught_by = told.read()
    if os.WIFSIGNALED(status):
        return ("timeout" if os.WTERMSIG(status) == signal.SIGVTALRM else "killed"), None
    if os.WEXITSTATUS(status) == BROKEN:
        return "broken", None
    return ("killed", int(caught_by)) if caught_by else ("survived", None)


def caught_by_first(items: list[pytest.Item], mutant: Mutant, places: list[int]) -> str:
    """The place of the first test that fails on a mutant; empty where none does."""
    put_in_place(mutant)
    return next((str(place) for place in places if fails(items[place])), "")


def put_in_place(mutant: Mutant) -> None:
    """Give the function the mutant's code and defaults; whoever imported the function has the mutant then."""
    module_name, *path = mutant["function"].split(".")
    module = importlib.import_module(PACKAGE + module_name)
    function = plain(reduce(lambda holder, name: vars(holder)[name], path, module))
    source = textwrap.dedent(mutant["source"])
    if len(path) > 1:  # in a class of that name, for `super()` and names that begin with two underscores
        source = f"class {path[0]}:\n{textwrap.indent(source, '    ')}"
    made: dict[str, Any] = {}
    code = compile(source, module.__file__ or "", "exec", ANNOTATIONS_UNREAD)
    exec(code, module.__dict__, made)
    changed = next(iter(made.values()))
    if len(path) > 1:
        changed = next(one for name, one in vars(changed).items() if "__mutmut_" in name)
    changed = plain(changed)
    function.__code__, function.__defaults__ = changed.__code__, changed.__defaults__
    function.__kwdefaults__ = changed.__kwdefaults__
    forget_answers()


def plain(found: Any) -> FunctionType:
    """The function in a class method, a property or a cache."""
    for name in ("__func__", "fget", "__wrapped__"):
        found = getattr(found, name, found)
    assert isinstance(found, FunctionType), found
    return found


def forget_answers() -> None:
    """Empty every cache of the rules: behind a full one a function would not be asked."""
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGE):
            held = [*vars(module).values()]
            held += [one for kind in held if isinstance(kind, type) for one in vars(kind).values()]
            for one in held:
                cache = getattr(one, "__func__", one)
                if isinstance(cache, _lru_cache_wrapper):
                    cache.cache_clear()


def fails(item: Any) -> bool:
    """Run one test without its report, which would cost more than the test."""
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
