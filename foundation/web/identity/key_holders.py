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

_HOLDER = """
SELECT p.id, p.name, g.role, g.county_id, g.provider_id, g.client_id, {locked}
FROM api_key k JOIN role_grant g ON g.id = k.role_grant_id AND g.person_id = k.person_id
JOIN person p ON p.id = k.person_id
WHERE k.key_sha256 = %(digest)s AND k.revoked_at IS NULL AND g.valid @> %(day)s::date
"""
_ASK = _HOLDER.format(locked="NULL::boolean")
_ASK_AND_LOCK = _HOLDER.format(locked="pg_try_advisory_xact_lock(hashtextextended(%(once)s, p.id))")
_KEPT = """
SELECT method, path, body_sha256, created_at, status, headers, answer FROM idempotency_key
WHERE key = %(once)s AND owner_id = (SELECT person_id FROM api_key WHERE key_sha256 = %(digest)s)
"""


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
    has_lock: bool | None
    kept: KeptAnswer | None = None


def holder_of_key(connection: Connection[Any], key: str, day: date, once: str | None) -> KeyHolder | None:
    """The holder of a key; None where it is not known, revoked, or its role has ended.

    With an Idempotency-Key (`once`) its lock is taken until the transaction ends, unless another request
    holds it; what was answered under it is read by a statement of its own, so that it sees what the lock's
    last holder wrote.
    """
    if not key.startswith(API_KEY_PREFIX) or not key.isascii():
        return None
    asked = {"digest": sha256(key.encode()).hexdigest(), "day": day}
    if once is None:
        row = connection.execute(_ASK, asked, prepare=True).fetchone()
        return None if row is None else KeyHolder(*row)
    with connection.pipeline():
        holder = connection.execute(_ASK_AND_LOCK, {**asked, "once": once}, prepare=True)
        answer = connection.execute(_KEPT, {"digest": asked["digest"], "once": once}, prepare=True)
    row, kept = holder.fetchone(), answer.fetchone()
    return None if row is None else KeyHolder(*[*row, kept and KeptAnswer(*kept)])
