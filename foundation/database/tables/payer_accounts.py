"""Changes of the account that a county pays from."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    big_reference,
    one_of,
    partial_index,
    small_reference,
)


class PayerAccountChange(Base):
    """An account that a county is to pay from; another person than the one who entered it confirms it.

    Without `entered_by` the operator of the machine entered it, by the county's file. One waits at a time.
    """

    __tablename__ = "payer_account_change"
    __table_args__ = (
        one_of("letters", "basic", "nordic"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed"),
        CheckConstraint("confirmed_by <> entered_by", name="two_people"),
        CheckConstraint("confirmed_at IS NULL OR withdrawn_at IS NULL", name="withdrawn"),
        partial_index(
            "uq_payer_account_change_waiting",
            "county_id",
            where="confirmed_at IS NULL AND withdrawn_at IS NULL",
            unique=True,
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    iban: Mapped[str]
    bic: Mapped[str]
    letters: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = big_reference("person.id")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = big_reference("person.id")
    withdrawn_at: Mapped[datetime | None]
