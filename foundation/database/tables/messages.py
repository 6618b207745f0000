"""Messages between a client and a worker, or a client and a provider."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Whole,
    big_reference,
    one_of,
    partial_index,
    small_reference,
)


class Conversation(Base):
    """The messages of a client with one provider, or (without `provider_id`) with the county's workers.

    `client_read` and `other_read` are the numbers of the last messages that each side has read.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("client_id", "provider_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("messages > 0", name="messages"),
        CheckConstraint("client_read BETWEEN 0 AND messages", name="client_read"),
        CheckConstraint("other_read BETWEEN 0 AND messages", name="other_read"),
        partial_index("ix_conversation_of_county", "county_id", "last_at", where="provider_id IS NULL"),
        partial_index(
            "ix_conversation_of_provider", "provider_id", "last_at", where="provider_id IS NOT NULL"
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    provider_id: Mapped[int | None] = big_reference("provider.id")
    messages: Mapped[Whole]
    client_read: Mapped[Whole] = mapped_column(default=0)
    other_read: Mapped[Whole] = mapped_column(default=0)
    last_at: Mapped[datetime]


class Message(Base):
    """A message, numbered in its conversation from 1; a trigger refuses a change of its words.

    It is deleted after `last_day`.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        one_of("party", "client", "provider", "county"),
        CheckConstraint("length(words) BETWEEN 1 AND 4000", name="words"),
        CheckConstraint("last_day > (sent_at AT TIME ZONE 'Europe/Helsinki')::date", name="last_day"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    conversation_id: Mapped[int] = big_reference("conversation.id")
    number: Mapped[Whole]
    party: Mapped[str]
    words: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None] = big_reference("person.id")
    last_day: Mapped[date] = mapped_column(index=True)
