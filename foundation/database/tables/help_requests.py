"""What a client asks of the county's workers: no voucher, or help with choosing."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, one_of, partial_index, small_reference


class HelpRequest(Base):
    """A request of a client to the county, and the worker's answer.

    A client has at most one open request of each kind: the database refuses a second.
    """

    __tablename__ = "help_request"
    __table_args__ = (
        one_of("kind", "no_voucher", "help_choosing"),
        CheckConstraint("length(words) <= 2000 AND length(answer) <= 2000", name="length"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answer"),
        CheckConstraint("answered_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        CheckConstraint("kind <> 'no_voucher' OR funding_id IS NOT NULL", name="funding"),
        partial_index(
            "ux_help_request_open",
            "client_id",
            "kind",
            where="answered_at IS NULL AND withdrawn_at IS NULL",
            unique=True,
        ),
        partial_index(
            "ix_help_request_waiting",
            "county_id",
            "asked_at",
            where="answered_at IS NULL AND withdrawn_at IS NULL",
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id", index=True)
    kind: Mapped[str]
    funding_id: Mapped[int | None] = big_reference("funding.id")
    words: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = big_reference("person.id")
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = big_reference("person.id")
    withdrawn_at: Mapped[datetime | None]
