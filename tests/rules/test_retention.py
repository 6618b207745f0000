"""The last day on which a message is kept."""

from datetime import date

import pytest

from clearing.upkeep.rules.retention import last_day_kept

LAST_DAYS = [
    (date(2026, 11, 21), 24, date(2028, 11, 21)),
    (date(2026, 1, 31), 1, date(2026, 2, 28)),
    (date(2028, 1, 31), 1, date(2028, 2, 29)),
    (date(2028, 2, 29), 12, date(2029, 2, 28)),
    (date(2026, 12, 31), 1, date(2027, 1, 31)),
    (date(2026, 12, 1), 12, date(2027, 12, 1)),
]


@pytest.mark.parametrize(("sent_on", "months", "last_day"), LAST_DAYS)
def test_the_same_day_of_the_month_or_the_last_one(sent_on: date, months: int, last_day: date) -> None:
    assert last_day_kept(sent_on, months) == last_day
