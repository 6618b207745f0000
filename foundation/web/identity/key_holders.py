"""The first query of a program's request: who holds its API key, and the answer under its Idempotency-Key.

The tables are read every time, so a revoked key is refused from the next request on. The query is one
prepared statement, since every charge begins with it (docs/decisions/0055).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from psycopg.pq.abc import PGresult
from sqlalchemy import update
from sqlalchemy.orm import Session

from foundation.database.pipeline import execute
from foundation.database.statements import BoundStatement, PreparedStatement
from foundation.database.stored_answers import HttpAnswer
from foundation.database.tables.people import ApiKey
from foundation.vocabulary.identifiers import API_KEY_PREFIX

_HOLDER_SQL = """
SELECT p.id, p.name, g.role, g.county_id, g.provider_id, g.client_id, k.id,
  array_to_string(k.scopes, ' '), k.last_day < $2::date, k.used_on IS NOT DISTINCT FROM $2::date{more}
FROM api_key k JOIN role_grant g ON g.id = k.role_grant_id AND g.person_id = k.person_id
JOIN person p ON p.id = k.person_id{joined}
WHERE (k.key_sha256 = $1::text OR (k.previous_sha256 = $1::text AND k.previous_until >= $2::date))
  AND k.revoked_at IS NULL AND g.valid @> $2::date
"""
_HOLDER = PreparedStatement(b"key_holder", _HOLDER_SQL.format(more="", joined="").encode())
_HOLDER_AND_LOCK = PreparedStatement(
    b"key_holder_once",
    _HOLDER_SQL.format(
        more=""", pg_try_advisory_xact_lock(hashtextextended($3::text, p.id)),
  i.method, i.path, i.body_sha256, to_json(i.created_at), i.status, i.headers, i.answer""",
        joined="\nLEFT JOIN idempotency_key i ON i.owner_id = p.id AND i.key = $3::text",
    ).encode(),
)
_LOCK_COLUMN = 10
"""The column with the lock; those of the stored answer follow."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer stored under an Idempotency-Key, and the request that it answers."""

    method: str
    path: str
    body_sha256: str
    created_at: datetime
    answer: HttpAnswer


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """The holder of an API key. `has_lock` and `stored` concern the request's Idempotency-Key, if any.

    Without `scopes` the key may do whatever the role may. `is_noted`: that it was used today is stored.
    """

    person_id: int
    name: str
    role: str
    county_id: int | None
    provider_id: int | None
    client_id: int | None
    key_id: int = 0
    scopes: frozenset[str] | None = None
    is_expired: bool = False
    is_noted: bool = True
    has_lock: bool = False
    stored: StoredAnswer | None = None


def holder_of_key(session: Session, key: str, day: date, idempotency_key: str | None) -> KeyHolder | None:
    """Return the holder of an API key; None if it is unknown or revoked, or its role has ended.

    With an Idempotency-Key its lock is taken until the transaction ends, unless another request holds it,
    and the answer stored under it is read. If the lock was released during the query, that request's answer
    may be missed: the primary key then refuses a second answer, and the request runs again.
    """
    if not key.startswith(API_KEY_PREFIX) or not key.isascii():
        return None
    parameters = [sha256(key.encode()).hexdigest().encode(), day.isoformat().encode()]
    if idempotency_key is None:
        (result,) = execute(session, BoundStatement(_HOLDER, parameters))
    else:
        parameters.append(idempotency_key.encode())
        (result,) = execute(session, BoundStatement(_HOLDER_AND_LOCK, parameters))
    return _holder(result) if result.ntuples else None


def note_use(session: Session, key_id: int, day: date) -> None:
    """Note the day on which a key was used last."""
    own = (ApiKey.id == key_id) & ApiKey.used_on.is_distinct_from(day)
    session.execute(update(ApiKey).where(own).values(used_on=day))


def _holder(result: PGresult) -> KeyHolder:
    row = [result.get_value(0, column) for column in range(result.nfields)]
    person_id, name, role, county_id, provider_id, client_id, key_id, scopes, expired, noted = row[
        :_LOCK_COLUMN
    ]
    lock, *stored = row[_LOCK_COLUMN:] or [None]
    return KeyHolder(
        _number(person_id) or 0,
        _text(name),
        _text(role),
        _number(county_id),
        _number(provider_id),
        _number(client_id),
        _number(key_id) or 0,
        None if scopes is None else frozenset(_text(scopes).split()),
        is_expired=expired == b"t",
        is_noted=noted == b"t",
        has_lock=lock == b"t",
        stored=_stored(stored) if stored and stored[0] is not None else None,
    )


def _stored(row: Sequence[bytes | None]) -> StoredAnswer:
    method, path, digest, created_at, status, headers, body = map(_text, row)
    answer = HttpAnswer(int(status), json.loads(headers), bytes.fromhex(body.removeprefix("\\x")))
    return StoredAnswer(method, path, digest, datetime.fromisoformat(json.loads(created_at)), answer)


def _number(value: bytes | None) -> int | None:
    return None if value is None else int(value)


def _text(value: bytes | None) -> str:
    return (value or b"").decode()
