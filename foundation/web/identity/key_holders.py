"""What a program's request opens with, in one statement: who holds its key, and whether another request runs
under its Idempotency-Key.

Asked of the tables every time: a key that was revoked is refused on the next request. The statement is plain
and prepared, since every charge begins with it (docs/decisions/0055).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from psycopg.pq.abc import PGresult
from sqlalchemy.orm import Session

from foundation.database.pipeline import execute
from foundation.database.statements import BoundStatement, PreparedStatement
from foundation.vocabulary.identifiers import API_KEY_PREFIX

_OF_HOLDER = 7
"""Columns before those of the kept answer."""

_HOLDER = """
SELECT p.id, p.name, g.role, g.county_id, g.provider_id, g.client_id{more}
FROM api_key k JOIN role_grant g ON g.id = k.role_grant_id AND g.person_id = k.person_id
JOIN person p ON p.id = k.person_id{joined}
WHERE k.key_sha256 = $1::text AND k.revoked_at IS NULL AND g.valid @> $2::date
"""
_ASK = PreparedStatement(b"key_holder", _HOLDER.format(more="", joined="").encode())
_ASK_AND_LOCK = PreparedStatement(
    b"key_holder_once",
    _HOLDER.format(
        more=""", pg_try_advisory_xact_lock(hashtextextended($3::text, p.id)),
  i.method, i.path, i.body_sha256, to_json(i.created_at), i.status, i.headers, i.answer""",
        joined="\nLEFT JOIN idempotency_key i ON i.owner_id = p.id AND i.key = $3::text",
    ).encode(),
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


def holder_of_key(session: Session, key: str, day: date, once: str | None) -> KeyHolder | None:
    """The holder of a key; None where it is not known, revoked, or its role has ended.

    With an Idempotency-Key (`once`) its lock is taken until the transaction ends, unless another request
    holds it, and what was answered under it is read. One who let go of the lock in the very moment of the
    question may have stored an answer that is not seen: then the primary key refuses a second one, and the
    request runs again.
    """
    if not key.startswith(API_KEY_PREFIX) or not key.isascii():
        return None
    parameters = [sha256(key.encode()).hexdigest().encode(), day.isoformat().encode()]
    if once is None:
        (result,) = execute(session, BoundStatement(_ASK, parameters))
    else:
        (result,) = execute(session, BoundStatement(_ASK_AND_LOCK, [*parameters, once.encode()]))
    return _holder(result) if result.ntuples else None


def _holder(result: PGresult) -> KeyHolder:
    row = [result.get_value(0, column) for column in range(result.nfields)]
    person_id, county_id, provider_id, client_id = (_number(row[n]) for n in _NUMBERS)
    has_lock = len(row) > _OF_HOLDER - 1 and row[_OF_HOLDER - 1] == b"t"
    kept = _kept(row[_OF_HOLDER:]) if len(row) > _OF_HOLDER and row[_OF_HOLDER] is not None else None
    name, role = _text(row[1]), _text(row[2])
    return KeyHolder(person_id or 0, name, role, county_id, provider_id, client_id, has_lock, kept)


_NUMBERS = (0, 3, 4, 5)


def _kept(row: Sequence[bytes | None]) -> KeptAnswer:
    method, path, digest, created_at, status, headers, answer = map(_text, row)
    return KeptAnswer(
        method,
        path,
        digest,
        datetime.fromisoformat(json.loads(created_at)),
        int(status),
        json.loads(headers),
        bytes.fromhex(answer.removeprefix("\\x")),
    )


def _number(value: bytes | None) -> int | None:
    return None if value is None else int(value)


def _text(value: bytes | None) -> str:
    return (value or b"").decode()
