"""Bombs: hostile files, four at once. The server stays alive, small and quick."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Event, Thread
from time import monotonic
from urllib.parse import urlsplit

import psutil

from benchmarks.programme.bomb_files import Bomb, bombs
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Instance

AT_ONCE = 4
MOST_SECONDS = 3.0
MOST_MIB = 200
_SAMPLE_SECONDS = 0.02
_MIB = 1 << 20


def check_bombs(instance: Instance, *, kinds: int | None = None, most_seconds: float = MOST_SECONDS) -> str:
    """Send the files, four at once. Each is refused by its code in 3 s; the processes take 200 MiB at most.

    Raises:
        CheckFailedError: An answer was late or had another status, or the server died or took more memory.
    """
    assert instance.server is not None
    key = str(instance.person("provider_biller")["api_key"])
    files = bombs()[:kinds]
    server = psutil.Process(instance.server.process.pid)
    _send(instance.url(), key, Bomb("a small file", b"reference;voucher\n1;2\n"))
    idle = _tree_bytes(server)
    with _peak(server) as peak, ThreadPoolExecutor(AT_ONCE) as pool:
        times = list(pool.map(lambda bomb: _send(instance.url(), key, bomb), files))
    require(not instance.is_dead(), "the server died")
    over = (peak[0] - idle) / _MIB
    slowest = max(times)
    pairs = zip(files, times, strict=True)
    late = [f"{bomb.name}: {time:.1f} s" for bomb, time in pairs if time > most_seconds]
    kept = (_tree_bytes(server) - idle) / _MIB
    sizes = f"{over:.0f} MiB over idle, {kept:.0f} kept"
    require(not late, f"late: {', '.join(late)}; {sizes}")
    require(over <= MOST_MIB, sizes)
    return f"{len(files)} files refused, the slowest in {slowest:.1f} s; {sizes}"


def _send(url: str, key: str, bomb: Bomb) -> float:
    """Send a file; return the seconds to its answer, which must be a refusal."""
    begun = monotonic()
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/octet-stream",
        "Idempotency-Key": f"bomb-{bomb.name}-{begun}".replace(" ", "-"),
    }
    connection.request("POST", "/api/v1/charge-files", bomb.data, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    expected = (200, 201, 413, 422) if bomb.may_be_read else (413, 422)
    require(answer.status in expected, f"{bomb.name}: {answer.status}")
    return monotonic() - begun


def _tree_bytes(server: psutil.Process) -> int:
    """Return the resident memory of the process and its children."""
    total = 0
    for process in (server, *server.children(recursive=True)):
        try:
            if "postgres" not in process.name():
                total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


@contextmanager
def _peak(server: psutil.Process) -> Iterator[list[int]]:
    """Yield a list whose element is the most memory that was seen meanwhile."""
    peak, is_over = [0], Event()

    def watch() -> None:
        while not is_over.wait(_SAMPLE_SECONDS):
            peak[0] = max(peak[0], _tree_bytes(server))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        is_over.set()
        thread.join()
