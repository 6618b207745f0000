"""What a provider's upload page keeps: files that wait for a yes, and saved column mappings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference


class WaitingFile(Base):
    """An uploaded file that was tried and not yet sent; kept a day. `mapping` is "" for our own columns."""

    __tablename__ = "waiting_file"
    __table_args__ = (Index("ix_waiting_file_provider_id", "provider_id"),)
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    name: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    mapping: Mapped[str] = mapped_column(default="")
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int | None] = big_reference("person.id")


class SavedMapping(Base):
    """A provider's column mapping under a name, as TOML or JSON."""

    __tablename__ = "saved_mapping"
    __table_args__ = (UniqueConstraint("provider_id", "name"),)
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    name: Mapped[str]
    mapping: Mapped[str]
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = big_reference("person.id")
