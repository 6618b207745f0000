"""Invitations of clients to an account of their own. What an accepted one becomes is in `people`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, one_of, partial_index, small_reference
from foundation.database.tables.people import SHAPE_OF_USER_NAME


class ClientInvitation(Base):
    """The county invites a client to log in: by a code in a letter, or by a link in a mail.

    Only the SHA-256 of the code is stored. It works once: 30 days in a letter, 72 hours in a mail. A client
    has one open invitation. `user_name` is that of the account, for a client who has no e-mail address.
    """

    __tablename__ = "client_invitation"
    __table_args__ = (
        one_of("way", "letter", "mail"),
        CheckConstraint("(way = 'mail') = (email IS NOT NULL)", name="mail"),
        CheckConstraint("email = lower(email) AND email LIKE '_%@_%'", name="email"),
        CheckConstraint(SHAPE_OF_USER_NAME, name="user_name"),
        CheckConstraint("length(code_sha256) = 64", name="digest"),
        CheckConstraint(
            "expires_at > made_at AND expires_at <= made_at"
            " + CASE way WHEN 'letter' THEN interval '30 days' ELSE interval '72 hours' END",
            name="open",
        ),
        CheckConstraint("(accepted_at IS NULL) = (role_grant_id IS NULL)", name="accepted"),
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        Index("ix_client_invitation_client_id", "client_id"),
        partial_index(
            "uq_client_invitation_open",
            "client_id",
            where="accepted_at IS NULL AND withdrawn_at IS NULL",
            unique=True,
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    way: Mapped[str]
    email: Mapped[str | None]
    user_name: Mapped[str]
    code_sha256: Mapped[str] = mapped_column(Text, unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    role_grant_id: Mapped[int | None] = big_reference("role_grant.id")
    withdrawn_at: Mapped[datetime | None]
