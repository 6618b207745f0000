"""Heavy work in a request, such as the dry run of a file: few at a time, so that other requests go on.

Each request occupies a thread of the server. Without this limit eight dry runs would occupy all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic

from werkzeug.exceptions import ServiceUnavailable

MOST_AT_ONCE, MOST_WAITING = 1, 2
WAIT_SECONDS = 5.0


class HeavyWorkBusyError(ServiceUnavailable):
    """Work that cannot be done now. It is answered 503 `heavy_work_busy` with `Retry-After`."""


class HeavyWork:
    """The places for heavy work in this process. Each sender has one, at work or waiting."""

    def __init__(self, at_once: int = MOST_AT_ONCE, waiting: int = MOST_WAITING) -> None:
        self._free, self._places = at_once, at_once + waiting
        self._senders: Counter[object] = Counter()
        self._changed = Condition()

    @contextmanager
    def place(self, sender: object, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
        """Do the work in the block, after at most `wait_seconds` for a place.

        Raises:
            HeavyWorkBusyError: the sender's other work goes on, or too much of others.
        """
        with self._changed:
            if self._senders[sender] or self._senders.total() >= self._places:
                raise HeavyWorkBusyError
            self._senders[sender] += 1
            ends = monotonic() + wait_seconds
            try:
                while not self._free:
                    if not self._changed.wait(max(0, ends - monotonic())):
                        raise HeavyWorkBusyError
                self._free -= 1
            except BaseException:
                self._senders[sender] -= 1
                raise
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._senders[sender] -= 1
                self._changed.notify()

    @contextmanager
    def all_taken(self) -> Iterator[None]:
        """Send all work away during the block."""
        with self._changed:
            self._senders[self] += self._places
        try:
            yield
        finally:
            with self._changed:
                self._senders[self] -= self._places


HEAVY_WORK = HeavyWork()
"""That of this process."""
