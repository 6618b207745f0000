"""A provider publishes, changes or withdraws a dated price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from marketplace.load.own_offerings import OwnPrice, lock_offering, own_price, own_prices, time_class_ids
from marketplace.rules.price_windows import DatedPrice, PriceFault, Publication, change, publish
from marketplace.write.offerings import delete_price, store_price, update_price


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A requested price in whole cents per unit; both days included, no last day: until further notice."""

    offering_id: int
    time_class: str
    unit_price_cents: int
    first_day: date
    last_day: date | None = None


def publish_price(
    session: Session, *, provider_id: int, price: NewPrice, actor: Actor, now: datetime
) -> OwnPrice | PriceFault | None:
    """Publish a price from a day on; the previous one ends the day before.

    Returns:
        The stored price, a fault, or None if there is no such offering or time class.
    """
    time_class_id = time_class_ids(session).get(price.time_class)
    if time_class_id is None or not lock_offering(session, provider_id, price.offering_id):
        return None
    so_far = _dated(session, provider_id, price.offering_id, price.time_class)
    published = publish(so_far, price.first_day, price.last_day, today=helsinki_day(now))
    if isinstance(published, PriceFault):
        return published
    key = _store(session, published, price, time_class_id)
    _audit(session, actor, now, "price.publish", key, price)
    return own_price(session, provider_id, key)


def change_price(
    session: Session, *, provider_id: int, price_id: int, changed: NewPrice, actor: Actor, now: datetime
) -> OwnPrice | PriceFault:
    """Change a price that is not yet in force, or end one in force; the caller knows it is the provider's."""
    lock_offering(session, provider_id, changed.offering_id)
    so_far = _dated(session, provider_id, changed.offering_id, changed.time_class)
    wanted = DatedPrice(price_id, changed.first_day, changed.last_day, changed.unit_price_cents)
    decided = change(so_far, wanted, today=helsinki_day(now))
    if isinstance(decided, PriceFault):
        return decided
    update_price(
        session,
        price_id,
        unit_price_cents=decided.unit_price_cents,
        first_day=decided.first_day,
        last_day=decided.last_day,
    )
    _audit(session, actor, now, "price.change", price_id, changed)
    stored = own_price(session, provider_id, price_id)
    assert stored is not None
    return stored


def take_back_price(
    session: Session, *, provider_id: int, price: OwnPrice, actor: Actor, now: datetime
) -> PriceFault | None:
    """Withdraw a price that is not yet in force; one in force is locked."""
    lock_offering(session, provider_id, price.offering_id)
    if price.first_day <= helsinki_day(now):
        return PriceFault.LOCKED
    delete_price(session, price.id)
    asked = NewPrice(
        price.offering_id, price.time_class, price.unit_price_cents, price.first_day, price.last_day
    )
    _audit(session, actor, now, "price.take_back", price.id, asked)
    return None


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
        update_price(
            session,
            former.id,
            unit_price_cents=former.unit_price_cents,
            first_day=former.first_day,
            last_day=former.last_day,
        )
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
