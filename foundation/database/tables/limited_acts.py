"""Acts that are limited, such as wrong guesses: counted here for all processes together."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from foundation.database.columns import Base, BigKey, Small


class LimitedAct(Base):
    """One act of somebody. The SHA-256 is of what was done and by whom: a person, an address, an account."""

    __tablename__ = "limited_act"
    __table_args__ = (
        CheckConstraint("length(key_sha256) = 64", name="digest"),
        CheckConstraint("cost > 0", name="cost"),
        Index("ix_limited_act_key", "key_sha256", "at"),
        Index("ix_limited_act_at", "at"),
    )
    id: Mapped[BigKey]
    key_sha256: Mapped[str]
    at: Mapped[datetime]
    cost: Mapped[Small]
