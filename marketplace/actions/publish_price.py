"""Publish, change or withdraw a provider's dated price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.own_offerings import OwnPrice, lock_offering, own_price, own_prices, time_class_ids
from marketplace.rules.price_windows import LOCKED, DatedPrice, Publication, change, publish
from marketplace.rules.refusals import OFFERING_UNKNOWN, TIME_CLASS_UNKNOWN
from marketplace.write.offerings import delete_price, store_price, update_price


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price as requested: whole cents per unit from a day to a day (both included), or open-ended."""

    offering_id: int
    time_class: str
    unit_price_cents: int
    first_day: date
    last_day: date | None = None


def publish_price(
    session: Session, *, provider_id: int, price: NewPrice, actor: Actor, now: datetime
) -> OwnPrice | Refusal:
    """Publish a price from a day on; the former price ends the day before."""
    time_class_id = time_class_ids(session).get(price.time_class)
    if time_class_id is None:
        return TIME_CLASS_UNKNOWN
    if not lock_offering(session, provider_id, price.offering_id):
        return OFFERING_UNKNOWN
    current = _dated(session, provider_id, price.offering_id, price.time_class)
    published = publish(current, price.first_day, price.last_day, today=helsinki_day(now))
    if isinstance(published, Refusal):
        return published
    key = _store(session, published, price, time_class_id)
    _audit(session, actor, now, "price.publish", key, price)
    return _stored(session, provider_id, key)


def change_price(
    session: Session, *, provider_id: int, price_id: int, changed: NewPrice, actor: Actor, now: datetime
) -> OwnPrice | Refusal:
    """Change a price that has not begun, or say when a price in force ends. It is the provider's own."""
    lock_offering(session, provider_id, changed.offering_id)
    current = _dated(session, provider_id, changed.offering_id, changed.time_class)
    requested = DatedPrice(price_id, changed.first_day, changed.last_day, changed.unit_price_cents)
    decided = change(current, requested, today=helsinki_day(now))
    if isinstance(decided, Refusal):
        return decided
    update_price(session, decided)
    _audit(session, actor, now, "price.change", price_id, changed)
    return _stored(session, provider_id, price_id)


def take_back_price(
    session: Session, *, provider_id: int, price: OwnPrice, actor: Actor, now: datetime
) -> Refusal | None:
    """Withdraw a price that has not begun. A price that has begun is locked."""
    lock_offering(session, provider_id, price.offering_id)
    if price.first_day <= helsinki_day(now):
        return LOCKED
    delete_price(session, price.id)
    withdrawn = NewPrice(
        price.offering_id, price.time_class, price.unit_price_cents, price.first_day, price.last_day
    )
    _audit(session, actor, now, "price.take_back", price.id, withdrawn)
    return None


def _stored(session: Session, provider_id: int, price_id: int) -> OwnPrice:
    stored = own_price(session, provider_id, price_id)
    assert stored is not None
    return stored


def _dated(session: Session, provider_id: int, offering_id: int, time_class: str) -> list[DatedPrice]:
    prices, _ = own_prices(session, provider_id, offering_id=offering_id)
    return [
        DatedPrice(price.id, price.first_day, price.last_day, price.unit_price_cents)
        for price in prices
        if price.time_class == time_class
    ]


def _store(session: Session, published: Publication, price: NewPrice, time_class_id: int) -> int:
    former, resumed = published.closed, published.resumed
    if former is not None:
        update_price(session, former)
    if resumed is not None:
        store_price(
            session,
            offering_id=price.offering_id,
            time_class_id=time_class_id,
            unit_price_cents=resumed.unit_price_cents,
            first_day=resumed.first_day,
            last_day=resumed.last_day,
        )
    return store_price(
        session,
        offering_id=price.offering_id,
        time_class_id=time_class_id,
        unit_price_cents=price.unit_price_cents,
        first_day=published.first_day,
        last_day=published.last_day,
    )


def _audit(session: Session, actor: Actor, now: datetime, act: str, price_id: int, price: NewPrice) -> None:
    detail = {
        "offering": price.offering_id,
        "time_class": price.time_class,
        "unit_price_cents": price.unit_price_cents,
        "from": price.first_day.isoformat(),
        "to": price.last_day and price.last_day.isoformat(),
    }
    record(session, actor=actor, now=now, act=act, subject=("price", price_id), detail=detail)
