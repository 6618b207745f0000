"""Answers stored under an Idempotency-Key, as data, so that any transaction can store them
(docs/decisions/0023)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from foundation.database.statements import BoundStatement, PreparedStatement

_STORE = PreparedStatement(
    b"store_answer",
    b"INSERT INTO idempotency_key"
    b" (owner_id, key, method, path, body_sha256, created_at, status, headers, answer)"
    b" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
)
_DELETE = PreparedStatement(b"delete_answer", b"DELETE FROM idempotency_key WHERE owner_id = $1 AND key = $2")


class HttpAnswer(NamedTuple):
    """An answer of the API: everything that is sent, and stored to be sent again."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request with an Idempotency-Key: the row under which its answer is stored.

    `replaces_expired`: an answer that is too old to be repeated is stored under the key.
    """

    owner_id: int
    key: str
    method: str
    path: str
    body_sha256: str
    received_at: datetime
    replaces_expired: bool = False

    def store(self, answer: HttpAnswer) -> list[BoundStatement]:
        """Return the statements that store the answer."""
        key = [b"%d" % self.owner_id, self.key.encode()]
        values = (
            self.method,
            self.path,
            self.body_sha256,
            self.received_at.isoformat(),
            str(answer.status),
            json.dumps(dict(answer.headers)),
            "\\x" + answer.body.hex(),
        )
        insert = BoundStatement(_STORE, [*key, *(value.encode() for value in values)])
        return [BoundStatement(_DELETE, key), insert] if self.replaces_expired else [insert]
