"""Dated prices of offerings."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.provider import Price
from foundation.database.columns import first_and_last
from foundation.database.tables import providers as tables
from foundation.database.tables.counties import TimeClass
from foundation.vocabulary.money import Money


def prices_of(session: Session, offering_ids: Collection[int]) -> dict[int, tuple[Price, ...]]:
    """Return every dated price of each offering, the oldest first."""
    price = tables.Price
    rows = session.execute(
        select(price.offering_id, TimeClass.code, price.unit_price_cents, price.valid)
        .join(TimeClass, TimeClass.id == price.time_class_id)
        .where(price.offering_id.in_(offering_ids))
        .order_by(price.offering_id, price.valid, TimeClass.id)
    )
    found: dict[int, list[Price]] = {key: [] for key in offering_ids}
    for offering_id, time_class, cents, valid in rows:
        found[offering_id].append(Price(time_class, Money(cents), *first_and_last(valid)))
    return {key: tuple(prices) for key, prices in found.items()}
