"""Sums of charges by their state, so that what waits is not counted as what is paid."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import ChargeFilter, matching_ids
from foundation.database.tables.charges import Charge
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class ChargeSum:
    """The charges of one state. Corrections count with their sign; what is not decided counts as nothing."""

    state: str
    count: int
    price_cents: Money
    county_pays_cents: Money
    co_payment_cents: Money


def sums_by_state(session: Session, criteria: ChargeFilter) -> list[ChargeSum]:
    """Return the sums of the charges that match, by state in alphabetical order."""
    cents = (Charge.price_cents, Charge.county_pays_cents, Charge.co_payment_cents)
    state = Charge.status.label("state")
    rows = session.execute(
        select(state, func.count(), *(func.coalesce(func.sum(column), 0) for column in cents))
        .where(Charge.id.in_(matching_ids(criteria)))
        .group_by(state)
        .order_by(state)
    )
    return [ChargeSum(name, count, *(Money(int(sum_)) for sum_ in sums)) for name, count, *sums in rows]
