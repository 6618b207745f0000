"""S6: a file of charges through the API: answered at once, then watched until every row is decided."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from benchmarks.county import BenchCounty
from benchmarks.figures import Figure, cpu_seconds, memory_mib, peak_mib, with_children, within
from benchmarks.served import API_KEY, served

MOST_SECONDS, MOST_MIB = 20, 300
LOOK_EVERY_SECONDS = 0.25
GIVE_UP_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Taken:
    """The time of a file, the progress steps seen, and the server's memory (MiB) and processor time.

    Memory and processor time include the processes that the server started.
    """

    seconds: float
    steps: int
    memory_mib: float
    cpu_seconds: float


def measure(county: BenchCounty, folder: Path, *, first: int, rows: int) -> list[Figure]:
    """Return the figures of a file of `rows` charges, numbered from `first`."""
    data = charge_file(county, first, rows)
    with served(county.url, folder) as server:
        call(server.port, "GET", "/api/v1/charges?page_size=1")
        base, used = memory_mib(server.pid), cpu_seconds(server.pid)
        seconds, steps, _file = take_in(server.port, data)
        memory, since = (with_children(measure, server.pid) for measure in (peak_mib, cpu_seconds))
        taken = Taken(seconds, steps, memory - base, since - used)
    most = MOST_SECONDS * rows / 100_000
    name = f"S6 file of {rows:,} rows by HTTP"
    return [
        within(
            name,
            f"{taken.seconds:.1f} s",
            taken.seconds / most,
            1,
            f"≤ {most:.0f} s",
            f"server's own {taken.cpu_seconds:.1f} s",
        ),
        within(
            "S6 memory over the server's own",
            f"{taken.memory_mib:.0f} MiB",
            taken.memory_mib / MOST_MIB,
            1,
            f"≤ {MOST_MIB} MiB",
            f"{MOST_MIB} MiB",
        ),
        Figure("S6 progress seen", f"{taken.steps} steps", goal="≥ 3 steps", reached=taken.steps >= 3),
    ]


def charge_file(county: BenchCounty, first: int, rows: int) -> bytes:
    """Return a charge file with Omatori's own columns."""
    header = ";".join(county.charge(first))
    lines = (";".join(map(str, county.charge(number).values())) for number in range(first, first + rows))
    return "\n".join([header, *lines, ""]).encode()


def take_in(port: int, data: bytes, *, refused: int = 0) -> tuple[float, int, int]:
    """Send the file and poll it until it is done; return the seconds, the progress steps seen and its id."""
    begun = perf_counter()
    sent = call(port, "POST", "/api/v1/charge-files", data)
    seen: set[int] = set()
    while perf_counter() - begun < GIVE_UP_SECONDS:
        now = call(port, "GET", f"/api/v1/charge-files/{sent['id']}?page_size=1")
        if now["state"] == "done":
            assert now["accepted"] + refused == now["rows"] == sent["rows"], now
            assert now["refused"] == refused, now
            return perf_counter() - begun, len(seen), int(sent["id"])
        assert now["state"] != "failed", now
        seen.add(now["rows_done"])
        sleep(LOOK_EVERY_SECONDS)
    raise TimeoutError("the file was not taken in")


def call(port: int, method: str, path: str, data: bytes | None = None) -> Any:
    """Call the API and return its answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=GIVE_UP_SECONDS)
    headers = {"Authorization": f"Bearer {API_KEY}"}
    if data is not None:
        headers |= {"Content-Type": "text/csv", "Prefer": "respond-async"}
    connection.request(method, path, data, headers)
    answer = connection.getresponse()
    sent = answer.read()
    body = json.loads(sent) if "json" in answer.headers["Content-Type"] else sent
    connection.close()
    assert answer.status in (200, 202), body
    return body
