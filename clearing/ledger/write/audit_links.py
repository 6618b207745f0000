"""Links onto the chain over the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Text, cast, func, select
from sqlalchemy.orm import Session

from clearing.ledger.rules.audit_chain import digest_of, link_after
from foundation.database.rows import store_rows
from foundation.database.tables.audit import AuditLink


def add_links(session: Session, rows: Iterable[tuple[int, str]], *, after: bytes, now: datetime) -> bytes:
    """Link rows (id and text) after the value that the chain ends with; the value it ends with then."""
    next_transaction = func.pg_snapshot_xmax(func.pg_current_snapshot())
    sealed_before = session.scalar(select(cast(cast(next_transaction, Text), BigInteger)))
    links = []
    for audit_id, row_text in rows:
        digest = digest_of(row_text)
        after = link_after(after, digest)
        moment = {"sealed_at": now, "sealed_before": sealed_before}
        links.append({"audit_id": audit_id, "digest": digest, "chain": after, **moment})
    store_rows(session, AuditLink, links)
    return after
