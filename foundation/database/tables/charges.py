"""Charges as they were sent, how they were decided, and the files in which they were sent."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    and_,
    case,
    select,
)
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column

from foundation.database.columns import (
    Base,
    Big,
    BigKey,
    Cents,
    Hundredths,
    Small,
    Whole,
    alone,
    big_reference,
    one_of,
    partial_index,
    wide_reference,
)
from foundation.database.tables.payments import SettlementCharge, settled_charges

LIVE_STATES = ("accepted", "on_hold", "settled")
LIVE = f"state IN {LIVE_STATES}"
CORRECTION = (
    "(corrects_id IS NULL) = (original_id IS NULL) AND (corrects_id IS NULL) = (after_settlement IS NULL) "
    "AND (corrects_id IS NULL OR state IN ('accepted', 'settled'))"
)
SIGNS = (
    "CASE WHEN corrects_id IS NULL THEN state NOT IN ('accepted', 'settled') OR (price_cents >= 0 AND "
    "county_pays_cents >= 0 AND co_payment_cents >= 0) ELSE (price_cents <= 0 AND county_pays_cents <= 0 AND "
    "co_payment_cents <= 0 AND quantity_hundredths <= 0) OR (price_cents >= 0 AND county_pays_cents >= 0 AND "
    "co_payment_cents >= 0 AND quantity_hundredths >= 0) END"
)
KEYS = (
    "(funding_id IS NULL) = (county_id IS NULL) AND (choice_id IS NULL OR funding_id IS NOT NULL) "
    "AND (offering_id IS NULL OR (funding_id IS NOT NULL AND service_id IS NOT NULL))"
)


class Charge(Base):
    """A provider's charge for one service day. Fields that could not be read are NULL; `sent` has all of
    them.

    `state` is `refused` (final; its reference can be used again), `on_hold` (moves no money), `accepted`,
    `withdrawn` (before settlement) or `rejected` (on hold, and then refused by the county). `status` is the
    same, except that an accepted charge in a settlement of an approved run is `settled`. Only
    `SettlementCharge` stores that, so settling a million charges updates none of them (0030).

    A correction is a charge that points to the one that it corrects, with negative money and units. A
    correction of a correction has positive ones. `original_id` is the first charge that was corrected;
    `after_settlement`: it moved money from payable, not from charged. Only corrections have these two.

    `visit_day` and `visit_number` are of the planned visit of its choice that it names; a charge that is
    corrected to nothing names none any more.

    `drawn_hundredths` are the units that it moved of a funding that is granted in units, with the sign of its
    quantity; `from_held_hundredths` are those of them from or to the choice's hold, as for `from_held_cents`.

    `admitted_at`: when a charge that was on hold (or refused as too late) was last accepted; it may have
    missed a pay day until then (docs/decisions/0226). NULL: only what was decided as it came in holds.
    """

    __tablename__ = "charge"
    __table_args__ = (
        one_of("state", "accepted", "on_hold", "refused", "withdrawn", "rejected"),
        CheckConstraint("price_cents = county_pays_cents + co_payment_cents", name="split"),
        CheckConstraint(
            "state NOT IN ('accepted', 'settled') "
            "OR (funding_id IS NOT NULL AND county_pays_cents IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint(CORRECTION, name="correction"),
        CheckConstraint(KEYS, name="keys"),
        wide_reference("fk_charge_choice_id", "choice", "choice_id", "funding_id", "county_id"),
        wide_reference(
            "fk_charge_offering_id", "offering", "offering_id", "provider_id", "county_id", "service_id"
        ),
        wide_reference("fk_charge_funding_id", "funding", "unchosen_funding_id", "county_id"),
        CheckConstraint(SIGNS, name="signs"),
        partial_index("ix_charge_correction_original_id", "original_id", where="original_id IS NOT NULL"),
        partial_index("ix_charge_correction_funding_id", "funding_id", where="original_id IS NOT NULL"),
        partial_index("ux_charge_provider_reference", "provider_id", "reference", where=LIVE, unique=True),
        partial_index("ix_charge_funding_day", "funding_id", "service_day", where=LIVE),
        Index("ix_charge_provider_received", "provider_id", "id", unique=True),
        partial_index(
            "ix_charge_worker_day", "provider_id", "service_day", where=f"worker IS NOT NULL AND {LIVE}"
        ),
        CheckConstraint("admitted_at >= received_at", name="admitted"),
        partial_index("ix_charge_admitted", "county_id", "admitted_at", where="admitted_at IS NOT NULL"),
        CheckConstraint("(visit_day IS NULL) = (visit_number IS NULL)", name="visit"),
        partial_index(
            "ux_charge_visit",
            "funding_id",
            "visit_day",
            "visit_number",
            "choice_id",
            where=f"visit_day IS NOT NULL AND {LIVE}",
            unique=True,
        ),
        partial_index("ix_charge_refused", "provider_id", "id", where="state IN ('refused', 'rejected')"),
        partial_index("ix_charge_to_settle", "county_id", "id", where="state = 'accepted'"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[Small | None]
    provider_id: Mapped[Big]
    funding_id: Mapped[Big | None]
    choice_id: Mapped[Big | None]
    offering_id: Mapped[Big | None]
    service_id: Mapped[Small | None]
    reference: Mapped[str | None]
    service_day: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    quantity_hundredths: Mapped[Hundredths | None]
    unit_price_cents: Mapped[Cents | None]
    worker: Mapped[str | None]
    state: Mapped[str]
    price_cents: Mapped[Cents | None]
    county_pays_cents: Mapped[Cents | None]
    co_payment_cents: Mapped[Cents | None]
    from_held_cents: Mapped[Cents] = mapped_column(default=0)
    drawn_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")
    from_held_hundredths: Mapped[Hundredths] = mapped_column(server_default="0")
    vat_percent_hundredths: Mapped[Small | None]
    content: Mapped[str]
    sent: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    admitted_at: Mapped[datetime | None]
    received_by: Mapped[int | None] = big_reference("person.id")
    charge_file_id: Mapped[int | None] = big_reference("charge_file.id")
    corrects_id: Mapped[int | None] = big_reference("charge.id")
    original_id: Mapped[int | None] = big_reference("charge.id")
    visit_day: Mapped[date | None]
    visit_number: Mapped[int | None] = mapped_column(SmallInteger)
    after_settlement: Mapped[bool | None]
    unchosen_funding_id: Mapped[int | None] = alone("funding_id", unless="choice_id")
    unoffered_provider_id: Mapped[int | None] = alone("provider_id", unless="offering_id", to="provider.id")
    unoffered_service_id: Mapped[int | None] = alone(
        "service_id", unless="offering_id", to="service.id", kind=SmallInteger
    )
    if TYPE_CHECKING:
        settlement_id: Mapped[int | None]
        status: Mapped[str]


_frozen = aliased(SettlementCharge)
_settlement_id = select(_frozen.settlement_id).where(_frozen.charge_id == Charge.id).correlate_except(_frozen)
_settled = (
    select(1).where(settled_charges.c.charge_id == Charge.id).correlate_except(settled_charges).exists()
)
Charge.settlement_id = column_property(_settlement_id.scalar_subquery())
Charge.status = column_property(
    case((and_(Charge.state == "accepted", _settled), "settled"), else_=Charge.state)
)


class ChargeReason(Base):
    """A reason that was reported for a charge; `words` are the values for its texts."""

    __tablename__ = "charge_reason"
    charge_id: Mapped[int] = big_reference("charge.id", primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str]
    field: Mapped[str | None]
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ClosedRefusal(Base):
    """A refused charge of which its provider has said that nothing is to be charged: no task any more."""

    __tablename__ = "closed_refusal"
    charge_id: Mapped[int] = big_reference("charge.id", primary_key=True, autoincrement=False)
    provider_id: Mapped[int] = big_reference("provider.id")
    closed_at: Mapped[datetime]
    closed_by: Mapped[int | None] = big_reference("person.id")


class ChargeFile(Base):
    """A provider's file of charges.

    The same bytes are accepted once. `results`: [row, charge id, duplicate, code].
    """

    __tablename__ = "charge_file"
    __table_args__ = (UniqueConstraint("provider_id", "sha256"),)
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    name: Mapped[str]
    sha256: Mapped[str]
    received_at: Mapped[datetime]
    received_by: Mapped[int | None] = big_reference("person.id")
    rows: Mapped[Whole]
    accepted: Mapped[Whole]
    refused: Mapped[Whole]
    on_hold: Mapped[Whole]
    duplicates: Mapped[Whole]
    results: Mapped[list[Any]]
