"""Disputes of charges: a thread of entries between the client, the provider and the county."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Hundredths,
    Small,
    big_reference,
    one_of,
    partial_index,
    small_reference,
)


class Dispute(Base):
    """The thread about one charge: whose turn it is, and until which day that party has time.

    `claimed_at` is when the client last said what is not right. `entries` is the number of entries.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        UniqueConstraint("charge_id"),
        one_of("turn", "provider", "client", "county", "closed"),
        CheckConstraint("(turn IN ('provider', 'client')) = (answer_by IS NOT NULL)", name="clock"),
        CheckConstraint("entries > 0", name="entries"),
        partial_index("ix_dispute_open_of_county", "county_id", "claimed_at", where="turn <> 'closed'"),
        partial_index("ix_dispute_open_of_provider", "provider_id", "claimed_at", where="turn <> 'closed'"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    charge_id: Mapped[int] = big_reference("charge.id")
    provider_id: Mapped[int] = mapped_column(BigInteger)
    turn: Mapped[str]
    answer_by: Mapped[date | None]
    claimed_at: Mapped[datetime]
    entries: Mapped[Small]


class DisputeEntry(Base):
    """One entry of a thread. Entries are numbered from 1 and never change: `append_only` refuses it."""

    __tablename__ = "dispute_entry"
    __table_args__ = (
        UniqueConstraint("dispute_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            "CASE party WHEN 'client' THEN act IN ('claim', 'take_back', 'accept', 'not_accept') "
            "WHEN 'provider' THEN act IN ('agree', 'partly', 'stand') "
            "WHEN 'county' THEN act = 'decide' ELSE false END",
            name="act",
        ),
        CheckConstraint("(act = 'claim') = (claim IS NOT NULL)", name="claim_kind"),
        one_of("claim", "quantity", "not_done", "wrong_time", "other"),
        CheckConstraint("quantity_hundredths >= 0", name="quantity"),
        CheckConstraint(
            "(act <> 'partly' AND claim IS DISTINCT FROM 'quantity') OR quantity_hundredths > 0",
            name="figure",
        ),
        CheckConstraint(
            "words <> '' OR act IN ('take_back', 'agree', 'accept', 'not_accept', 'partly')", name="words"
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    dispute_id: Mapped[int] = big_reference("dispute.id")
    number: Mapped[Small]
    party: Mapped[str]
    act: Mapped[str]
    claim: Mapped[str | None]
    quantity_hundredths: Mapped[Hundredths | None]
    words: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime]
    written_by: Mapped[int | None] = big_reference("person.id")
    correction_id: Mapped[int | None] = big_reference("charge.id")
