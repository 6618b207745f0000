"""Passwords, hashed with argon2id (RFC 9106, the library's second recommended profile)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
LONGEST = 200


def hash_password(password: str) -> str:
    """Return the hash to store in `person.password_hash`."""
    return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


def password_is_right(kept_hash: str | None, password: str) -> bool:
    """Compare a password with its hash.

    An unknown person (`kept_hash` None) takes as long, so that the time reveals nothing.
    """
    try:
        _hasher.verify(kept_hash or _nobodys_hash(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept_hash is not None
