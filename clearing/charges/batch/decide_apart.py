"""Have slices decided in a process of their own, so that both cores work on one transaction.

The rules are pure: they need no connection. While that process decides a slice, this one stores the slice
before and asks for the facts of the one after (docs/decisions/0080). Where no such process can be had, or it
dies, the slices are decided here: the same code in another place.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Lock

from clearing.charges.batch.decide_slice import DecidedSlice, SliceTask, decide_slice
from clearing.charges.batch.deciding_process import get, put
from clearing.charges.facts.book import ReferenceData

log = logging.getLogger(__name__)

SLOTS = 2
"""Slices under way at a time: one is decided while another is stored or asked for. More would only cost
memory."""

MOST_PROCESSES = 2
"""More batches than this at the same time: the others are decided where they are stored."""

FEWEST_TO_START = 8_000
"""For fewer charges no process is started: that takes as long as deciding some 5,000. One that is idle takes
any batch."""

CLOSE_SECONDS = 5

_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from clearing.charges.batch.deciding_process import serve
serve([int(slot) for slot in sys.argv[2:]])
"""


class ProcessDied(Exception):
    """The deciding process is no more; what it had in hand is to be decided elsewhere."""


class DecidingProcess:
    """A running process that decides slices in the order handed over, at most `SLOTS` at a time.

    It is a program of its own, not a fork: the server has threads. Nor does it import the main program, as
    `multiprocessing` would: it needs the rules and no more, which is a third of the memory.
    """

    def __init__(self) -> None:
        """Start it. Raises OSError or AttributeError where the system cannot."""
        self._slots = [os.memfd_create("slice") for _ in range(SLOTS)]
        self._next = 0
        self._slow: ReferenceData | None = None
        command = [sys.executable, "-c", _PROGRAM, json.dumps(sys.path), *map(str, self._slots)]
        pipe = subprocess.PIPE
        try:
            self._program = subprocess.Popen(
                command, stdin=pipe, stdout=pipe, bufsize=0, pass_fds=self._slots
            )
        except OSError:
            self._close_slots()
            raise

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._program.pid

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._program.poll() is None

    def hand_over(self, task: SliceTask) -> int:
        """Hand a slice over, the slow facts only when they are other than before; its size in bytes.
        Raises ProcessDied."""
        is_known = task.reference_data == self._slow
        self._slow = task.reference_data
        packed = pickle.dumps(
            replace(task, reference_data=None) if is_known else task, pickle.HIGHEST_PROTOCOL
        )
        slot, self._next = self._next, (self._next + 1) % SLOTS
        put(self._slots[slot], packed)
        assert self._program.stdin is not None
        try:
            self._program.stdin.write(b"%d %d\n" % (slot, len(packed)))
        except OSError as error:
            raise ProcessDied from error
        return len(packed)

    def take_back(self) -> DecidedSlice:
        """Wait for the slice handed over first. Raises ProcessDied, or what deciding raised."""
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        if not line.endswith(b"\n"):
            raise ProcessDied
        slot, size, is_well = map(int, line.split())
        came_to = pickle.loads(get(self._slots[slot], size))  # noqa: S301  # from our own process
        if is_well:
            decided: DecidedSlice = came_to
            return decided
        error, trace = came_to
        raise error from RuntimeError(f"in the deciding process:\n{trace}")

    def end(self) -> None:
        """End it, whatever it is doing."""
        for pipe in (self._program.stdin, self._program.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()
        self._program.kill()
        self._program.wait()
        self._close_slots()

    def _close_slots(self) -> None:
        for slot in self._slots:
            os.close(slot)


class Desk:
    """Where the slices of one batch are decided, in the order handed over."""

    def __init__(self, process: DecidingProcess | None) -> None:
        self.process = process
        self._under_way: deque[SliceTask] = deque()

    @property
    def most(self) -> int:
        """How many slices may be under way: here there is nothing to be gained by more than one."""
        return SLOTS if self.process is not None else 1

    def hand_over(self, task: SliceTask) -> None:
        """Have a slice decided."""
        self._under_way.append(task)
        if self.process is not None:
            try:
                self.process.hand_over(task)
            except ProcessDied:
                self._go_on_here()

    def take_back(self) -> DecidedSlice:
        """What the slice handed over first came to. Raises what deciding it raised."""
        task = self._under_way.popleft()
        if self.process is not None:
            try:
                return self.process.take_back()
            except ProcessDied:
                self._go_on_here()
        return decide_slice(task)

    def _go_on_here(self) -> None:
        log.warning("the deciding process has died; its batch is decided in the calling process")
        if self.process is not None:
            _PROCESSES.drop(self.process)
        self.process = None


@contextmanager
def a_desk(charges: int) -> Iterator[Desk]:
    """A desk for a batch of so many charges. A process whose batch came to nothing is not used again."""
    desk = Desk(_PROCESSES.take(may_start=charges >= FEWEST_TO_START))
    try:
        yield desk
    except BaseException:
        if desk.process is not None:
            _PROCESSES.drop(desk.process)
        raise
    if desk.process is not None:
        _PROCESSES.give_back(desk.process)


class _Processes:
    """The deciding processes of this one: one that is idle stays warm for the next batch."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: list[DecidingProcess] = []
        self._running = 0

    def take(self, *, may_start: bool) -> DecidingProcess | None:
        """An idle process, or a new one; None where none may or can be started, or enough are running."""
        with self._lock:
            while self._idle:
                if (process := self._idle.pop()).is_alive():
                    return process
                self._end(process)
            if not may_start or self._running >= MOST_PROCESSES:
                return None
            try:
                process = DecidingProcess()
            except (OSError, AttributeError):
                log.warning("no deciding process: a batch is decided in the calling process", exc_info=True)
                return None
            self._running += 1
            return process

    def give_back(self, process: DecidingProcess) -> None:
        """Keep it for the next batch."""
        with self._lock:
            self._idle.append(process)

    def drop(self, process: DecidingProcess) -> None:
        """End it."""
        with self._lock:
            self._end(process)

    def end_idle(self) -> None:
        """End those that nobody uses."""
        with self._lock:
            while self._idle:
                self._end(self._idle.pop())

    def forget(self) -> None:
        """In a fork of this process: it must not speak to the processes of its parent."""
        self._lock, self._idle, self._running = Lock(), [], 0

    def _end(self, process: DecidingProcess) -> None:
        self._running -= 1
        process.end()


_PROCESSES = _Processes()
atexit.register(_PROCESSES.end_idle)
os.register_at_fork(after_in_child=_PROCESSES.forget)
