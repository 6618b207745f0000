"""What a program's request opens with, in one statement: who holds its key, and whether another request runs
under its Idempotency-Key.

Asked of the tables every time: a key that was revoked is refused on the next request. The statement is plain
and prepared, since every charge begins with it (docs/decisions/0055, 0078).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from psycopg import Connection

API_KEY_PREFIX = "omk_"
_OF_HOLDER = 7
"""Columns before those of the kept answer."""

_HOLDER = """
SELECT p.id, p.name, g.role, g.county_id, g.provider_id, g.client_id{more}
FROM api_key k JOIN role_grant g ON g.id = k.role_grant_id AND g.person_id = k.person_id
JOIN person p ON p.id = k.person_id{joined}
WHERE k.key_sha256 = %s AND k.revoked_at IS NULL AND g.valid @> %s::date
"""
_ASK = _HOLDER.format(more="", joined="")
_ASK_AND_LOCK = _HOLDER.format(
    more=""", pg_try_advisory_xact_lock(hashtextextended(%s, p.id)),
  i.method, i.path, i.body_sha256, i.created_at, i.status, i.headers, i.answer""",
    joined="\nLEFT JOIN idempotency_key i ON i.owner_id = p.id AND i.key = %s",
)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was asked under an Idempotency-Key, and what was answered."""

    method: str
    path: str
    body_sha256: str
    created_at: datetime
    status: int
    headers: dict[str, str]
    answer: bytes


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whose key it is. `has_lock` and `kept` tell of the request's Idempotency-Key, where it carries one."""

    person_id: int
    name: str
    role: str
    county_id: int | None
    provider_id: int | None
    client_id: int | None
    has_lock: bool = False
    kept: KeptAnswer | None = None


def holder_of_key(connection: Connection[Any], key: str, day: date, once: str | None) -> KeyHolder | None:
    """The holder of a key; None where it is not known, revoked, or its role has ended.

    With an Idempotency-Key (`once`) its lock is taken until the transaction ends, unless another request
    holds it, and what was answered under it is read. One who let go of the lock in the very moment of the
    question may have stored an answer that is not seen: then the primary key refuses a second one, and the
    request runs again.
    """
    if not key.startswith(API_KEY_PREFIX) or not key.isascii():
        return None
    digest = sha256(key.encode()).hexdigest()
    if once is None:
        row = connection.execute(_ASK, (digest, day), prepare=True).fetchone()
        return None if row is None else KeyHolder(*row)
    row = connection.execute(_ASK_AND_LOCK, (once, once, digest, day), prepare=True).fetchone()
    if row is None:
        return None
    kept = KeptAnswer(*row[_OF_HOLDER:]) if row[_OF_HOLDER] is not None else None
    return KeyHolder(*[*row[:_OF_HOLDER], kept])
