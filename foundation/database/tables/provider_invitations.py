"""Invitations to a role of a provider. `RoleGrant`, what an accepted one becomes, is in `people`."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, one_of, partial_index
from foundation.vocabulary.roles import PEOPLE_OF_PROVIDERS


class ProviderInvitation(Base):
    """An owner, a county that approves the provider, or the operator of the machine invites somebody.

    Only the SHA-256 of the code in the link is stored. The code works once, and until `expires_at`, at most
    72 hours. Without `made_by` the operator has invited. A person has one open invitation to a role.
    """

    __tablename__ = "provider_invitation"
    __table_args__ = (
        one_of("role", *(role.value for role in PEOPLE_OF_PROVIDERS)),
        CheckConstraint("email = lower(email) AND email LIKE '_%@_%'", name="email"),
        CheckConstraint("length(code_sha256) = 64", name="digest"),
        CheckConstraint("expires_at > made_at AND expires_at <= made_at + interval '72 hours'", name="open"),
        CheckConstraint("(accepted_at IS NULL) = (role_grant_id IS NULL)", name="accepted"),
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        partial_index(
            "uq_provider_invitation_open",
            *("provider_id", "email", "role"),
            where="accepted_at IS NULL AND withdrawn_at IS NULL",
            unique=True,
        ),
    )
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    role: Mapped[str]
    email: Mapped[str]
    last_day: Mapped[date | None]
    code_sha256: Mapped[str] = mapped_column(Text, unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    role_grant_id: Mapped[int | None] = big_reference("role_grant.id")
    withdrawn_at: Mapped[datetime | None]
