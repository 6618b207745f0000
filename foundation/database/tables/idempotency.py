"""Idempotency keys of the API, each with its request and answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base


class IdempotencyKey(Base):
    """A key of an owner, kept for 24 hours. `status` is NULL while the first request is running."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_created_at", "created_at"),)
    owner_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    method: Mapped[str]
    path: Mapped[str]
    body_sha256: Mapped[str]
    created_at: Mapped[datetime]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, Any] | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
