"""Seals onto the chain over the audit log."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from clearing.ledger.rules.audit_chain import Numbers, digest_of, sealed_value
from foundation.database.tables.audit import AuditSeal
from foundation.vocabulary.keys import KeyRing


def add_seal(
    session: Session,
    numbers: Numbers,
    rows: Sequence[tuple[int, str]],
    *,
    after: bytes,
    keys: KeyRing,
    now: datetime,
) -> bytes:
    """Seal these numbers with all their rows (id and text, in order) and return the chain's new value.

    `after` is the value with which the chain ended. The newest of the keys is used.
    """
    digests = [digest_of(row_text) for _, row_text in rows]
    value = sealed_value(after, digests, numbers, keys.newest_key)
    session.execute(
        insert(AuditSeal).values(
            first_audit_id=numbers.first,
            last_audit_id=numbers.last,
            row_ids=[row_id for row_id, _ in rows],
            row_digests=b"".join(digests),
            chain=value,
            key_version=keys.newest,
            sealed_at=now,
        )
    )
    return value
