"""A small load generator: clients in processes of their own, each with one connection that stays open."""

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
"""A client that fails must not leave the others waiting for ever."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as bytes, and the status that it must get."""

    sent: bytes
    status: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What all clients saw: how many answers, in how long, each answer's seconds in ascending order."""

    seconds: float
    latencies: tuple[float, ...]
    largest_bytes: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def at(self, share: float) -> float:
        """The latency in milliseconds that this share of the answers stayed within."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))] * 1000


def request(
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: object = None,
    status: int = 200,
) -> Asked:
    """A request with its body as JSON."""
    sent = b"" if body is None else json.dumps(body).encode()
    lines = {"Host": "bench", **(headers or {})}
    if body is not None:
        lines |= {"Content-Type": "application/json", "Content-Length": str(len(sent))}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return Asked(head.encode() + b"\r\n" + sent, status)


def ask(port: int, parts: Sequence[Sequence[Asked]], *, warm: int = 20, pause: float = 0) -> Heard:
    """Every part by a client of its own, all at once; the first `warm` answers of each do not count.

    A client waits `pause` to one and a half times `pause` seconds between two requests.
    """
    processes = multiprocessing.get_context("fork")
    start, heard = processes.Barrier(len(parts) + 1, timeout=START_SECONDS), processes.Queue()
    clients = [
        processes.Process(target=_client, args=(port, part, warm, pause, start, heard)) for part in parts
    ]
    for client in clients:
        client.start()
    start.wait()
    begun = perf_counter()
    told = [heard.get(timeout=RUN_SECONDS) for _ in clients]
    seconds = perf_counter() - begun
    for client in clients:
        client.join()
    latencies = sorted(one for latencies, _ in told for one in latencies)
    return Heard(seconds, tuple(latencies), max(size for _, size in told))


def _client(
    port: int,
    part: Sequence[Asked],
    warm: int,
    pause: float,
    start: Barrier,
    heard: Queue[tuple[list[float], int]],
) -> None:
    connection = Connection(port)
    for asked in part[:warm]:
        connection.ask(asked)
    start.wait()
    latencies = []
    largest = 0
    for asked in part[warm:]:
        if pause:
            sleep(pause * uniform(1, 1.5))
        begun = perf_counter()
        size = connection.ask(asked)
        latencies.append(perf_counter() - begun)
        largest = max(largest, size)
    heard.put((latencies, largest))


class Connection:
    """One HTTP/1.1 connection that stays open."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting = b""

    def ask(self, asked: Asked) -> int:
        """Send one request and read its whole answer; the bytes of its body."""
        self.socket.sendall(asked.sent)
        while b"\r\n\r\n" not in self.waiting:
            self._receive()
        head, _, rest = self.waiting.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        self.waiting = rest
        while len(self.waiting) < length:
            self._receive()
        body, self.waiting = self.waiting[:length], self.waiting[length:]
        assert int(head[9:12]) == asked.status, (head, body)
        return length

    def _receive(self) -> None:
        received = self.socket.recv(1 << 20)
        if not received:
            raise ConnectionError("the server closed the connection")
        self.waiting += received
