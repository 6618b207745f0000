"""What a helper proposes to a client, and what the client's helpers say about it."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Hundredths,
    big_reference,
    partial_index,
    small_reference,
    wide_reference,
)


class Proposal(Base):
    """A helper proposes one to three offerings for a funding, with a word why. The client decides.

    It ends once: accepted with the choice that came of it, declined, or withdrawn by the helper. One that is
    out of date has no end of its own: its offerings or its funding have ended.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        ForeignKeyConstraint(
            ("funding_id", "client_id"), ["funding.id", "funding.client_id"], name="fk_proposal_funding"
        ),
        wide_reference("fk_proposal_choice_id", "choice", "choice_id", "funding_id", "county_id"),
        CheckConstraint("num_nonnulls(accepted_at, declined_at, withdrawn_at) <= 1", name="one_end"),
        CheckConstraint("(accepted_at IS NULL) = (choice_id IS NULL)", name="accepted"),
        CheckConstraint("decline_why = '' OR declined_at IS NOT NULL", name="declined"),
        CheckConstraint("length(why) BETWEEN 1 AND 1000", name="why"),
        partial_index(
            "ix_proposal_open",
            "client_id",
            where="accepted_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL",
        ),
        Index("ix_proposal_client_id", "client_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    funding_id: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[int] = big_reference("person.id")
    made_at: Mapped[datetime]
    why: Mapped[str]
    accepted_at: Mapped[datetime | None]
    choice_id: Mapped[int | None] = mapped_column(BigInteger)
    declined_at: Mapped[datetime | None]
    decline_why: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = big_reference("person.id")


class ProposedOffering(Base):
    """One offering of a proposal, and how much of it: a week, or altogether."""

    __tablename__ = "proposed_offering"
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 3", name="position"),
        CheckConstraint(
            "(quantity_hundredths IS NULL) <> (quantity_per_week_hundredths IS NULL)", name="plan"
        ),
        CheckConstraint("coalesce(quantity_hundredths, quantity_per_week_hundredths) > 0", name="quantity"),
        UniqueConstraint("proposal_id", "offering_id"),
    )
    proposal_id: Mapped[int] = big_reference("proposal.id", primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    offering_id: Mapped[int] = big_reference("offering.id")
    starts_on: Mapped[date]
    quantity_hundredths: Mapped[Hundredths | None]
    quantity_per_week_hundredths: Mapped[Hundredths | None]


class ProposalComment(Base):
    """What the client or a helper of the client says about a proposal. A removed one keeps no words."""

    __tablename__ = "proposal_comment"
    __table_args__ = (
        CheckConstraint("length(words) <= 1000", name="length"),
        CheckConstraint("(removed_at IS NULL) = (words <> '')", name="removed"),
        CheckConstraint("(removed_at IS NULL) = (removed_by IS NULL)", name="remover"),
        Index("ix_proposal_comment_proposal_id", "proposal_id"),
    )
    id: Mapped[BigKey]
    proposal_id: Mapped[int] = big_reference("proposal.id")
    person_id: Mapped[int] = big_reference("person.id")
    made_at: Mapped[datetime]
    words: Mapped[str]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = big_reference("person.id")
