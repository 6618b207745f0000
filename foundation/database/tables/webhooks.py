"""Addresses to which a provider has changes reported, and the deliveries to them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, LargeBinary, SmallInteger, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, Small, Whole, big_reference, one_of, partial_index

STATES = ("on", "paused", "stopped", "removed")
PREVIOUS = (
    "(previous_salt IS NULL) = (previous_until IS NULL)"
    " AND (previous_salt IS NULL) = (previous_key_version IS NULL)"
)


class Webhook(Base):
    """An address of a provider's own program, and the events that are reported to it.

    Its secret is computed from `salt` with a key that is not in the database; that of before a rotation
    signs too, until the day `previous_until`, included. `paused` by an owner; `stopped` when everything
    has failed since `failing_since` for days. `version` grows with each change by a person.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        one_of("state", *STATES),
        CheckConstraint("cardinality(events) > 0 OR state = 'removed'", name="events"),
        CheckConstraint("length(url) <= 500", name="url"),
        CheckConstraint(PREVIOUS, name="previous"),
        CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name="stopped"),
        Index("ix_webhook_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str]
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    key_version: Mapped[Small]
    previous_salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_key_version: Mapped[int | None] = mapped_column(SmallInteger)
    previous_until: Mapped[date | None]
    version: Mapped[Whole]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    failing_since: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


class WebhookDelivery(Base):
    """One event on its way to one address. A trigger stores it with the change that it reports.

    The same event has one `event_id` for every address, and when it is sent again. `due_at` NULL: at once.
    Of the last attempt there are the `status` of the answer, its first characters, its `duration_ms`, and the
    `error` if there was no answer, or a wrong one.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        one_of("state", "waiting", "delivered", "given_up", "cancelled"),
        CheckConstraint("(state = 'delivered') = (delivered_at IS NOT NULL)", name="delivered"),
        CheckConstraint("length(answer) <= 500", name="answer"),
        Index("ix_webhook_delivery_webhook_id", "webhook_id", "id"),
        partial_index("ix_webhook_delivery_waiting", "webhook_id", "id", where="state = 'waiting'"),
    )
    id: Mapped[BigKey]
    webhook_id: Mapped[int] = big_reference("webhook.id")
    provider_id: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[UUID] = mapped_column(Uuid)
    type: Mapped[str]
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    state: Mapped[str]
    attempts: Mapped[Small]
    due_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    answer: Mapped[str | None]
    error: Mapped[str | None]
    duration_ms: Mapped[int | None]
    delivered_at: Mapped[datetime | None]
    resent_by: Mapped[int | None] = big_reference("person.id")
