"""The audit log, and the seals that prove it. Both are append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, small_reference


class AuditEvent(Base):
    """An act, or a look at a client's data. The client `client_id` may read the row.

    A trigger refuses UPDATE and DELETE.
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


class AuditSeal(Base):
    """One seal of the chain over the audit log (`clearing.ledger.rules.audit_chain`).

    It covers the numbers from `first_audit_id` to `last_audit_id`, when no row could be added under them any
    more: the rows that were there (`row_ids`, and in the same order `row_digests`, 32 bytes for each), and
    the chain's value after them, made with the key of `key_version`, which is not in the database. Seals from
    before keys were used have no version; those taken over from the earlier chain of single rows cover no
    numbers (NULL).

    Append-only, and without a foreign key: a seal stays when its row is gone, and so proves the loss.
    """

    __tablename__ = "audit_seal"
    __table_args__ = (
        CheckConstraint("octet_length(row_digests) = 32 * cardinality(row_ids)", name="digest_for_each_row"),
        CheckConstraint("(first_audit_id IS NULL) = (last_audit_id IS NULL)", name="both_ends"),
        CheckConstraint("first_audit_id <= last_audit_id", name="in_order"),
        UniqueConstraint("first_audit_id"),
    )
    id: Mapped[BigKey]
    first_audit_id: Mapped[int | None] = mapped_column(BigInteger)
    last_audit_id: Mapped[int | None] = mapped_column(BigInteger)
    row_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    row_digests: Mapped[bytes] = mapped_column(LargeBinary)
    chain: Mapped[bytes] = mapped_column(LargeBinary)
    key_version: Mapped[int | None] = mapped_column(SmallInteger)
    sealed_at: Mapped[datetime]
