"""Random fundings, offerings and providers around one day. Most facts are in order, and any may not be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from clearing.charges.facts.book import CountySettings
from clearing.eligibility.facts.calendar import CalendarRange, DayKind
from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.eligibility.facts.provider import CancellationRule, Offering, Paper, Price, ProviderFacts
from clearing.grants.facts.funding import ByClass, Funding, Terms
from clearing.grants.facts.kinds import DecisionState, FundingKind, FundingState
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity
from tests.rules.facts_builder import ASSISTANCE, COUNTY, LONG_AGO, MEALS, choice, funding, terms

CLASSES = ("weekday", "evening", "night")
DAY = date(2026, 11, 3)
Item = TypeVar("Item")


class RandomFacts:
    """Facts drawn from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def county(self, county_id: int = COUNTY) -> tuple[CountySettings, list[str | None]]:
        """Return a county, and the time class of each hour of a weekday; None is a hole in its calendar.

        Each class, and a hole, has one hour at least.
        """
        hours = [self.pick(CLASSES) for _ in range(20)] + [*CLASSES, None]
        self.random.shuffle(hours)
        ranges = [
            CalendarRange(DayKind.WEEKDAY, hour * 60, hour * 60 + 60, time_class)
            for hour, time_class in enumerate(hours)
            if time_class is not None
        ]
        return CountySettings(county_id, str(county_id), 60, tuple(ranges)), hours

    def funding(self, named: Sequence[int], **changes: Any) -> Funding:
        """Return a funding that may name one of the providers."""
        near = DateWindow(self.near_day(), self.near_day(later=30))
        base = funding(
            kind=self.usually(FundingKind.VOUCHER, FundingKind.COMMITMENT),
            window=self.usually(DateWindow(LONG_AGO, date(2030, 1, 1)), near),
            states=((LONG_AGO, FundingState.OPEN), *self.history(FundingState)),
            decision_states=self.history(DecisionState),
            client_ended_on=self.usually(None, self.near_day()),
            named_provider_id=self.usually(None, self.pick(named)),
            choices=(choice(),),
        )
        days = sorted(self.near_day() for _ in range(self.pick([0, 0, 1, 2])))
        return replace(base, terms=tuple(map(self.terms, (LONG_AGO, *days))), **changes)

    def terms(self, from_day: date) -> Terms:
        """Return terms with values, caps or none."""
        return terms(
            from_day=from_day,
            values=self.by_class(2000, 6000),
            caps=self.by_class(4000, 9000) if self.usually(False, True) else {},
            free_of_charge=self.usually(False, True),
            quantity_limit=self.usually(None, Quantity(self.pick([50, 300]))),
        )

    def by_class(self, low: int, high: int) -> ByClass:
        """Return cents for every class, for `any` alone, or with holes."""
        with_holes = [name for name in (*CLASSES, "any") if self.pick([True, False])]
        classes = self.usually(self.pick([CLASSES, ("any",)]), self.usually(with_holes, ()))
        return {name: Money(self.random.randint(low, high)) for name in classes}

    def offering(self, key: int, service: str | None = None) -> Offering:
        """Return an offering; each class has no price, one, or two after one another."""
        prices: list[Price] = []
        for name in self.pick([CLASSES, CLASSES, ("any",), (*CLASSES, "any")]):
            changed, last_day = self.near_day(), self.usually(None, self.near_day(later=10))
            former = Price(name, self.cents(), LONG_AGO, changed - timedelta(days=1))
            always = (Price(name, self.cents(), LONG_AGO, None),)
            two = (former, Price(name, self.cents(), changed, last_day))
            prices += self.pick([always, always, two, self.usually(always, ())])
        rule = self.usually(None, CancellationRule(24, self.pick([50, 100])))
        service = service or self.usually(ASSISTANCE, MEALS)
        return Offering(key, service, self.usually("hour", "visit"), tuple(prices), rule)

    def provider(self, key: int, county_id: int, *offerings: Offering) -> ProviderFacts:
        """Return a provider with these offerings in a county."""
        papers = [
            Paper(kind, LONG_AGO, self.usually(None, self.usually(None, self.near_day())))
            for kind in PaperKind
            if self.usually(True, self.usually(True, False))
        ]
        services = {offering.service for offering in offerings}
        approved = (LONG_AGO, ApprovalState.APPROVED)
        return ProviderFacts(
            key,
            {(county_id, name): (approved, *self.history(ApprovalState)) for name in services}
            if self.usually(True, self.usually(True, False))
            else {},
            {
                (county_id, name): tuple(offering for offering in offerings if offering.service == name)
                for name in services
            },
            tuple(papers),
        )

    def history(self, states: Any) -> tuple[tuple[date, Any], ...]:
        """Return one or two changes of state, mostly none."""
        count = self.usually(0, self.pick([1, 2]))
        days = sorted(self.near_day() for _ in range(count))
        return tuple((day, self.pick(list(states))) for day in days)

    def near_day(self, later: int = 0) -> date:
        """Return a day near the day of service."""
        return DAY + timedelta(days=self.random.randint(-3, 3) + later)

    def cents(self) -> Money:
        """Return a unit price."""
        return Money(self.random.randint(2000, 6500))

    def usually(self, usual: Item, seldom: Item) -> Item:
        """Return the first nine times of ten."""
        return usual if self.random.random() < 0.9 else seldom

    def pick(self, items: Sequence[Item]) -> Item:
        """Return any of the items."""
        return self.random.choice(items)
