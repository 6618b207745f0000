"""Civil days in Finland: what kind each is, and the instants at which it begins and ends."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache

import holidays

from clearing.eligibility.facts.calendar import DayKind
from foundation.vocabulary.dates import HELSINKI, ONE_DAY

_NEVER = datetime.max.replace(tzinfo=UTC)


@cache
def _public_holidays(year: int) -> frozenset[date]:
    """Return the Finnish public holidays; the eves of Christmas and Midsummer are among them.

    Cached because the library takes a millisecond for a year: this is its table, not memory of a batch.
    """
    return frozenset(holidays.country_holidays("FI", years=year))


def day_kind(day: date) -> DayKind:
    """Return the kind of a day: public holidays, Christmas Eve and Midsummer Eve count as Sundays."""
    if day.weekday() == 6 or day in _public_holidays(day.year):
        return DayKind.SUNDAY_OR_HOLIDAY
    return DayKind.SATURDAY if day.weekday() == 5 else DayKind.WEEKDAY


@lru_cache(maxsize=4_096)
def steady_day(day: date) -> tuple[datetime, datetime]:
    """Return the day's midnight and the next one in UTC; twice the same if clocks change that day.

    Cached because each planned visit needs it: a table of days, not memory of a batch.
    """
    try:
        midnight = datetime.combine(day, time(), HELSINKI).astimezone(UTC)
        next_midnight = datetime.combine(day + ONE_DAY, time(), HELSINKI).astimezone(UTC)
    except OverflowError:
        return _NEVER, _NEVER
    return midnight, next_midnight if next_midnight - midnight == ONE_DAY else midnight


def helsinki_time(day: date, minute: int) -> datetime:
    """Return the instant (UTC) at which the Helsinki clock shows a minute of a day.

    A time that the clocks skip in spring is an hour later; of one that they repeat in autumn it is the first.
    """
    midnight, next_midnight = steady_day(day)
    if midnight != next_midnight:
        return midnight + timedelta(minutes=minute)
    return datetime.combine(day, time(minute // 60, minute % 60), HELSINKI).astimezone(UTC)
