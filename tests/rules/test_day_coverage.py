"""Minutes of a kind of day that nothing covers (R-21)."""

from __future__ import annotations

import pytest

from clearing.eligibility.facts.calendar import DayKind
from marketplace.rules.day_coverage import Hole, Range, holes, minute_of

WEEKDAY, SATURDAY, SUNDAY = DayKind.WEEKDAY, DayKind.SATURDAY, DayKind.SUNDAY_OR_HOLIDAY
ALL_DAY = [(0, 1440)]


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("00:00", 0),
        ("07:05", 425),
        ("7:05", 425),
        ("23:59", 1439),
        ("24:00", 1440),
        ("24:01", None),
        ("07:60", None),
        ("07:5", None),
        ("07:055", None),
        ("0705", None),
        (":05", None),
        ("ab:05", None),
        ("07:ab", None),
        ("٠٧:05", None),
        ("07:٠٥", None),
        ("07:0²", None),
        ("", None),
    ],
)
def test_a_time_of_the_day(text: str, minute: int | None) -> None:
    """24:00 is the end of the day; other digits than 0-9 are no time (rulebook, Numbers)."""
    assert minute_of(text) == minute


@pytest.mark.parametrize(
    ("ranges", "uncovered"),
    [
        (ALL_DAY, []),
        ([], [("00:00", "24:00")]),
        ([(420, 1080)], [("00:00", "07:00"), ("18:00", "24:00")]),
        ([(1320, 420)], [("07:00", "22:00")]),
        ([(420, 1320), (1320, 420)], []),
        ([(0, 600), (601, 1440)], [("10:00", "10:01")]),
        ([(0, 600), (600, 1440)], []),
        ([(0, 900), (60, 120), (800, 1440)], []),
        ([(300, 300)], []),
        ([(600, 1440), (0, 500)], [("08:20", "10:00")]),
        ([(1, 1439)], [("00:00", "00:01"), ("23:59", "24:00")]),
    ],
)
def test_the_holes_of_a_day(ranges: list[Range], uncovered: list[tuple[str, str]]) -> None:
    found = holes({WEEKDAY: ranges, SATURDAY: ALL_DAY, SUNDAY: ALL_DAY})
    assert [(hole.day_kind, hole.times) for hole in found] == [(WEEKDAY, times) for times in uncovered]


def test_a_kind_of_day_without_ranges_is_a_hole() -> None:
    assert holes({WEEKDAY: ALL_DAY, SUNDAY: []}) == [Hole(SATURDAY, 0, 1440), Hole(SUNDAY, 0, 1440)]
