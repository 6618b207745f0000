"""The postal addresses of counties on invoices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import CountyAddress


def county_address(session: Session, county_id: int, day: date) -> CountyAddress | None:
    """Return the address of a county that is in force on a day; None if it has none yet."""
    own = select(CountyAddress).where(CountyAddress.county_id == county_id, CountyAddress.from_day <= day)
    return session.scalars(own.order_by(CountyAddress.from_day.desc()).limit(1)).first()


def later_addresses(session: Session, county_id: int, day: date) -> Sequence[CountyAddress]:
    """Return the addresses that begin after a day, in order."""
    own = select(CountyAddress).where(CountyAddress.county_id == county_id, CountyAddress.from_day > day)
    return session.scalars(own.order_by(CountyAddress.from_day)).all()
