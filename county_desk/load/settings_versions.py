"""The versions of a county's dated settings, and whom a change of them concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from clearing.charges.load.counties import late_days_changes
from clearing.eligibility.facts.calendar import CalendarRange
from clearing.eligibility.load.calendars import calendars
from clearing.eligibility.rules.time_classes import calendar_on
from clearing.grants.load.funding_states import funding_state_on
from foundation.database.tables.choices import Choice
from foundation.database.tables.counties import County, CountyAddress
from foundation.database.tables.grants import Funding
from marketplace.load.county_addresses import county_address, later_addresses


@dataclass(frozen=True, slots=True)
class DatedSettings:
    """What is in force on a day, and what begins later by its first day, in order."""

    late_days: int
    later_late_days: Sequence[tuple[date, int]]
    calendar: Sequence[CalendarRange]
    later_calendars: Sequence[tuple[date, Sequence[CalendarRange]]]
    address: CountyAddress | None
    later_addresses: Sequence[CountyAddress]


@dataclass(frozen=True, slots=True)
class Concerned:
    """How many vouchers are open on a day, and how many choices of a provider are in force on it."""

    vouchers: int
    choices: int


def dated_settings(session: Session, county_id: int, day: date) -> DatedSettings:
    """Return the dated settings of a county as of a day."""
    ranges = calendars(session, [county_id])[county_id]
    later = sorted({each.from_day for each in ranges if each.from_day > day})
    in_force = select(func.late_days_on(County.id, day)).where(County.id == county_id)
    return DatedSettings(
        late_days=session.scalars(in_force).one(),
        later_late_days=[
            each for each in late_days_changes(session, [county_id])[county_id] if each[0] > day
        ],
        calendar=calendar_on(ranges, day),
        later_calendars=[(first, calendar_on(ranges, first)) for first in later],
        address=county_address(session, county_id, day),
        later_addresses=later_addresses(session, county_id, day),
    )


def concerned(session: Session, county_id: int, day: date) -> Concerned:
    """Return whom a change from a day on concerns, as it is known now."""
    open_vouchers = select(func.count()).where(
        Funding.county_id == county_id, funding_state_on(day) == "open", Funding.valid.contains(day)
    )
    choices = select(func.count()).where(
        Choice.county_id == county_id,
        Choice.withdrawn_at.is_(None),
        Choice.starts_on <= day,
        or_(Choice.ends_on.is_(None), Choice.ends_on >= day),
    )
    return Concerned(session.scalars(open_vouchers).one(), session.scalars(choices).one())
