"""A small load generator: client processes, each with one connection that stays open."""

from __future__ import annotations

import json
import multiprocessing
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from random import uniform
from time import perf_counter, sleep

START_SECONDS = 120
RUN_SECONDS = 900
"""When a client fails, the others stop waiting after these times."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as bytes, and the status that its response must have."""

    content: bytes
    status: int


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The responses to all clients: the seconds that all took, and the seconds of each in ascending order."""

    seconds: float
    latencies: tuple[float, ...]
    largest_bytes: int

    @property
    def rate(self) -> float:
        """Responses per second."""
        return len(self.latencies) / self.seconds

    def at(self, share: float) -> float:
        """Return a percentile of the latency in milliseconds; `share` 0.95 is p95."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))] * 1000


def make_request(
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: object = None,
    status: int = 200,
) -> Request:
    """Return a request with its body as JSON."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = {"Host": "bench", **(headers or {})}
    if body is not None:
        lines |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return Request(head.encode() + b"\r\n" + content, status)


def run_load(
    port: int, parts: Sequence[Sequence[Request]], *, warm: int = 20, pause: float = 0
) -> LoadResult:
    """Send each part by a client of its own, all clients at the same time, and measure.

    Args:
        port: Where the program listens on this machine.
        parts: The requests of each client.
        warm: How many first responses of each client are not counted.
        pause: Seconds between two requests of a client at least; at most half as much again.
    """
    processes = multiprocessing.get_context("fork")
    start, results = processes.Barrier(len(parts) + 1, timeout=START_SECONDS), processes.Queue()
    clients = [
        processes.Process(target=_client, args=(port, part, warm, pause, start, results)) for part in parts
    ]
    for client in clients:
        client.start()
    start.wait()
    begun = perf_counter()
    measured = [results.get(timeout=RUN_SECONDS) for _ in clients]
    seconds = perf_counter() - begun
    for client in clients:
        client.join()
    latencies = sorted(latency for latencies, _ in measured for latency in latencies)
    return LoadResult(seconds, tuple(latencies), max(size for _, size in measured))


def _client(
    port: int,
    part: Sequence[Request],
    warm: int,
    pause: float,
    start: Barrier,
    results: Queue[tuple[list[float], int]],
) -> None:
    connection = Connection(port)
    for request in part[:warm]:
        connection.send(request)
    start.wait()
    latencies = []
    largest = 0
    for request in part[warm:]:
        if pause:
            sleep(pause * uniform(1, 1.5))
        begun = perf_counter()
        size = connection.send(request)
        latencies.append(perf_counter() - begun)
        largest = max(largest, size)
    results.put((latencies, largest))


class Connection:
    """One HTTP/1.1 connection that stays open."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def send(self, request: Request) -> int:
        """Send one request, read its response, and return the size of the body in bytes."""
        self.socket.sendall(request.content)
        while b"\r\n\r\n" not in self.buffer:
            self._receive()
        head, _, rest = self.buffer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        self.buffer = rest
        while len(self.buffer) < length:
            self._receive()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        assert int(head[9:12]) == request.status, (head, body)
        return length

    def _receive(self) -> None:
        received = self.socket.recv(1 << 20)
        if not received:
            raise ConnectionError("the server closed the connection")
        self.buffer += received
