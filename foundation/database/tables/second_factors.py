"""Second factors of people: an authenticator app, and recovery codes."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference


class SecondFactor(Base):
    """An authenticator app of a person, in use from `enrolled_at` on.

    Its secret is not stored: it is computed from `salt` with the key of `key_version`, which is not in the
    database. `last_step` is that of the last accepted code: no code is accepted twice.
    """

    __tablename__ = "second_factor"
    __table_args__ = (
        CheckConstraint("octet_length(salt) = 16", name="salt"),
        CheckConstraint("(enrolled_at IS NULL) = (last_step IS NULL)", name="enrolled"),
    )
    person_id: Mapped[int] = big_reference("person.id", primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    key_version: Mapped[int] = mapped_column(SmallInteger)
    made_at: Mapped[datetime]
    enrolled_at: Mapped[datetime | None]
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Base):
    """A code to use once in place of the app. Only its SHA-256 is stored."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        CheckConstraint("length(code_sha256) = 64", name="digest"),
        UniqueConstraint("person_id", "code_sha256"),
    )
    id: Mapped[BigKey]
    person_id: Mapped[int] = big_reference("person.id")
    code_sha256: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
