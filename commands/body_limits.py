"""Refuses a large body before the server stores any of it, unless its address and its sender may send it."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

from foundation.web.large_bodies import ORDINARY_BYTES, largest_body

if TYPE_CHECKING:
    from flask import Flask

CREDENTIALS = {"AUTHORIZATION": "Bearer omk_", "COOKIE": "omatori="}
"""What the headers of a sender contain who claims to be known; the application then finds out who it is."""


def limited_channel(app: Flask) -> type[HTTPChannel]:
    """Return the class of a connection whose requests are limited by the addresses of the application."""

    class LimitedParser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
        """Sets the largest body when the headers of a request are known."""

        def parse_header(self, header_plus: bytes) -> None:
            """Parse the headers, and lower the limit of the body that follows."""
            super().parse_header(header_plus)
            if self.chunked or self.content_length > ORDINARY_BYTES:
                self.adj: Any = copy(self.adj)
                self.adj.max_request_body_size = _largest(app, self)

    class LimitedChannel(HTTPChannel):  # type: ignore[misc]
        """A connection."""

        parser_class = LimitedParser

    return LimitedChannel


def _largest(app: Flask, parsed: Any) -> int:
    """Return the largest body of a request whose headers have been parsed."""
    if not any(mark in parsed.headers.get(name, "") for name, mark in CREDENTIALS.items()):
        return ORDINARY_BYTES
    most: int = parsed.adj.max_request_body_size
    return min(most, largest_body(app, parsed.command, parsed.path))
