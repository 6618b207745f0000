"""Agreements of providers that counties make invoices in their names."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped

from foundation.database.columns import Base, BigKey, big_reference


class SelfBilling(Base):
    """A provider's agreement that counties make its invoices from `valid` on, and its address on them.

    It is ended, never changed: another address is another agreement (docs/decisions/0205).
    """

    __tablename__ = "self_billing"
    __table_args__ = (
        CheckConstraint("NOT isempty(valid) AND NOT lower_inf(valid)", name="days"),
        CheckConstraint("street <> '' AND town <> '' AND postcode ~ '^[0-9]{5}$'", name="address"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = upper_inf(valid)", name="ended"
        ),
        ExcludeConstraint(
            (text("int8range(provider_id, provider_id, '[]')"), "&&"),
            ("valid", "&&"),
            name="ex_self_billing_one_at_a_time",
            using="gist",
        ),
    )
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    valid: Mapped[Range[date]]
    street: Mapped[str]
    postcode: Mapped[str]
    town: Mapped[str]
    agreed_at: Mapped[datetime]
    agreed_by: Mapped[int] = big_reference("person.id")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = big_reference("person.id")
