"""Three working days to answer a client who says "not right"."""

from __future__ import annotations

from datetime import date

import pytest

from clearing.charges.rules.disputes import answer_by

DAYS = [
    (date(2026, 11, 23), date(2026, 11, 26)),  # Monday
    (date(2026, 11, 25), date(2026, 11, 30)),  # Wednesday, over a weekend
    (date(2026, 11, 27), date(2026, 12, 2)),  # Friday
    (date(2026, 11, 28), date(2026, 12, 2)),  # Saturday
    (date(2026, 12, 3), date(2026, 12, 8)),  # over a weekend; Independence Day is a Sunday
    (date(2026, 12, 22), date(2026, 12, 29)),  # over Christmas Eve, Christmas and St Stephen's Day
    (date(2026, 12, 31), date(2027, 1, 7)),  # over New Year's Day, a weekend and Epiphany
]


@pytest.mark.parametrize(("disputed_on", "last_day"), DAYS)
def test_the_third_working_day(disputed_on: date, last_day: date) -> None:
    assert answer_by(disputed_on) == last_day
