"""To which addresses nothing may be sent: those that are not https, and those of no public host.

A provider chooses the address, and our server calls it: without these rules it would reach services that only
our own network does (server-side request forgery, CWE-918). The host's name is looked up at each sending,
and the same rule holds for each address found (`clearing.webhooks.gateways.sender`).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from foundation.vocabulary.refusals import Refusal

LONGEST_URL: Final = 500
NO_PUBLIC_NAMES: Final = (".localhost", ".local", ".internal", ".lan", ".home", ".arpa", ".onion", ".test")
FIELD: Final = "url"
MALFORMED: Final = Refusal("webhook_url_malformed", FIELD)
NOT_HTTPS: Final = Refusal("webhook_url_not_https", FIELD)
WITH_USER: Final = Refusal("webhook_url_with_user", FIELD)
NOT_PUBLIC: Final = Refusal("webhook_url_not_public", FIELD)
TOO_LONG: Final = Refusal("webhook_url_too_long", FIELD)


def address_fault(url: str, *, allow_local: bool) -> Refusal | None:
    """Return why events may not be sent to an address; None if they may.

    Args:
        allow_local: In development, plain http and this machine's own addresses are allowed.
    """
    if len(url) > LONGEST_URL:
        return TOO_LONG
    parts = split(url)
    if parts is None or not parts.hostname or parts.scheme not in ("http", "https"):
        return MALFORMED
    if parts.username is not None or parts.password is not None:
        return WITH_USER
    is_local = allow_local and is_this_machine(parts.hostname)
    if parts.scheme != "https" and not is_local:
        return NOT_HTTPS
    return None if is_local or is_public_host(parts.hostname) else NOT_PUBLIC


def split(url: str) -> SplitResult | None:
    """Return the parts of an address; None if it is malformed."""
    if not url.isascii() or any(ord(character) <= 32 or character in '\\"<>^`{|}' for character in url):
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def is_this_machine(host: str) -> bool:
    """Return whether a host's name or address is this machine's own."""
    found = read_ip(host)
    return host.lower() == "localhost" if found is None else found.is_loopback


def is_public_host(host: str) -> bool:
    """Return whether a host's name may be public, or its address is."""
    found = read_ip(host)
    if found is not None:
        return is_public(found)
    name = host.lower().rstrip(".")
    last = name.rpartition(".")[2]
    is_number = last.isdigit() or last.startswith("0x")  # another way to write an IP address
    return "." in name and not is_number and not f".{name}".endswith(NO_PUBLIC_NAMES)


def read_ip(text: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address; None if the text is a name."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address is one of the public internet, and so not of our own network.

    An IPv6 address that carries one of IPv4 (mapped, 6to4, Teredo, NAT64) counts as that one.
    """
    if isinstance(address, IPv6Address):
        for carried in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
            if carried is not None:
                return is_public(carried)
        if address.packed[:12] == bytes.fromhex("0064ff9b") + bytes(8):
            return is_public(IPv4Address(address.packed[12:]))
    return address.is_global and not address.is_multicast and not address.is_reserved
