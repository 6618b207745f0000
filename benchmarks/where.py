"""Where the time goes: the dearest functions and the dearest statements of one profiled slice."""

from __future__ import annotations

import cProfile
import pstats
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from benchmarks.clearing import BILLER
from benchmarks.county import NOW, BenchCounty
from clearing.charges.actions.take_in_charges import take_in_charges
from foundation.database.session import make_sessions

SHOWN = 12
ROOT = Path(__file__).resolve().parents[1]
TIMED = re.compile(r"duration: ([0-9.]+) ms  (?:execute [^:]*|statement|parse [^:]*|bind [^:]*): (.*)")


@dataclass(frozen=True, slots=True)
class Dear:
    """A function or a statement: its share of the whole, and its own milliseconds and times."""

    name: str
    share: float
    milliseconds: float
    calls: int


def show(
    console: Console, county: BenchCounty, server_log: Path, *, first: int, singles: int, batch: int
) -> None:
    """Print the dearest of `singles` charges one by one, and of one call with `batch`."""
    with county.engine.begin() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET log_min_duration_statement = 0'))
    county.engine.dispose()
    for title, calls, size in (
        (f"{singles} charges one by one", singles, 1),
        (f"{batch:,} charges in one call", 1, batch),
    ):
        begun = server_log.stat().st_size
        functions = _profiled(county, first, calls, size)
        first += calls * size
        with server_log.open("rb") as log:
            log.seek(begun)
            statements = _statements(log.read().decode(errors="replace"))
        _print(console, f"Functions: {title}", functions)
        _print(console, f"Statements: {title}", statements)
    with county.engine.begin() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" RESET log_min_duration_statement'))
    county.engine.dispose()


def _profiled(county: BenchCounty, first: int, calls: int, size: int) -> list[Dear]:
    sessions, profile = make_sessions(county.engine), cProfile.Profile()
    for call in range(calls):
        begin = first + call * size
        sent = [county.charge(number) for number in range(begin, begin + size)]
        with sessions.begin() as session:
            profile.enable()
            take_in_charges(session, provider_id=1, sent=sent, actor=BILLER, now=NOW)
            session.commit()
            profile.disable()
    rows = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    found = [(_name(*where), own * 1000, times) for where, (_, times, own, _, _) in rows.items()]
    return _dearest(found)


def _name(file: str, line: int, function: str) -> str:
    place = file.partition("site-packages/")[2] or file.removeprefix(f"{ROOT}/")
    return function if file == "~" else f"{place}:{line} {function}"


def _statements(log: str) -> list[Dear]:
    spent: defaultdict[str, float] = defaultdict(float)
    times: Counter[str] = Counter()
    for milliseconds, statement in TIMED.findall(log.replace("\n\t", " ")):
        words = " ".join(statement.split())[:90]
        spent[words] += float(milliseconds)
        times[words] += 1
    return _dearest([(words, spent[words], times[words]) for words in spent])


def _dearest(found: list[tuple[str, float, int]]) -> list[Dear]:
    whole = sum(milliseconds for _, milliseconds, _ in found) or 1
    found.sort(key=lambda part: -part[1])
    return [Dear(name, spent / whole, spent, calls) for name, spent, calls in found[:SHOWN]]


def _print(console: Console, title: str, dearest: list[Dear]) -> None:
    table = Table(title=title)
    for name in ("Share", "ms", "Calls", "What"):
        table.add_column(name, justify="left" if name == "What" else "right")
    for part in dearest:
        table.add_row(f"{part.share:.0%}", f"{part.milliseconds:,.1f}", f"{part.calls:,}", part.name)
    console.print(table)
