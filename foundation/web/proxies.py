"""The true address of a client behind trusted proxies, which add it to `X-Forwarded-For`.

An address that a client wrote there itself is never believed: it is left of those that the proxies added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

Network = IPv4Network | IPv6Network
Program = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""A WSGI application (PEP 3333)."""


def read_networks(text: str | None, faults: list[str]) -> tuple[Network, ...]:
    """Return the networks of a text such as `127.0.0.1, 10.0.0.0/8`. What is wrong is added to `faults`."""
    networks: list[Network] = []
    for part in (text or "").replace(",", " ").split():
        try:
            networks.append(ip_network(part))
        except ValueError:
            faults.append(f"OMATORI_TRUSTED_PROXIES: {part!r} is no address or network")
    return tuple(networks)


def behind_proxies(program: Program, proxies: tuple[Network, ...]) -> Program:
    """Return the program with the client's address and scheme as trusted proxies report them."""
    if not proxies:
        return program

    def forwarded(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR", "")
        if _is_among(peer, proxies):
            environ["REMOTE_ADDR"] = client_address(peer, environ.get("HTTP_X_FORWARDED_FOR", ""), proxies)
            scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
        return program(environ, start)

    return forwarded


def client_address(peer: str, forwarded: str, proxies: tuple[Network, ...]) -> str:
    """Return the last address that is not a trusted proxy's; the peer's if what is there cannot be read."""
    found = peer
    for part in reversed(forwarded.split(",")):
        text = part.strip()
        if not _is_address(text):
            break
        found = text
        if not _is_among(text, proxies):
            break
    return found


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_among(text: str, networks: tuple[Network, ...]) -> bool:
    return _is_address(text) and any(ip_address(text) in network for network in networks)
