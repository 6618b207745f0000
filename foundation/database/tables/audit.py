"""Who did what, to whose data, and why: append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, small_reference


class AuditEvent(Base):
    """One act or one look. `client_id` names the client whose data it concerned; the client may read those
    rows.

    Never updated or deleted: a trigger refuses it.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_client_id", "client_id"),
        Index("ix_audit_event_subject", "subject_kind", "subject_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int | None] = small_reference("county.id")
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str]
    role: Mapped[str | None]
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str] = mapped_column(Text)
    client_id: Mapped[int | None] = big_reference("client.id")
    why: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AuditLink(Base):
    """One link of the chain over the audit log (`clearing.ledger.rules.audit_chain`), soon after the row.

    `sealed_before`: transactions from this number on had not begun when the link was made. Append-only, and
    without a foreign key: a link stays when its row is gone, and says so.
    """

    __tablename__ = "audit_link"
    id: Mapped[BigKey]
    audit_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    chain: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]
    sealed_before: Mapped[int] = mapped_column(BigInteger)
