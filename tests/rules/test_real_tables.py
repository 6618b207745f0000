"""Real tables of ../shared/data: hourly values by the minute, income percentages, housing by the day."""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from clearing.charges.facts.outcomes import Accepted
from clearing.grants.facts.decision import DecidedIncome
from clearing.grants.rules.granted_money import income_related_value
from foundation.vocabulary.money import Money
from tests.rules.facts_builder import (
    book,
    calendar,
    cents_by_class,
    county,
    decide_one,
    funding,
    offering,
    prices,
    provider,
    verdict,
)

DATA = Path(__file__).parents[2].parent / "shared" / "data"
HOLE = "on_hold: no_time_class"


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a table that nobody here wrote."""
    path = DATA / name
    if not path.exists():
        pytest.skip("the shared data folder is absent: ../shared/data")
    with path.open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


HOURS_OF_CLASS = {
    "arki 7-18": ("weekday", "07:00", "18:00"),
    "arki-ilta 18-22": ("weekday", "18:00", "22:00"),
    "lauantai 7-18": ("saturday", "07:00", "18:00"),
    "lauantai-ilta 18-22": ("saturday", "18:00", "22:00"),
    "sunnuntai": ("sunday", "00:00", "24:00"),
}


def reimbursement() -> tuple[Any, dict[str, int]]:
    """Return the calendar and values of hourly reimbursement; nobody says what a night costs."""
    ranges, values = [], {}
    for row in rows_of("fi_ras_hourly_reimbursement_2021.csv"):
        name = row["time_class"].replace(" ", "_")
        ranges.append((*HOURS_OF_CLASS[row["time_class"]], name))
        values[name] = int(Decimal(row["value_eur_per_hour"]) * 100)
    return calendar(*ranges), values


# day, start, end, quantity, what the county pays in cents or the verdict; 33.50 38.60 40.60 45.70 55.80
BY_THE_MINUTE: list[tuple[str, str, str, str, int | str]] = [
    ("2026-11-03", "07:00", "08:00", "1.00", 3350),
    ("2026-11-03", "06:59", "07:59", "1.00", HOLE),
    ("2026-11-03", "17:59", "18:59", "1.00", 3852),  # 1 min × 33.50 + 59 min × 38.60 = 38.515
    ("2026-11-03", "17:01", "18:01", "1.00", 3359),  # 33.585
    ("2026-11-03", "18:00", "22:00", "4.00", 15_440),
    ("2026-11-03", "21:01", "22:01", "1.00", HOLE),
    ("2026-11-07", "17:30", "18:30", "1.00", 4315),
    ("2026-11-07", "07:00", "22:00", "15.00", 62_940),  # 11 × 40.60 + 4 × 45.70
    ("2026-11-07", "22:00", "23:00", "1.00", HOLE),
    ("2026-11-07", "23:59", "2026-11-08T00:59", "1.00", HOLE),
    ("2026-11-08", "00:00", "01:00", "1.00", 5580),
    ("2026-11-08", "23:00", "2026-11-09T00:00", "1.00", 5580),
    ("2026-11-08", "23:00", "2026-11-09T00:01", "1.02", HOLE),
    ("2026-10-31", "12:00", "13:00", "1.00", 5580),  # All Saints' Day, a Saturday
    ("2026-10-25", "02:30", "03:30+02:00", "2.00", 11_160),  # the hour that stands twice
    ("2026-11-03", "17:40", "18:00", "0.33", 1106),  # 0.33 × 33.50 = 11.055, half up
]


@pytest.mark.parametrize(("day", "start", "end", "quantity", "expected"), BY_THE_MINUTE)
def test_hourly_reimbursement_by_the_minute(
    day: str, start: str, end: str, quantity: str, expected: int | str
) -> None:
    ranges, values = reimbursement()
    facts = book(
        funding(values=cents_by_class(**values)),
        county=county(calendar=ranges),
        providers=[provider(offering=offering(prices=prices(any_=9000)))],
    )
    outcome = decide_one(facts, service_day=day, start=start, end=end, quantity=quantity, unit_price="90")
    result = outcome.split.county_pays_cents if isinstance(outcome, Accepted) else verdict(outcome)
    assert result == expected


def by_the_formula(most: str, income: str, limit: str, percent: str, floor: str) -> int:
    """Return max − (income − limit)/100 × percent/60 in cents, at least the floor, reckoned in decimals."""
    over = max(Decimal(income) - Decimal(limit), Decimal(0))
    value = Decimal(most) - over / 100 * Decimal(percent) / 60
    return int(max(value, Decimal(floor)).quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)


def value_of(most: str, income: str, limit: str, percent: str, floor: str) -> int:
    """Return the value that a grant with this basis has, in cents."""
    cents = [int(Decimal(text) * 100) for text in (most, income, limit, percent, floor)]
    most_cents, income_cents, limit_cents, share, floor_cents = cents
    basis = DecidedIncome(
        Money(most_cents), Money(income_cents), Money(limit_cents), share, Money(floor_cents)
    )
    return income_related_value(basis)


INCOMES = ("0", "0.01", "587.99", "588.00", "588.01", "900.00", "1200.50", "2103.00", "2500.00", "9999.99")


@pytest.mark.parametrize("income", INCOMES)
def test_a_countys_own_percentages_by_family_size_and_hours(income: str) -> None:
    for row in rows_of("fi_ras_income_voucher_2021.csv"):
        limit = row.pop("income_limit_eur")
        row.pop("family_size")
        for percent in row.values():
            basis = ("32.50", income, limit, percent, "7.00")
            assert value_of(*basis) == by_the_formula(*basis), (limit, percent)


@pytest.mark.parametrize("income", INCOMES)
def test_the_national_percentages_by_household(income: str) -> None:
    for row in rows_of("fi_stm_income_limits_2014_2015.csv"):
        basis = ("25.00", income, row["income_limit_eur_month"], row["pct_of_excess"], "7.00")
        assert value_of(*basis) == by_the_formula(*basis), basis


def test_examples_reckoned_by_hand() -> None:
    assert value_of("25", "900", "528", "35", "7") == 2283  # 25 − 3.72 × 35/60 = 22.83
    assert value_of("32.50", "1000", "588", "15", "7") == 3147  # one person, up to 5 h: 32.50 − 4.12 × 15/60
    assert value_of("32.50", "3000", "588", "35", "7") == 1843  # one person, over 30 h: 32.50 − 14.07
    assert value_of("32.50", "6000", "588", "35", "7") == 700  # the floor
    assert value_of("32.50", "3000", "2103", "7", "7") == 3145  # four persons, up to 5 h: 32.50 − 1.0465


@pytest.mark.parametrize(("quantity", "price", "pays"), [("1", "75.00", 7500), ("30", "80.00", 225_000)])
def test_housing_by_the_day(quantity: str, price: str, pays: int) -> None:
    [day] = [
        row
        for row in rows_of("fi_essote_voucher_values_2020.csv")
        if row["unit"] == "vrk" and "tavallinen" in row["service_fi"]
    ]
    value = cents_by_class(any_=int(Decimal(day["value_eur"]) * 100))
    facts = book(
        funding(values=value, free_cents=Money(1_000_000)),
        providers=[provider(offering=offering(unit="day", prices=prices(any_=8000)))],
    )
    outcome = decide_one(facts, unit="day", quantity=quantity, unit_price=price)
    assert isinstance(outcome, Accepted)
    assert outcome.split.county_pays_cents == pays
