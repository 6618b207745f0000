"""POST an event to an address that a provider chose.

The host's name is looked up here, each address found must be public, and the connection goes to that very
address: a name that changes its address between the check and the call (DNS rebinding) reaches nothing else.
Redirects are not followed, proxies of the environment are not used, and the whole call has a time limit.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Timer
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from clearing.webhooks.facts.events import Answer
from clearing.webhooks.rules.addresses import address_fault, is_public, is_this_machine, read_ip

CONNECT_SECONDS: Final = 5.0
WHOLE_SECONDS: Final = 10.0
SHOWN_CHARACTERS: Final = 500
READ_BYTES: Final = 2_000
MOST_ADDRESSES: Final = 4
PORTS: Final = {"http": 80, "https": 443}
Resolve = Callable[[str, int], list[str]]


def look_up(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host's name. Raises OSError if there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))[:MOST_ADDRESSES]


class NotPublicError(OSError):
    """The host's name leads to an address that is not public."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends events. In development (`allow_local`) also to this machine itself, without TLS."""

    allow_local: bool
    resolve: Resolve = look_up
    whole_seconds: float = WHOLE_SECONDS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST a body; return the answer, or why there is none. Never raises for what a stranger does."""
        begun = monotonic()
        fault = address_fault(url, allow_local=self.allow_local)
        if fault is not None:
            return Answer(None, "", 0, fault.code)
        try:
            status, text = self._exchange(url, headers, body, begun)
            error = "redirect_refused" if 300 <= status < 400 else None
            if monotonic() - begun >= self.whole_seconds:
                error = "timed_out"
        except (OSError, HTTPException, ValueError) as raised:
            status, text, error = None, "", _code_of(raised, monotonic() - begun >= self.whole_seconds)
        return Answer(status, text, round((monotonic() - begun) * 1000), error)

    def _exchange(self, url: str, headers: Mapping[str, str], body: bytes, begun: float) -> tuple[int, str]:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        connected = self._connect(host, port, secure=parts.scheme == "https")
        end = Timer(max(0.1, self.whole_seconds - (monotonic() - begun)), _shut, [connected])
        end.daemon = True
        end.start()
        try:
            connection = HTTPConnection(host, port)
            connection.sock = connected
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, {**headers, "Host": parts.netloc, "Connection": "close"})
            answer = connection.getresponse()
            return answer.status, _first_characters(answer)
        finally:
            end.cancel()
            connected.close()

    def _connect(self, host: str, port: int, *, secure: bool) -> socket.socket:
        """Return a connection to an address that was checked."""
        addresses = self.resolve(host, port)
        is_local = self.allow_local and is_this_machine(host)
        found = [read_ip(address.partition("%")[0]) for address in addresses]
        if not found or not all(ip is not None and (is_local or is_public(ip)) for ip in found):
            raise NotPublicError(host)
        plain = _first_connection(addresses, port)
        if not secure:
            return plain
        try:
            return self.tls.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise


def _first_connection(addresses: Sequence[str], port: int) -> socket.socket:
    """Return a connection to the first address that takes one. Raises OSError if none does."""
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=CONNECT_SECONDS / 2)
    return socket.create_connection((addresses[-1], port), timeout=CONNECT_SECONDS)


def _first_characters(answer: HTTPResponse) -> str:
    """Return the first characters of an answer, without those that a page or the database cannot show."""
    text = answer.read(READ_BYTES).decode("utf-8", "replace")
    shown = "".join(character if character.isprintable() else " " for character in text)
    return shown[:SHOWN_CHARACTERS]


def _shut(connected: socket.socket) -> None:
    """End a call whose time is over: what waits for the other side wakes with an error."""
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _code_of(raised: Exception, is_late: bool) -> str:
    """Return the code of an error, as the page shows it in words."""
    if isinstance(raised, NotPublicError):
        return "webhook_url_not_public"
    if is_late or isinstance(raised, TimeoutError):
        return "timed_out"
    if isinstance(raised, ssl.SSLCertVerificationError):
        return "certificate_wrong"
    if isinstance(raised, ssl.SSLError):
        return "tls_failed"
    if isinstance(raised, socket.gaierror | UnicodeError):
        return "host_unknown"
    return "no_answer" if isinstance(raised, OSError) else "answer_malformed"
