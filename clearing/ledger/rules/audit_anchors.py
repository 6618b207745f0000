"""Anchors: values of the audit chain, kept in a file outside the database, each line bound to the one before.

A line is `AT last=NUMBER value=HEX key=VERSION mac=HEX`. Its MAC covers the line and the MAC before it, so
a line that is changed, removed or added without the key is found.
"""

import hmac
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from foundation.vocabulary.keys import KeyRing

MAC_BYTES = 16
"""The first 16 bytes of the HMAC: shorter than a value, so that a search for values does not find it."""

_LINE = re.compile(r"(\S+ last=([0-9]+) value=([0-9a-f]{64}) key=([0-9]+)) mac=(\S+)")


class Anchor(NamedTuple):
    """A value of the chain that was kept: `last_audit_id` is the last number sealed then."""

    line_number: int
    last_audit_id: int
    value: bytes


def anchor_line(last_audit_id: int, value: bytes, *, previous_line: str, keys: KeyRing, now: datetime) -> str:
    """Return the line of an anchor, which follows `previous_line` (empty for the first)."""
    said = f"{now.isoformat(timespec='seconds')} last={last_audit_id} value={value.hex()} key={keys.newest}"
    return f"{said} mac={_mac(said, previous_line, keys, keys.newest)}"


def value_in(line: str) -> bytes | None:
    """Return the value of the chain in a line; None if it is not an anchor."""
    match = _LINE.fullmatch(line)
    return bytes.fromhex(match[3]) if match else None


def read_anchors(lines: Iterable[str], keys: KeyRing) -> Iterator[Anchor | int]:
    """Return each anchor, or the number of a line that is not as it was written."""
    previous = ""
    for number, line in enumerate(lines, start=1):
        yield _read(number, line, previous, keys)
        previous = line


def _read(number: int, line: str, previous: str, keys: KeyRing) -> Anchor | int:
    match = _LINE.fullmatch(line)
    if match is None or int(match[4]) not in keys.keys:
        return number
    if not hmac.compare_digest(_mac(match[1], previous, keys, int(match[4])), match[5]):
        return number
    return Anchor(number, int(match[2]), bytes.fromhex(match[3]))


def _mac(said: str, previous_line: str, keys: KeyRing, version: int) -> str:
    previous_mac = previous_line.rpartition(" mac=")[2]
    return keys.mac(f"anchor\n{previous_mac}\n{said}".encode(), version)[:MAC_BYTES].hex()
