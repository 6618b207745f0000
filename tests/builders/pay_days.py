"""A county that says when it pays. Its calendar is stored before the charges that have its days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from foundation.database.tables.counties import SettlementCalendar
from tests.builders import NOW
from tests.builders.settlement import SettlementScenario, a_settlement_scenario


def noon(day: int, month: int = 11) -> datetime:
    """Return noon of a day of the year of the scenarios."""
    return datetime(2026, month, day, 12, tzinfo=NOW.tzinfo)


def a_county_with_two_pay_days(session: Session) -> SettlementScenario:
    """Build a county that pays on the 15th and the last day of each month; charges five bank days before."""
    found = a_settlement_scenario(session)
    pays_monthly(session, found.county.id, 15, 31)
    return found


def pays_monthly(
    session: Session, county_id: int, *month_days: int, cut_off_days: int = 5, from_day: date = date.min
) -> None:
    """Let the county pay on one or two days of each month."""
    first, second, *_none = *month_days, None, None
    session.add(
        SettlementCalendar(
            county_id=county_id,
            from_day=from_day,
            month_day=first,
            second_month_day=second,
            cut_off_days=cut_off_days,
        )
    )
    session.flush()


def ends_paying_on_days(session: Session, county_id: int, from_day: date) -> None:
    """Let the county have no pay days from a day on."""
    session.add(SettlementCalendar(county_id=county_id, from_day=from_day))
    session.flush()
