"""Slow-changing facts that a process keeps, each under the version it was read at (docs/decisions/0055)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Generic, TypeVar

from foundation.database.tables.versions import CATALOGUE, COUNTY, PROVIDER

Fact = TypeVar("Fact")
Versions = dict[int, str]


def read_versions(rows: Iterable[Any]) -> dict[int, Versions]:
    """Versions by kind and key; a thing without rows of its own yet has none, and is read each time.

    They are asked for before the facts, so that no fact is older than its version.
    """
    found: dict[int, Versions] = {PROVIDER: {}, COUNTY: {}, CATALOGUE: {}}
    for kind, key, version in rows:
        found[kind][key] = version
    return found


class KeptFacts(Generic[Fact]):
    """Facts by key, kept while their version stays the same; the least lately used go first.

    Versions are random, so one process may serve several databases.
    """

    def __init__(self, read: Callable[[Any, list[int]], dict[int, Fact]], *, most: int) -> None:
        """`read(session, keys)` reads facts from the book; at most `most` are kept."""
        self._read = read
        self._most = most
        self._kept: OrderedDict[str, Fact] = OrderedDict()
        self._lock = Lock()

    def of(self, session: Any, keys: Iterable[int], versions: Versions) -> dict[int, Fact]:
        """The facts of these keys, read only where their version is new."""
        wanted = sorted(set(keys))
        found = {key: fact for key in wanted if (fact := self._look_up(versions.get(key))) is not None}
        if missing := [key for key in wanted if key not in found]:
            read = self._read(session, missing)
            for key, fact in read.items():
                self._keep(versions.get(key), fact)
            found |= read
        return found

    def _look_up(self, version: str | None) -> Fact | None:
        with self._lock:
            if version is None or version not in self._kept:
                return None
            self._kept.move_to_end(version)
            return self._kept[version]

    def _keep(self, version: str | None, fact: Fact) -> None:
        if version is None:
            return
        with self._lock:
            self._kept[version] = fact
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
