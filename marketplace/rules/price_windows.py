"""Dated prices of one offering in one time class: never two on a day, never a change of a past day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from foundation.vocabulary.refusals import Refusal

_ONE_DAY = timedelta(days=1)


class PriceRefusalCode(StrEnum):
    """Why a price is not published, changed or placed. The codes are public."""

    LOCKED = "price_locked"
    BACKWARDS = "window_backwards"
    OVERLAPS = "price_overlaps"


LOCKED = Refusal(PriceRefusalCode.LOCKED, "from")
BACKWARDS = Refusal(PriceRefusalCode.BACKWARDS, "to")
OVERLAPS = Refusal(PriceRefusalCode.OVERLAPS, "from")


@dataclass(frozen=True, slots=True)
class DatedPrice:
    """A price per unit in whole cents from a day to a day (both included), or on."""

    id: int
    first_day: date
    last_day: date | None
    unit_price_cents: int

    def reaches(self, day: date) -> bool:
        """Whether the price is still in force on the day, or begins later."""
        return self.last_day is None or self.last_day >= day


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing does: the new price's days, the former closed, and resumed after a price for a time."""

    first_day: date
    last_day: date | None
    closed: DatedPrice | None = None
    resumed: DatedPrice | None = None


def publish(
    prices: Sequence[DatedPrice], first_day: date, last_day: date | None, *, today: date
) -> Publication | Refusal:
    """A new price closes the former the day before; without a last day it holds until the next begins."""
    if first_day < today:
        return LOCKED
    if last_day is not None and last_day < first_day:
        return BACKWARDS
    later = [price for price in prices if price.first_day >= first_day]
    next_day = min((price.first_day for price in later), default=None)
    if next_day == first_day or (next_day and last_day and next_day <= last_day):
        return OVERLAPS
    if last_day is None and next_day is not None:
        last_day = next_day - _ONE_DAY
    former = next(
        (price for price in prices if price.first_day < first_day and price.reaches(first_day)), None
    )
    return Publication(first_day, last_day, _closed(former, first_day), _resumed(former, last_day))


def change(prices: Sequence[DatedPrice], changed: DatedPrice, *, today: date) -> DatedPrice | Refusal:
    """A price that has begun keeps its price and first day, and its last day is never moved before yesterday.

    `prices` holds the price as it was; `changed` as it should be. A price that begins today or later is free.
    """
    former = next(price for price in prices if price.id == changed.id)
    if changed.last_day is not None and changed.last_day < changed.first_day:
        return BACKWARDS
    if former.first_day < today and not _only_closes(former, changed, today):
        return LOCKED
    if former.first_day >= today > changed.first_day:
        return LOCKED
    others = (price for price in prices if price.id != changed.id)
    return OVERLAPS if any(_share_a_day(changed, other) for other in others) else changed


def _only_closes(former: DatedPrice, changed: DatedPrice, today: date) -> bool:
    yesterday = today - _ONE_DAY
    if (former.first_day, former.unit_price_cents) != (changed.first_day, changed.unit_price_cents):
        return False
    return former == changed or (former.reaches(yesterday) and changed.reaches(yesterday))


def _share_a_day(one: DatedPrice, other: DatedPrice) -> bool:
    return one.reaches(other.first_day) and other.reaches(one.first_day)


def _closed(former: DatedPrice | None, first_day: date) -> DatedPrice | None:
    if former is None:
        return None
    return DatedPrice(former.id, former.first_day, first_day - _ONE_DAY, former.unit_price_cents)


def _resumed(former: DatedPrice | None, last_day: date | None) -> DatedPrice | None:
    if former is None or last_day is None or not former.reaches(last_day + _ONE_DAY):
        return None
    return DatedPrice(former.id, last_day + _ONE_DAY, former.last_day, former.unit_price_cents)
