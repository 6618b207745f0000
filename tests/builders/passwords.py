"""Hashes of passwords, made once in a process: each takes 30 ms by design."""

from __future__ import annotations

from functools import cache

from foundation.web.identity import hash_password


@cache
def hashed(password: str) -> str:
    """Return a hash of a password, the same one each time."""
    return hash_password(password)
