"""Links by which people choose a new password."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, big_reference


class PasswordReset(Base):
    """The newest link that was mailed to a person; its row is deleted when it is used.

    Only the SHA-256 of the code in the link is stored. It works for an hour at most.
    """

    __tablename__ = "password_reset"
    __table_args__ = (
        CheckConstraint("length(code_sha256) = 64", name="digest"),
        CheckConstraint("expires_at > made_at AND expires_at <= made_at + interval '1 hour'", name="open"),
    )
    person_id: Mapped[int] = big_reference("person.id", primary_key=True)
    code_sha256: Mapped[str] = mapped_column(Text, unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
