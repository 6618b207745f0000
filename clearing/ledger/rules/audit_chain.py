"""The chain over the audit log: each link binds one row to all that were linked before it.

A changed or deleted row no longer gives its link's digest; a changed link breaks the chain after it. Whoever
keeps the last link's value elsewhere (`omatori verify` prints it) can also prove that the whole chain was
not made anew.
"""

from __future__ import annotations

import hashlib

BEGINNING = bytes(32)
"""What the first link is bound to."""


def digest_of(row_text: str) -> bytes:
    """SHA-256 of an audit row written as one text (`clearing.ledger.load.audit_chain.ROW_TEXT`)."""
    return hashlib.sha256(row_text.encode()).digest()


def link_after(previous: bytes, digest: bytes) -> bytes:
    """The value of the link that binds this row's digest to the link before it."""
    return hashlib.sha256(previous + digest).digest()
