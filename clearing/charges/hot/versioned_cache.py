"""Keep facts that seldom change in the process, each under the version at which it was read.

The database renews a version by trigger whenever the fact changes (docs/decisions/0055).
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Generic, TypeVar

Fact = TypeVar("Fact")
Versions = dict[int, str]
"""The current version of each fact of one kind, by the fact's key. A fact that never changed has none."""


class VersionedCache(Generic[Fact]):
    """Facts of one kind by version; the least recently used are dropped first.

    Versions are random, so one process may serve several databases.
    """

    def __init__(self, read: Callable[[Any, list[int]], dict[int, Fact]], *, max_size: int) -> None:
        """Read missing facts with `read(session, keys)`; keep at most `max_size` of them."""
        self._read = read
        self._max_size = max_size
        self._by_version: OrderedDict[str, Fact] = OrderedDict()
        self._lock = Lock()

    def get(self, session: Any, keys: Iterable[int], versions: Versions) -> dict[int, Fact]:
        """Return the facts of these keys; read from the database those whose version is not cached.

        The versions must have been read before, in the same transaction: no fact is then older than its
        version.
        """
        requested = sorted(set(keys))
        found = {key: fact for key in requested if (fact := self._look_up(versions.get(key))) is not None}
        if missing := [key for key in requested if key not in found]:
            read = self._read(session, missing)
            for key, fact in read.items():
                self._store(versions.get(key), fact)
            found |= read
        return found

    def _look_up(self, version: str | None) -> Fact | None:
        with self._lock:
            if version is None or version not in self._by_version:
                return None
            self._by_version.move_to_end(version)
            return self._by_version[version]

    def _store(self, version: str | None, fact: Fact) -> None:
        if version is None:
            return
        with self._lock:
            self._by_version[version] = fact
            while len(self._by_version) > self._max_size:
                self._by_version.popitem(last=False)
