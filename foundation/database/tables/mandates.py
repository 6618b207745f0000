"""The fundings of a mandate, and the invitations from which mandates come. `Mandate` is in `people`."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, one_of, small_reference
from foundation.database.tables.people import GUARDIANSHIPS, OF_A_GUARDIAN, SEES_TO_ACT

ACT_FITS = """
CASE WHEN act IN ('choose', 'end', 'change_visit', 'cancel_visit') THEN choice_id
 WHEN act IN ('confirm', 'dispute', 'reply') THEN charge_id WHEN act = 'pause' THEN pause_id
 WHEN act = 'move' THEN move_number WHEN act = 'refuse_voucher' THEN help_request_id
 WHEN act = 'give_feedback' THEN feedback_id WHEN act = 'decline' THEN proposal_id END IS NOT NULL
"""
"""A wish names what its act is about; an unknown act is refused."""


class MandateFunding(Base):
    """A funding that a mandate is for. The keys hold both to one client."""

    __tablename__ = "mandate_funding"
    __table_args__ = (
        ForeignKeyConstraint(
            ("mandate_id", "client_id"),
            ["mandate.id", "mandate.client_id"],
            name="fk_mandate_funding_mandate",
        ),
        ForeignKeyConstraint(
            ("funding_id", "client_id"),
            ["funding.id", "funding.client_id"],
            name="fk_mandate_funding_funding",
        ),
    )
    mandate_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    funding_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    client_id: Mapped[int] = mapped_column(BigInteger)


class MandateInvitation(Base):
    """The client, or the county for a guardian, invites somebody to act for the client.

    Only the SHA-256 of the code is stored. The code works once and until `expires_at`. `name` is what the
    one who invites calls the invited person; the mandate gets the person who accepts.
    """

    __tablename__ = "mandate_invitation"
    __table_args__ = (
        one_of("kind", "support_person", "guardian"),
        one_of("guardianship", *GUARDIANSHIPS),
        CheckConstraint(SEES_TO_ACT, name="sees_to_act"),
        CheckConstraint(OF_A_GUARDIAN, name="of_a_guardian"),
        CheckConstraint("may_see", name="sees"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("length(code_sha256) = 64", name="digest"),
        CheckConstraint("made_at < expires_at", name="in_order"),
        CheckConstraint("(accepted_at IS NULL) = (mandate_id IS NULL)", name="accepted"),
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        UniqueConstraint("id", "client_id", name="uq_mandate_invitation_id_client"),
        ForeignKeyConstraint(
            ("mandate_id", "client_id"),
            ["mandate.id", "mandate.client_id"],
            name="fk_mandate_invitation_mandate",
        ),
        Index("ix_mandate_invitation_client_id", "client_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    kind: Mapped[str]
    guardianship: Mapped[str | None]
    document_number: Mapped[str | None]
    name: Mapped[str]
    email: Mapped[str | None]
    code_sha256: Mapped[str] = mapped_column(Text, unique=True)
    may_see: Mapped[bool]
    may_propose: Mapped[bool]
    may_choose: Mapped[bool]
    may_move: Mapped[bool]
    may_confirm: Mapped[bool]
    all_fundings: Mapped[bool]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    mandate_id: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_at: Mapped[datetime | None]


class InvitationFunding(Base):
    """A funding that the invited person may act for, unless the invitation is for all."""

    __tablename__ = "invitation_funding"
    __table_args__ = (
        ForeignKeyConstraint(
            ("invitation_id", "client_id"),
            ["mandate_invitation.id", "mandate_invitation.client_id"],
            name="fk_invitation_funding_invitation",
        ),
        ForeignKeyConstraint(
            ("funding_id", "client_id"),
            ["funding.id", "funding.client_id"],
            name="fk_invitation_funding_funding",
        ),
    )
    invitation_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    funding_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    client_id: Mapped[int] = mapped_column(BigInteger)


class ClientWish(Base):
    """What the client wanted when a guardian acted, in the guardian's words; append-only by its use.

    `kind` is `same`: what was done; `other`: something else; `unknown`: it could not be found out. Exactly
    one column names what the act was about; a move of money is named by its number.
    """

    __tablename__ = "client_wish"
    __table_args__ = (
        one_of("kind", "same", "other", "unknown"),
        CheckConstraint("length(words) BETWEEN 1 AND 1000", name="words"),
        CheckConstraint(
            "num_nonnulls(choice_id, charge_id, pause_id, move_number, help_request_id, feedback_id,"
            " proposal_id) = 1",
            name="about",
        ),
        CheckConstraint(ACT_FITS, name="act_fits"),
        Index("ix_client_wish_client_id", "client_id"),
        Index("ix_client_wish_choice_id", "choice_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    act: Mapped[str]
    choice_id: Mapped[int | None] = big_reference("choice.id")
    charge_id: Mapped[int | None] = big_reference("charge.id")
    pause_id: Mapped[int | None] = big_reference("plan_pause.id")
    move_number: Mapped[int | None] = mapped_column(BigInteger)
    help_request_id: Mapped[int | None] = big_reference("help_request.id")
    feedback_id: Mapped[int | None] = big_reference("feedback.id")
    proposal_id: Mapped[int | None] = big_reference("proposal.id")
    kind: Mapped[str]
    words: Mapped[str]
    asked_by: Mapped[int] = big_reference("person.id")
    asked_at: Mapped[datetime]
