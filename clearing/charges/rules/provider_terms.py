"""A provider's side of what its charges stand on, worked out once for all fundings of a batch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from clearing.charges.rules.approvals import papers_missing
from clearing.eligibility.facts.provider import Offering, ProviderFacts
from clearing.eligibility.rules.prices import prices_on
from clearing.grants.facts.funding import ByClass
from foundation.vocabulary.dates import ONE_DAY

Offerings = tuple[Offering, ...]


@dataclass(slots=True)
class ProviderTerms:
    """A provider with one service in one county; what was asked of a day is kept."""

    provider: ProviderFacts
    county_id: int
    service: str
    offerings: Offerings
    prices: dict[tuple[int, date], ByClass] = field(default_factory=dict)
    papers: dict[date, tuple[str, ...]] = field(default_factory=dict)
    days: frozenset[date] | None = None

    @classmethod
    def of(cls, provider: ProviderFacts, county_id: int, service: str) -> "ProviderTerms":
        """Lay out a provider's side."""
        return cls(provider, county_id, service, provider.offerings.get((county_id, service), ()))

    def prices_on(self, offering: Offering, day: date) -> ByClass:
        """Return the prices of an offering on a day, by time class."""
        if (found := self.prices.get((offering.id, day))) is None:
            found = self.prices[offering.id, day] = prices_on(offering.prices, day)
        return found

    def papers_missing(self, day: date) -> tuple[str, ...]:
        """Return the kinds of paper of which none is valid on a day."""
        if (found := self.papers.get(day)) is None:
            found = self.papers[day] = papers_missing(self.provider.papers, day)
        return found

    def change_days(self) -> frozenset[date]:
        """Return the days on which the provider's approval, papers or prices may change."""
        if self.days is None:
            self.days = frozenset((*self._first_days(), *days_after(self._last_days())))
        return self.days

    def _first_days(self) -> Iterator[date]:
        yield from (day for day, _ in self.provider.approvals.get((self.county_id, self.service), ()))
        yield from (paper.first_day for paper in self.provider.papers)
        yield from (price.first_day for offering in self.offerings for price in offering.prices)

    def _last_days(self) -> Iterator[date | None]:
        yield from (paper.last_day for paper in self.provider.papers)
        yield from (price.last_day for offering in self.offerings for price in offering.prices)


def days_after(ends: Iterable[date | None]) -> Iterator[date]:
    """Yield the day after each end; what has no end has none, nor what ends with the calendar."""
    return (end + ONE_DAY for end in ends if end is not None and end != date.max)
