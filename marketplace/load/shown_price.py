"""The price that a search shows of an offering, and the time classes for which it is sold, in one reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, SmallInteger, case, func, lateral, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from clearing.grants.facts.funding import ANY_CLASS
from foundation.database.tables.counties import TimeClass
from foundation.database.tables.providers import Price
from marketplace.load.search_shape import DAY

_CLASS_BITS, _CENTS_BITS = literal(16, Integer), literal(40, Integer)
_CLASSES, _CENTS = (1 << 16) - 1, (1 << 40) - 1


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """The price of an offering on the day; each column is NULL if it has none."""

    of_offering: Any
    unit_price_cents: ColumnElement[Any]
    time_class_id: ColumnElement[Any]
    time_classes: ColumnElement[Any]


def price_of_the_day(offering_id: Any, preferred: Sequence[str]) -> ShownPrice:
    """Return the price that is shown: of the preferred classes, of any, else the lowest.

    `marketplace.rules.comparison.shown_price` says the same. It is the smallest of the prices' keys: the rank
    of the class, the price and the class, packed into one number. To sort the prices took twice the time.
    """
    ranks = [
        (Price.time_class_id == class_id(code), rank) for rank, code in enumerate((*preferred, ANY_CLASS))
    ]
    rank = case(*ranks, else_=len(ranks)).cast(BigInteger)
    priced = (rank.bitwise_lshift(_CENTS_BITS)).bitwise_or(Price.unit_price_cents)
    key = priced.bitwise_lshift(_CLASS_BITS).bitwise_or(Price.time_class_id)
    found = lateral(
        select(
            func.min(key, type_=BigInteger).label("key"),
            func.array_agg(Price.time_class_id, type_=ARRAY(SmallInteger)).label("time_classes"),
        ).where(Price.offering_id == offering_id, Price.valid.op("@>")(DAY))
    ).alias("price_of_the_day")
    return ShownPrice(
        found,
        found.c.key.bitwise_rshift(_CLASS_BITS).bitwise_and(_CENTS),
        found.c.key.bitwise_and(_CLASSES).cast(SmallInteger),
        found.c.time_classes,
    )


def class_id(code: str) -> ColumnElement[int]:
    """Return the id of a time class."""
    return select(TimeClass.id).where(TimeClass.code == code).scalar_subquery()
