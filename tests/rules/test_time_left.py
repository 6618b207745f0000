"""How long a file will still take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider_portal.rules.time_left import Pace

counts, milliseconds = st.integers(0, 100_000), st.integers(1, 3_600_000)


@pytest.mark.parametrize(
    ("pace", "seconds"),
    [
        (Pace(20_000, 0, 0, 4_000), None),
        (Pace(20_000, 5_000, 5_000, 4_000), None),
        (Pace(20_000, 10_000, 0, 4_000), 4),
        (Pace(20_000, 10_000, 5_000, 4_000), 8),
        (Pace(20_000, 19_999, 0, 4_000), 1),
        (Pace(20_000, 20_000, 0, 4_000), 0),
        (Pace(20_000, 10_000, 0, 0), None),
        (Pace(20_000, 399, 0, 1_000), None),
        (Pace(20_000, 400, 0, 1_000), 49),
    ],
)
def test_it_goes_on_at_the_speed_of_this_attempt(pace: Pace, seconds: int | None) -> None:
    assert pace.seconds_left == seconds


@given(counts, counts, counts, milliseconds)
def test_it_is_never_negative_and_nothing_left_takes_no_time(
    rows: int, done: int, before: int, elapsed: int
) -> None:
    left = Pace(rows, done, before, elapsed).seconds_left
    assert (left is None) == (done <= before or (done - before) * 50 < rows)
    assert left is None or (left == 0) == (done >= rows)
    assert left is None or left >= 0
