"""R-21 and the time classes: edges by the minute, holidays and eves, midnight, both clock changes."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clearing.charges.facts.outcomes import Accepted
from clearing.charges.reading.fields import read_charge
from clearing.eligibility.facts.calendar import DayKind
from clearing.eligibility.rules.civil_days import day_kind
from clearing.eligibility.rules.time_classes import TimeClasses
from foundation.vocabulary.dates import HELSINKI
from tests.rules.facts_builder import (
    FULL_CALENDAR,
    book,
    calendar,
    cents_by_class,
    county,
    decide_one,
    funding,
    offering,
    prices,
    provider,
    sent,
    verdict,
)

DATA = Path(__file__).parents[2].parent / "shared" / "data"
W, S, H = DayKind.WEEKDAY, DayKind.SATURDAY, DayKind.SUNDAY_OR_HOLIDAY
HOLE = "on_hold: no_time_class"

DAY_KINDS = [
    ("2026-11-02", W), ("2026-11-06", W), ("2026-11-07", S), ("2026-11-08", H),
    ("2026-01-01", H), ("2026-01-02", W), ("2026-01-05", W), ("2026-01-06", H), ("2026-01-07", W),
    ("2026-04-02", W), ("2026-04-03", H), ("2026-04-04", S), ("2026-04-05", H), ("2026-04-06", H),
    ("2026-04-07", W), ("2026-04-30", W), ("2026-05-01", H), ("2026-05-13", W), ("2026-05-14", H),
    ("2026-05-24", H), ("2026-06-18", W), ("2026-06-19", H), ("2026-06-20", H), ("2026-06-21", H),
    ("2026-10-30", W), ("2026-10-31", H), ("2026-12-05", S), ("2026-12-06", H), ("2026-12-23", W),
    ("2026-12-24", H), ("2026-12-25", H), ("2026-12-26", H), ("2026-12-31", W),
    ("2025-06-20", H), ("2025-06-21", H), ("2025-12-06", H), ("2025-12-24", H), ("2025-11-01", H),
    ("2027-03-26", H), ("2027-03-29", H), ("2027-05-06", H), ("2027-06-25", H), ("2028-02-29", W),
]  # fmt: skip


@pytest.mark.parametrize(("day", "kind"), DAY_KINDS)
def test_day_kind_of_finnish_holidays_and_eves(day: str, kind: DayKind) -> None:
    assert day_kind(date.fromisoformat(day)) == kind


# Full calendar: weekday 07–18, evening 18–22, night 22–07; Saturday; Sunday or holiday.
SPLITS = [
    ("2026-11-03", "07:00", "08:00", {"weekday": 60}),
    ("2026-11-03", "06:59", "07:00", {"night": 1}),
    ("2026-11-03", "06:59", "07:01", {"night": 1, "weekday": 1}),
    ("2026-11-03", "17:59", "18:00", {"weekday": 1}),
    ("2026-11-03", "18:00", "18:01", {"evening": 1}),
    ("2026-11-03", "17:00", "19:00", {"weekday": 60, "evening": 60}),
    ("2026-11-03", "21:59", "22:01", {"evening": 1, "night": 1}),
    ("2026-11-03", "00:00", "23:59", {"night": 539, "weekday": 660, "evening": 240}),
    ("2026-11-03", "23:00", "2026-11-04T01:00", {"night": 120}),
    ("2026-11-06", "23:00", "2026-11-07T01:00", {"night": 60, "saturday": 60}),
    ("2026-11-06", "23:00", "2026-11-07T00:01", {"night": 60, "saturday": 1}),
    ("2026-11-06", "23:00", "2026-11-07T00:00", {"night": 60}),
    ("2026-11-06", "00:00", "00:01", {"night": 1}),
    ("2026-11-07", "23:30", "2026-11-08T00:15", {"saturday": 30, "sunday_or_holiday": 15}),
    ("2026-11-08", "23:30", "2026-11-09T08:00", {"sunday_or_holiday": 30, "night": 420, "weekday": 60}),
    ("2026-12-23", "23:00", "2026-12-24T01:00", {"night": 60, "sunday_or_holiday": 60}),
    ("2026-06-18", "21:00", "2026-06-19T01:00", {"evening": 60, "night": 120, "sunday_or_holiday": 60}),
    ("2026-11-06", "12:00", "2026-11-07T23:00",
     {"weekday": 360, "evening": 240, "night": 120, "saturday": 1380}),
    # Clock changes: the elapsed minutes of a Sunday.
    ("2026-03-29", "00:00", "2026-03-30T00:00", {"sunday_or_holiday": 1380}),
    ("2026-10-25", "00:00", "2026-10-26T00:00", {"sunday_or_holiday": 1500}),
    ("2026-03-28", "23:00", "2026-03-29T05:00", {"saturday": 60, "sunday_or_holiday": 240}),
    ("2026-10-24", "23:00", "2026-10-25T05:00", {"saturday": 60, "sunday_or_holiday": 360}),
    ("2026-10-25", "22:00", "2026-10-26T08:00", {"sunday_or_holiday": 120, "night": 420, "weekday": 60}),
]  # fmt: skip


@pytest.mark.parametrize(("day", "start", "end", "minutes"), SPLITS)
def test_visit_is_split_by_the_minute(day: str, start: str, end: str, minutes: dict[str, int]) -> None:
    charge = read_charge(sent(service_day=day, start=start, end=end))[0]
    assert charge.start is not None
    assert charge.end is not None
    assert (
        dict(TimeClasses.of(FULL_CALENDAR).of_visit(charge.start, charge.end, date.fromisoformat(day)))
        == minutes
    )


AUTUMN = calendar(
    ("sunday", "00:00", "03:30", "before"),
    ("sunday", "03:30", "04:00", "twice"),
    ("sunday", "04:00", "24:00", "after"),
)
CLOCK_CHANGES = [
    ("2026-10-25", "03:00", "05:00", {"before": 60, "twice": 60, "after": 60}),
    ("2026-10-25", "03:30", "04:00", {"twice": 60, "before": 30}),
    ("2026-10-25", "03:30+02:00", "04:00", {"twice": 30}),
    ("2026-10-25", "03:45", "03:15+02:00", {"twice": 15, "before": 15}),
    ("2026-03-29", "02:30", "04:30", {"before": 30, "after": 30}),
    ("2026-03-29", "02:59", "04:01", {"before": 1, "after": 1}),
]


@pytest.mark.parametrize(("day", "start", "end", "minutes"), CLOCK_CHANGES)
def test_clock_change_counts_the_clock_of_each_minute(
    day: str, start: str, end: str, minutes: dict[str, int]
) -> None:
    charge = read_charge(sent(service_day=day, start=start, end=end))[0]
    assert charge.start is not None
    assert charge.end is not None
    assert dict(TimeClasses.of(AUTUMN).of_visit(charge.start, charge.end, date.fromisoformat(day))) == minutes


FIRST_AND_NOON = calendar(
    ("weekday", "00:00", "00:01", "minute"), ("weekday", "00:01", "12:00", "rest"),
    ("weekday", "12:00", "12:01", "minute"), ("weekday", "12:01", "24:00", "rest"),
)  # fmt: skip


@pytest.mark.parametrize(("start", "end"), [("00:00", "00:10"), ("11:55", "12:05")])
def test_a_class_may_last_a_minute(start: str, end: str) -> None:
    charge = read_charge(sent(service_day="2026-11-03", start=start, end=end))[0]
    assert charge.start is not None
    assert charge.end is not None
    parts = TimeClasses.of(FIRST_AND_NOON).of_visit(charge.start, charge.end, date(2026, 11, 3))
    assert dict(parts) == {"minute": 1, "rest": 9}


@pytest.mark.parametrize("day", ["2026-11-03", "2026-03-29", "2026-10-25"])
def test_minutes_of_a_visit_add_up(day: str) -> None:
    classes = TimeClasses.of(FULL_CALENDAR)
    start = datetime.fromisoformat(f"{day}T00:07").replace(tzinfo=HELSINKI)
    for length in range(1, 36 * 60, 97):
        end = (start.astimezone(UTC) + timedelta(minutes=length)).astimezone(HELSINKI)
        assert sum(minutes for _, minutes in classes.of_visit(start, end, start.date())) == length


def clock(value: str) -> str:
    return value or "00:00"


LAPHA_KINDS = {
    "arki": ("weekday",),
    "lauantai": ("saturday",),
    "lauantai ja arkipyhän aatto": ("saturday",),
    "arkipyhä ja sunnuntai": ("sunday",),
}
EVENING_OF = {"arki": "evening", "lauantai": "saturday_evening"}


def lapha() -> tuple[Any, dict[str, int]]:
    """Return the calendar and values of a real county's home care; it has holes."""
    path = DATA / "fi_lapha_voucher_values_2023.csv"
    if not path.exists():
        pytest.skip("the shared data folder is absent: ../shared/data")
    rows, values = [], {}
    for row in csv.DictReader(path.open(encoding="utf-8")):
        if row["service_fi"] == "Kotihoidon palveluseteli":
            name = f"{row['weekday'].split()[0]}_{row['time_from'][:2]}"
            values[name] = round(float(row["value_eur"]) * 100)
            rows += [(kind, row["time_from"], row["time_to"], name) for kind in LAPHA_KINDS[row["weekday"]]]
    return calendar(*rows), values


# The real county has no class on weekdays 22–07, on Saturdays 22–07, on Sundays 22–07.
LAPHA = [
    ("2026-11-03", "07:00", "08:00", "1.00", "accepted", 3600),
    ("2026-11-03", "06:59", "07:59", "1.00", HOLE, None),
    ("2026-11-03", "17:00", "18:00", "1.00", "accepted", 3600),
    ("2026-11-03", "17:30", "18:30", "1.00", "accepted", 3870),
    ("2026-11-03", "18:00", "19:00", "1.00", "accepted", 4140),
    ("2026-11-03", "21:00", "22:00", "1.00", "accepted", 4140),
    ("2026-11-03", "21:01", "22:01", "1.00", HOLE, None),
    ("2026-11-03", "22:00", "23:00", "1.00", HOLE, None),
    ("2026-11-03", "23:00", "2026-11-04T01:00", "2.00", HOLE, None),
    ("2026-11-07", "07:00", "08:00", "1.00", "accepted", 4320),
    ("2026-11-07", "06:00", "07:00", "1.00", HOLE, None),
    ("2026-11-07", "17:59", "18:59", "1.00", "accepted", 7152),  # 1 min × 43.20 + 59 min × 72.00
    ("2026-11-07", "18:00", "19:00", "1.00", "accepted", 7200),
    ("2026-11-08", "07:00", "08:00", "1.00", "accepted", 7200),
    ("2026-11-08", "21:30", "22:30", "1.00", HOLE, None),
]


@pytest.mark.parametrize(("day", "start", "end", "quantity", "expected", "pays"), LAPHA)
def test_real_county_with_a_hole(
    day: str, start: str, end: str, quantity: str, expected: str, pays: int | None
) -> None:
    ranges, values = lapha()
    facts = book(
        funding(values=cents_by_class(**values)),
        county=county(calendar=ranges),
        providers=[provider(offering=offering(prices=prices(any_=9000)))],
    )
    outcome = decide_one(facts, service_day=day, start=start, end=end, quantity=quantity, unit_price="90")
    assert verdict(outcome) == expected
    assert (outcome.split.county_pays_cents if isinstance(outcome, Accepted) else None) == pays


def turku() -> tuple[Any, dict[str, int]]:
    """Return the calendar and values of a real county's personal assistance; it has no hole."""
    path = DATA / "fi_turku_personal_assistance_values.csv"
    if not path.exists():
        pytest.skip("the shared data folder is absent: ../shared/data")
    rows, values = [], {}
    for row in csv.DictReader(path.open(encoding="utf-8")):
        kinds = ("weekday", "saturday") if "lauantai" in row["time_class_fi"] else ("sunday",)
        name = f"{kinds[0]}_{row['time_from'][:2]}"
        values[name] = round(float(row["value_eur_per_hour"]) * 100)
        rows += [(kind, row["time_from"], row["time_to"], name) for kind in kinds]
    return calendar(*rows), values


TURKU = [
    ("2026-11-03", "06:00", "07:00", "1.00", 2100),
    ("2026-11-03", "05:00", "06:00", "1.00", 2630),
    ("2026-11-03", "05:30", "06:30", "1.00", 2365),
    ("2026-11-03", "05:59", "06:59", "1.00", 2109),  # 1 min × 26.30 + 59 min × 21.00 = 21.088
    ("2026-11-03", "22:00", "23:00", "1.00", 2100),
    ("2026-11-03", "22:01", "23:01", "1.00", 2109),
    ("2026-11-03", "23:00", "2026-11-04T00:00", "1.00", 2630),
    ("2026-11-03", "23:00", "2026-11-04T07:00", "8.00", 20_510),
    ("2026-11-07", "12:00", "13:00", "1.00", 2100),
    ("2026-11-07", "23:00", "2026-11-08T01:00", "2.00", 6830),
    ("2026-11-08", "12:00", "13:00", "1.00", 4200),
    ("2026-11-08", "23:00", "2026-11-09T01:00", "2.00", 6830),
    ("2026-10-31", "12:00", "13:00", "1.00", 4200),
    ("2026-10-25", "02:00", "05:00", "4.00", 16_800),
]


@pytest.mark.parametrize(("day", "start", "end", "quantity", "pays"), TURKU)
def test_real_county_by_the_minute(day: str, start: str, end: str, quantity: str, pays: int) -> None:
    ranges, values = turku()
    facts = book(
        funding(values=cents_by_class(**values)),
        county=county(calendar=ranges),
        providers=[provider(offering=offering(prices=prices(any_=9000)))],
    )
    outcome = decide_one(facts, service_day=day, start=start, end=end, quantity=quantity, unit_price="90")
    assert isinstance(outcome, Accepted), verdict(outcome)
    assert outcome.split.county_pays_cents == pays


LUNCH = calendar(
    ("weekday", "00:00", "11:30", "early"), ("weekday", "11:30", "12:00", "noon"),
    ("weekday", "13:00", "13:30", "one"), ("weekday", "13:30", "24:00", "late"),
)  # fmt: skip
HOLES = [
    ("11:00", "12:00", "accepted"),
    ("11:01", "12:01", HOLE),
    ("12:00", "13:00", HOLE),
    ("13:00", "14:00", "accepted"),
    ("12:59", "13:59", HOLE),
    (None, None, HOLE),  # the class at 12:00
]


@pytest.mark.parametrize(("start", "end", "expected"), HOLES)
def test_a_hole_in_the_calendar(start: str | None, end: str | None, expected: str) -> None:
    facts = book(county=county(calendar=LUNCH))
    assert verdict(decide_one(facts, start=start, end=end, quantity="1")) == expected


def test_a_range_that_ends_where_it_begins_is_the_full_day() -> None:
    facts = book(county=county(calendar=calendar(("weekday", "07:00", "07:00", "all"))))
    assert verdict(decide_one(facts, start="06:00", end="08:00")) == "accepted"


def test_a_hole_is_not_admitted_away() -> None:
    waived = frozenset({"no_time_class"})
    facts = book(county=county(calendar=()))
    assert verdict(decide_one(facts, waived=waived)) == HOLE
