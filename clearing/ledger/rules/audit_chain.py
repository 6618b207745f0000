"""The chain over the audit log: each seal binds a range of numbers, and the rows in it, to all seals before.

A row that is changed or removed no longer has the digest in its seal; a row that is added later has a number
in a range that is sealed without it; a changed seal breaks the chain at that seal. Each value is made with a
key that is not in the database, so whoever can write every table cannot build the chain again. Values that
are kept outside (`clearing.ledger.rules.audit_anchors`) also prove that the end of the chain is still there.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import NamedTuple

BEGINNING = bytes(32)
"""The value before the first seal."""

DIGEST_BYTES = 32


class Numbers(NamedTuple):
    """Numbers of audit rows from first to last, both included; numbers without a row are covered too."""

    first: int
    last: int


def digest_of(row_text: str) -> bytes:
    """Return the SHA-256 of a text, such as an audit row (`clearing.ledger.load.audit_chain.ROW_TEXT`)."""
    return hashlib.sha256(row_text.encode()).digest()


def value_after(previous: bytes, digest: bytes) -> bytes:
    """Return the value of the chain after one more digest."""
    return hashlib.sha256(previous + digest).digest()


def sealed_value(
    previous: bytes, row_digests: Iterable[bytes], numbers: Numbers | None, key: bytes | None
) -> bytes:
    """Return the value of the chain after a seal of these rows, one by one, and of its numbers.

    Seals that were taken over from the earlier chain, which had a link for each row, cover no numbers. Seals
    from before keys were used have none.
    """
    value = previous
    for digest in row_digests:
        value = value_after(value, digest)
    if numbers is not None:
        value = value_after(value, digest_of(f"{numbers.first}-{numbers.last}"))
    return value if key is None else hmac.digest(key, value, hashlib.sha256)
