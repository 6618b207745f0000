"""Opening balances: files of vouchers in use that wait for a second person."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, partial_index, small_reference


class Opening(Base):
    """A file of opening balances. Nothing of it is in the books before another person accepts it.

    `content` is the file: personal data, deleted when it is decided. `totals` are the sums that the person
    who accepts compares with the earlier system's report. Without `made_by` the operator of the machine
    submitted it.
    """

    __tablename__ = "opening"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'accepted', 'rejected')", name="state"),
        CheckConstraint("length(sha256) = 32", name="sha256"),
        CheckConstraint(
            "(state = 'waiting') = (content IS NOT NULL)"
            " AND (state = 'waiting') = (decided_at IS NULL) AND (state = 'waiting') = (decided_by IS NULL)",
            name="decided",
        ),
        CheckConstraint("state <> 'accepted' OR decided_by IS DISTINCT FROM made_by", name="two_people"),
        CheckConstraint("(state = 'rejected') = (why <> '')", name="why"),
        partial_index(
            "uq_opening_county_id_sha256", "county_id", "sha256", where="state <> 'rejected'", unique=True
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    file_name: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    opens_on: Mapped[date]
    state: Mapped[str]
    totals: Mapped[list[Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    made_by_name: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = big_reference("person.id")
    why: Mapped[str]
