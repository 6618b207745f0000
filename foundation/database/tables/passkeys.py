"""Passkeys: second factors that a browser or a security key keeps (W3C Web Authentication)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference


class Passkey(Base):
    """A passkey of a person. The private key never leaves the device.

    `challenged_at` is when the last accepted challenge was made: no answer is accepted twice.
    """

    __tablename__ = "passkey"
    __table_args__ = (
        CheckConstraint("octet_length(credential_id) BETWEEN 1 AND 1023", name="credential"),
        CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
        CheckConstraint("sign_count >= 0", name="sign_count"),
        Index("ix_passkey_person_id", "person_id"),
    )
    id: Mapped[BigKey]
    person_id: Mapped[int] = big_reference("person.id")
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    made_at: Mapped[datetime]
    challenged_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
