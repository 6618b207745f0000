"""Random plans with calendars, prices and terms that change by day, for the property plan = charge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from clearing.charges.facts.book import Book
from clearing.eligibility.facts.calendar import CalendarRange, DayKind
from clearing.eligibility.facts.provider import Price
from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.grants.facts.funding import PeriodLimit, Terms
from clearing.grants.facts.kinds import CarryOver, Overrun
from clearing.plans.facts.plan import (
    FIRST_EXTRA_NUMBER,
    Change,
    LoosePattern,
    PartOfWeek,
    TimedPattern,
    TotalPattern,
    VisitPlan,
)
from clearing.plans.rules.pricing import Setting
from clearing.plans.rules.timed_visits import has_day
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from tests.rules import facts_builder as facts

CLASSES = ("weekday", "evening", "night", "saturday", "sunday")
WINDOW = DateWindow(date(2026, 1, 1), date(2027, 12, 31))
FROM_DAYS = (date(2026, 3, 20), date(2026, 10, 16), date(2026, 12, 14), date(2027, 3, 22), date(2026, 6, 10))
"""Near the changes of the clocks, Christmas, Easter and Midsummer."""
DAYS = 42


@dataclass(frozen=True, slots=True)
class PlanAndBook:
    """A plan, by what it is priced, and the book that decides its charges."""

    plan: VisitPlan
    setting: Setting
    book: Book
    window: DateWindow


class RandomPlans:
    """Plans drawn from one seed.

    `by_class`: the provider's prices differ by time class. Times are then on half hours and prices multiples
    of 60 cents, so that the mean price of an hour is whole cents and a charge can state it.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.by_class = self.random.random() < 0.5
        self.unit = self.random.choice(("hour", "hour", "hour", "visit", "km"))

    def draw(self) -> PlanAndBook:
        """Return a plan and its book."""
        first = self.random.choice(FROM_DAYS) + timedelta(days=self.random.randint(-5, 5))
        last = self.random.choice((WINDOW.last, first + timedelta(days=self.random.randint(10, 60))))
        ranges = self.calendar()
        offering = facts.offering(unit=self.unit, prices=self.prices(first))
        provider = facts.provider(offering=offering)
        limits = self.random.random() < 0.6
        base = facts.funding(window=DateWindow(WINDOW.first, last))
        changed = first + timedelta(days=self.random.randint(5, 30))
        funding = facts.with_units(
            replace(
                base,
                terms=tuple(self.terms(day, limits) for day in (facts.LONG_AGO, changed)),
                free_cents=Money(self.random.choice((1_000_000, 30_000, 100_000))),
            )
        )
        county = facts.county(calendar=ranges, late_days=60)
        book = facts.book(funding, providers=[provider], county=county)
        book = replace(book, today=date(2028, 12, 31))
        setting = Setting(funding, offering, provider, TimeClasses.of(ranges))
        window = DateWindow(first, first + timedelta(days=DAYS))
        return PlanAndBook(self.plan(first), setting, book, window)

    def calendar(self) -> tuple[CalendarRange, ...]:
        """Return a calendar whose classes change on half hours; seldom with a hole."""
        ranges = []
        for kind in DayKind:
            edges = sorted({0, 1440, *(30 * self.random.randint(1, 47) for _ in range(3))})
            for start, end in pairwise(edges):
                if self.random.random() < 0.99:
                    ranges.append(CalendarRange(kind, start, end, self.random.choice(CLASSES)))
        return tuple(ranges)

    def prices(self, first: date) -> tuple[Price, ...]:
        """Return prices of before and after a day in the plan."""
        changed = first + timedelta(days=self.random.randint(3, 40))
        names = CLASSES if self.by_class else ("any",)
        former = [Price(name, self.cents(), facts.LONG_AGO, changed - timedelta(days=1)) for name in names]
        return (*former, *[Price(name, self.cents(), changed, None) for name in names])

    def cents(self) -> Money:
        """Return a unit price."""
        return Money(60 * self.random.randint(40, 110) if self.by_class else self.random.randint(1900, 7000))

    def terms(self, day: date, limits: bool) -> Terms:
        """Return values by class, and limits of units and of a period."""
        values: Mapping[str, Money] = {name: Money(self.random.randint(1500, 7000)) for name in CLASSES}
        found = facts.terms(
            from_day=day,
            values=values,
            caps={"any": Money(self.random.choice((99_000, 6500)))},
            overrun=self.random.choice(list(Overrun)),
        )
        if not limits:
            return found
        kind, carry = self.random.choice(list(PeriodKind)), self.random.choice(list(CarryOver))
        size = self.random.randint(500, 6000)
        in_units = PeriodLimit(kind, None, Quantity(size), carry, 50)
        in_cents = PeriodLimit(kind, Money(size * 40), None, carry, 50)
        total = self.random.choice((None, Quantity(self.random.randint(300, 12_000))))
        return replace(
            found, period_limit=self.random.choice((None, in_units, in_cents)), quantity_limit=total
        )

    def plan(self, first: date) -> VisitPlan:
        """Return a plan: mostly of times, else loose or a total."""
        pauses: tuple[DateWindow, ...] = ()
        if self.random.random() < 0.4:
            day = first + timedelta(days=self.random.randint(0, 30))
            pauses = (DateWindow(day, day + timedelta(days=self.random.randint(0, 16))),)
        base = VisitPlan(facts.CHOICE, self.unit, pauses=pauses)
        kind = self.random.random()
        if kind < 0.15:
            per = self.random.choice((PeriodKind.WEEK, PeriodKind.MONTH))
            part = self.random.choice((None, *PartOfWeek))
            return replace(base, loose=LoosePattern(self.quantity(), per, first, None, part))
        if kind < 0.25:
            last = first + timedelta(days=self.random.randint(0, DAYS))
            return replace(base, total=TotalPattern(self.quantity(), first, last))
        timed = self.patterns(first)
        return replace(base, timed=timed, changes=self.changes(first, timed))

    def quantity(self) -> Quantity:
        """Return a quantity in whole units."""
        return Quantity(100 * self.random.randint(1, 20))

    def patterns(self, first: date) -> tuple[TimedPattern, ...]:
        """Return one or two patterns that never meet: in the morning, and from the evening over midnight."""
        each = self.quantity() if self.unit != "hour" else None
        days = frozenset(self.random.sample(range(7), self.random.randint(1, 4)))
        every = self.random.choice((1, 1, 2, 4))
        morning = TimedPattern(days, self.minute(0, 6), self.length(), first, None, every, each)
        evening = replace(
            morning,
            start_minute=self.minute(18, 23),
            length_minutes=self.random.choice((60, 120, 180, 300)),
            first_day=first + timedelta(days=self.random.randint(0, 9)),
        )
        return self.random.choice(((morning,), (evening,), (morning, evening)))

    def minute(self, first_hour: int, last_hour: int) -> int:
        """Return a minute of the day; on half hours if prices differ by class."""
        step = 30 if self.by_class else 1
        return first_hour * 60 + step * self.random.randint(0, (last_hour - first_hour) * 60 // step)

    def length(self) -> int:
        """Return minutes below twelve hours."""
        if self.by_class:
            return self.random.choice((60, 90, 120, 150, 180, 300, 360, 600))
        return self.random.randint(10, 11 * 60)

    def changes(self, first: date, timed: tuple[TimedPattern, ...]) -> tuple[Change, ...]:
        """Return changes of some visits, and an extra one in the afternoon."""
        changes = []
        for offset in range(DAYS):
            day, draw = first + timedelta(days=offset), self.random.random()
            if not has_day(timed[0], day):
                continue
            if draw < 0.05:
                changes.append(Change(day, 1, is_cancelled=True))
            elif draw < 0.1 and timed[0].start_minute < 12 * 60:
                changes.append(Change(day, 1, length_minutes=self.random.choice((60, 120, 180))))
            elif draw < 0.12:
                changes.append(Change(day, 1, start_minute=14 * 60, length_minutes=60))
        extra = first + timedelta(days=self.random.randint(0, DAYS))
        if self.random.random() < 0.3 and all(change.day != extra for change in changes):
            each = self.quantity()
            changes.append(Change(extra, FIRST_EXTRA_NUMBER, False, None, 15 * 60 + 30, 60, each))
        return tuple(changes)
