"""A client's choice of an offering for a funding, and the money that it holds."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Cents,
    Hundredths,
    big_reference,
    one_of,
    partial_index,
    wide_reference,
)


class Choice(Base):
    """The client chose this offering for this funding from a day on. `held_cents` is what it still reserves.

    `held_hundredths` are the units that it reserves of a funding that is granted in units. The sums over a
    funding's choices are its held balance (`omatori verify` checks it).
    As its visits were last planned: `lasts_until` is the last day that its hold reaches, `stopped_by` what
    stops it, and `own_unit_cents` the client's own share of a unit. `stop_code` is why the provider may not
    give the visits from `stops_on` on; since `stop_found_at` the client must find another provider.
    `withdrawn_at`: the choice was undone in time, as if never made, so it gives no right to charge.
    `replaces_id`: the choice of the same funding that ended as this one began. The `replaced_` columns are
    its last day and planned money before that, and the parts of its hold that came free, for an undo.
    """

    __tablename__ = "choice"
    __table_args__ = (
        CheckConstraint("held_cents >= 0", name="held"),
        CheckConstraint("held_hundredths >= 0", name="units_held"),
        CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on OR ended_at IS NOT NULL",
            name="days",
        ),
        CheckConstraint(
            "(quantity_hundredths IS NULL) <> (quantity_per_week_hundredths IS NULL)",
            name="plan",
        ),
        CheckConstraint(
            "(replaces_id IS NULL) = (replaced_planned_cents IS NULL)"
            " AND (replaces_id IS NULL) = (replaced_held_cents IS NULL)"
            " AND (replaced_ends_on IS NULL OR replaces_id IS NOT NULL)",
            name="replaced",
        ),
        CheckConstraint("replaced_held_cents >= 0", name="replaced_held"),
        one_of("stopped_by", "money", "units", "month_limit", "window", "rule"),
        CheckConstraint(
            "(stop_code IS NULL) = (stops_on IS NULL) AND (stop_found_at IS NULL OR stop_code IS NOT NULL)",
            name="stop",
        ),
        CheckConstraint("replaced_held_hundredths >= 0", name="replaced_units_held"),
        wide_reference("fk_choice_replaces_id", "choice", "replaces_id", "funding_id", "county_id"),
        wide_reference("fk_choice_funding_id", "funding", "funding_id", "county_id"),
        UniqueConstraint("id", "funding_id", "county_id", name="uq_choice_id_funding"),
        Index("ix_choice_funding_id", "funding_id"),
        Index("ix_choice_provider_id", "provider_id"),
        partial_index("ix_choice_stop_found_at", "county_id", "stops_on", where="stop_found_at IS NOT NULL"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = mapped_column(SmallInteger)
    funding_id: Mapped[int] = mapped_column(BigInteger)
    offering_id: Mapped[int] = big_reference("offering.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    quantity_hundredths: Mapped[Hundredths | None]
    quantity_per_week_hundredths: Mapped[Hundredths | None]
    held_cents: Mapped[Cents] = mapped_column(default=0)
    held_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")
    planned_cents: Mapped[Cents] = mapped_column(default=0)
    lasts_until: Mapped[date | None]
    stopped_by: Mapped[str | None]
    own_unit_cents: Mapped[int | None] = mapped_column(BigInteger)
    stop_code: Mapped[str | None]
    stops_on: Mapped[date | None]
    stop_found_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    ended_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(BigInteger)
    replaced_ends_on: Mapped[date | None]
    replaced_planned_cents: Mapped[int | None] = mapped_column(BigInteger)
    replaced_held_cents: Mapped[int | None] = mapped_column(BigInteger)
    replaced_held_hundredths: Mapped[int | None] = mapped_column(BigInteger)
