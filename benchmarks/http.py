"""S2b: one charge over HTTP, beside one indexed SELECT by the same server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, at_least, peak_mib, within
from benchmarks.load import Asked, Heard, ask, request
from benchmarks.scene import Scene
from benchmarks.served import API_KEY, BARE_PATH, Served, served

TURNS = 3
"""Bare and charging turns follow each other, so that other work on the machine meets both alike."""

LEAST_SHARE, MOST_P99 = 0.6, 4


@dataclass(frozen=True, slots=True)
class Compared:
    """What was heard of the bare endpoint and of charges, all turns together."""

    bare: Heard
    charges: Heard


def measure(
    scene: Scene, folder: Path, *, first: int, charges: int, clients: tuple[int, ...]
) -> list[Figure]:
    """The figures at each number of clients; `charges` at each, numbered from `first`."""
    figures = []
    with served(scene.url, folder) as server:
        for width in clients:
            figures += _figures(width, compare(scene, server, first, charges, width))
            first += charges
        figures.append(Figure("S2b peak memory of the server", f"{peak_mib(server.pid):.0f} MiB"))
    return figures


def compare(scene: Scene, server: Served, first: int, charges: int, clients: int) -> Compared:
    """Bare requests and charges in turns."""
    share = charges // TURNS // clients
    bare, charging = [], []
    for _ in range(TURNS):
        looks = [_looks(scene, client, share) for client in range(clients)]
        bare.append(ask(server.port, looks, warm=min(5, share // 4)))
        sent = [_charges(scene, first + client * share, share) for client in range(clients)]
        charging.append(ask(server.port, sent, warm=min(5, share // 4)))
        first += share * clients
    return Compared(_together(bare), _together(charging))


def _looks(scene: Scene, client: int, count: int) -> list[Asked]:
    return [request("GET", f"{BARE_PATH}{1 + (client * count + n) % scene.fundings}") for n in range(count)]


def _charges(scene: Scene, first: int, count: int) -> list[Asked]:
    key = {"Authorization": f"Bearer {API_KEY}"}
    return [
        request(
            "POST",
            "/api/v1/charges",
            headers={**key, "Idempotency-Key": f"B-{number}"},
            body=scene.charge(number),
            status=201,
        )
        for number in range(first, first + count)
    ]


def _together(turns: list[Heard]) -> Heard:
    latencies = sorted(one for turn in turns for one in turn.latencies)
    return Heard(
        sum(turn.seconds for turn in turns), tuple(latencies), max(turn.largest_bytes for turn in turns)
    )


def _figures(width: int, seen: Compared) -> list[Figure]:
    ours, bare = seen.charges, seen.bare
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
    ]
