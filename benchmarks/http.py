"""S2b: one charge over HTTP, beside one indexed SELECT by the same server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.county import BenchCounty
from benchmarks.figures import (
    Figure,
    at_least,
    cpu_seconds,
    cpu_seconds_of_database,
    peak_mib,
    within,
)
from benchmarks.load import LoadResult, Request, make_request, run_load
from benchmarks.served import API_KEY, BARE_PATH, Served, served

TURNS = 3
"""Bare and charging turns alternate, so that other work on the machine affects both equally."""

LEAST_SHARE, MOST_P99 = 0.6, 4


@dataclass(frozen=True, slots=True)
class Seen:
    """The responses, and the milliseconds of processor time of the server and the database per response.

    Other work on the machine hardly changes the processor time.
    """

    result: LoadResult
    server_ms: float
    database_ms: float

    @property
    def cost(self) -> str:
        """The processor time as text."""
        return f"{self.server_ms + self.database_ms:.2f} ms ({self.server_ms:.2f} + {self.database_ms:.2f})"


@dataclass(frozen=True, slots=True)
class Compared:
    """The results of the bare endpoint and of charges, over all turns."""

    bare: Seen
    charges: Seen


def measure(
    county: BenchCounty, folder: Path, database: Path, *, first: int, charges: int, clients: tuple[int, ...]
) -> list[Figure]:
    """Return the figures for each number of clients.

    For each, `charges` charges are sent, numbered from `first`. `database` is the database server's folder.
    """
    figures = []
    with served(county.url, folder) as server:
        for width in clients:
            figures += _figures(width, compare(county, server, database, first, charges, width))
            first += charges
        figures.append(Figure("S2b peak memory of the server", f"{peak_mib(server.pid):.0f} MiB"))
    return figures


def compare(
    county: BenchCounty, server: Served, database: Path, first: int, charges: int, clients: int
) -> Compared:
    """Measure bare requests and charges in alternating turns."""
    share = charges // TURNS // clients
    bare, charging = [], []
    for _ in range(TURNS):
        bare.append(
            measure_turn(server, database, [_looks(county, client, share) for client in range(clients)])
        )
        sent = [_charges(county, first + client * share, share) for client in range(clients)]
        charging.append(measure_turn(server, database, sent))
        first += share * clients
    return Compared(join_turns(bare), join_turns(charging))


def measure_turn(server: Served, database: Path, parts: list[list[Request]], *, pause: float = 0) -> Seen:
    """Send each part by a client of its own, and measure the responses and the processor time."""
    begun = cpu_seconds(server.pid), cpu_seconds_of_database(database)
    result = run_load(server.port, parts, warm=min(5, len(parts[0]) // 4), pause=pause)
    thousands = sum(map(len, parts)) / 1000
    return Seen(
        result,
        (cpu_seconds(server.pid) - begun[0]) / thousands,
        (cpu_seconds_of_database(database) - begun[1]) / thousands,
    )


def _looks(county: BenchCounty, client: int, count: int) -> list[Request]:
    return [
        make_request("GET", f"{BARE_PATH}{1 + (client * count + n) % county.fundings}") for n in range(count)
    ]


def _charges(county: BenchCounty, first: int, count: int) -> list[Request]:
    key = {"Authorization": f"Bearer {API_KEY}"}
    return [
        make_request(
            "POST",
            "/api/v1/charges",
            headers={**key, "Idempotency-Key": f"B-{number}"},
            body=county.charge(number),
            status=201,
        )
        for number in range(first, first + count)
    ]


def join_turns(turns: list[Seen]) -> Seen:
    """Return the results of several turns as one."""
    result = [turn.result for turn in turns]
    latencies = sorted(latency for turn in result for latency in turn.latencies)
    seconds, largest = sum(turn.seconds for turn in result), max(turn.largest_bytes for turn in result)
    return Seen(
        LoadResult(seconds, tuple(latencies), largest),
        sum(turn.server_ms for turn in turns) / len(turns),
        sum(turn.database_ms for turn in turns) / len(turns),
    )


def _figures(width: int, seen: Compared) -> list[Figure]:
    ours, bare = seen.charges.result, seen.bare.result
    costs = [timing.server_ms + timing.database_ms for timing in (seen.charges, seen.bare)]
    return [
        at_least(
            f"S2b one charge by HTTP, {width} clients",
            f"{ours.rate:,.0f}/s",
            ours.rate / bare.rate,
            LEAST_SHARE,
            f"≥ {LEAST_SHARE} ×",
            f"bare {bare.rate:,.0f}/s",
        ),
        within(
            f"S2b p99, {width} clients",
            f"{ours.at(0.99):.1f} ms",
            ours.at(0.99) / bare.at(0.99),
            MOST_P99,
            f"≤ {MOST_P99} ×",
            f"bare {bare.at(0.99):.1f} ms",
        ),
        Figure(
            f"S2b processor time (server + database), {width} clients",
            seen.charges.cost,
            f"bare {seen.bare.cost}",
            f"{costs[1] / costs[0]:.2f} ×",
        ),
    ]
