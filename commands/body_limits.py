"""Refuses a large body before the server stores any of it, unless its address and its sender may send it."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import Error

from commands.known_senders import KnownSenders
from foundation.web.large_bodies import ORDINARY_BYTES, largest_body

if TYPE_CHECKING:
    from flask import Flask

CREDENTIALS = {"AUTHORIZATION": "Bearer omk_", "COOKIE": "omatori="}
"""What the headers of a sender contain who claims to be known; `KnownSenders` then finds out who it is."""


class ServiceUnavailable(Error):  # type: ignore[misc]  # waitress has no types
    """The answer if the database could not say who the sender is."""

    code = 503
    reason = "Service Unavailable"


class LimitedParser(HTTPRequestParser):  # type: ignore[misc]
    """Sets the largest body when the headers of a request are known."""

    app: Flask
    expect_continue: bool
    is_to_be_checked = False
    waits_to_continue = False

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers, and lower the limit of the body that follows."""
        super().parse_header(header_plus)
        if self.chunked or self.content_length > ORDINARY_BYTES:
            self.adj: Any = copy(self.adj)
            self.adj.max_request_body_size = largest = _largest(self.app, self)
            self.is_to_be_checked = largest > ORDINARY_BYTES
            if self.is_to_be_checked:
                self.waits_to_continue, self.expect_continue = self.expect_continue, False

    def drop_body(self) -> None:
        """Complete the request without its body. The application then answers 401, and nothing else."""
        self.close()
        self.body_rcv, self.chunked, self.content_length = None, False, 0
        self.headers["CONTENT_LENGTH"] = "0"
        self.headers["CONNECTION"] = "close"  # what follows is the body, not a request
        self.completed = True


class LimitedChannel(HTTPChannel):  # type: ignore[misc]
    """A connection, from which nothing is read while the sender of a large body is looked up."""

    senders: KnownSenders
    request: LimitedParser | None
    is_checking = False

    def readable(self) -> bool:
        """Return whether to read more from the connection."""
        return not self.is_checking and bool(super().readable())

    def received(self, data: bytes) -> bool:
        """Take what was read, and have the sender of a large body looked up once its headers are there."""
        is_taken = bool(super().received(data))
        request = self.request
        if request is not None and request.is_to_be_checked:
            request.is_to_be_checked, self.is_checking = False, True
            self.senders.check(request.path, request.headers, partial(self._judged, request))
        return is_taken

    def _judged(self, request: LimitedParser, known: bool | None) -> None:
        """Go on reading the body of a known sender; let the application answer everybody else."""
        with self.requests_lock:
            if known and request.waits_to_continue:
                request.expect_continue = True
                if not self.requests:
                    self.send_continue()
            elif not known and self.connected:
                request.error = ServiceUnavailable("Try again.") if known is None else None
                request.drop_body()
                self.request = None
                self.requests.append(request)
                if len(self.requests) == 1:
                    self.server.add_task(self)
            self.is_checking = False
        self.server.pull_trigger()


def limited_channel(app: Flask) -> type[HTTPChannel]:
    """Return the class of a connection whose requests are limited by the addresses of the application."""
    parser = type("Parser", (LimitedParser,), {"app": app})
    return type("Channel", (LimitedChannel,), {"parser_class": parser, "senders": KnownSenders(app)})


def _largest(app: Flask, parsed: Any) -> int:
    """Return the largest body of a request whose headers have been parsed."""
    if not any(mark in parsed.headers.get(name, "") for name, mark in CREDENTIALS.items()):
        return ORDINARY_BYTES
    most: int = parsed.adj.max_request_body_size
    return min(most, largest_body(app, parsed.command, parsed.path))
