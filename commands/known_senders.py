"""Finds out whether the sender of a large body has a key or a session, before the server reads the body."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from time import monotonic
from typing import TYPE_CHECKING, Any

from foundation.web.identity.guards import actor_or_none

if TYPE_CHECKING:
    from flask import Flask

KNOWN_SECONDS = 5.0
"""How long a sender who was found is not looked up again. One who was not found is looked up each time."""
MOST_REMEMBERED = 1_000
HEADERS = ("AUTHORIZATION", "COOKIE")
"""The headers that prove who the sender is."""
Judged = Callable[["bool | None"], None]
"""Receives whether the sender is known; None if the database did not answer."""

log = logging.getLogger(__name__)


class KnownSenders:
    """Looks up senders in a thread of its own: the thread that reads all connections never waits for it."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="known-senders")
        self._found: dict[bytes, float] = {}

    def check(self, path: str, headers: dict[str, str], judged: Judged) -> None:
        """Call `judged` with the result: at once for a sender who was found lately, else from the thread."""
        name = _digest(path, headers)
        if monotonic() < self._found.get(name, 0.0):
            judged(True)
        else:
            self._thread.submit(self._look_up, name, path, headers, judged)

    def _look_up(self, name: bytes, path: str, headers: dict[str, str], judged: Judged) -> None:
        known: bool | None = None
        try:
            known = self._is_known(path, headers)
        except Exception:
            log.exception("the sender of a large body could not be looked up")
        if known:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            self._found[name] = monotonic() + KNOWN_SECONDS
        judged(known)

    def _is_known(self, path: str, headers: dict[str, str]) -> bool:
        """Return whether the application would know the sender: it judges by the same code."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            **{f"HTTP_{header}": headers[header] for header in HEADERS if header in headers},
        }
        with self._app.request_context(environ):
            return actor_or_none() is not None


def _digest(path: str, headers: dict[str, str]) -> bytes:
    """Return a short name of the sender, so that no key is kept. The API takes keys, pages take sessions."""
    proofs = [str(path.startswith("/api/")), *(headers.get(header, "") for header in HEADERS)]
    return sha256("\n".join(proofs).encode("utf-8", "surrogateescape")).digest()
