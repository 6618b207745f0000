"""Messages that are sent after the transaction, each with a key, so that sending twice has no second
effect."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, Whole, partial_index, small_reference


class OutboxMessage(Base):
    """A message to another system. Its key is unique and is sent with it."""

    __tablename__ = "outbox"
    __table_args__ = (partial_index("ix_outbox_due", "due_at", where="sent_at IS NULL"),)
    id: Mapped[BigKey]
    county_id: Mapped[int | None] = small_reference("county.id")
    key: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[Whole] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
