"""Remembers during a batch what the rules answered, so that each answer is worked out once.

The rules themselves remember nothing (docs/decisions/0090).
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import Charge
from clearing.charges.facts.outcomes import Split
from clearing.charges.rules.amounts import Sums, split_of
from clearing.charges.rules.applicable_terms import TermsInForce
from clearing.charges.rules.charge_reasons import findings_of_sums
from clearing.charges.rules.evaluation import Evaluation
from clearing.eligibility.facts.calendar import Parts
from clearing.eligibility.facts.provider import ProviderFacts
from clearing.eligibility.facts.use import Cost, Rates, Use
from clearing.eligibility.rules.costs import list_prices_of, rates_of, unit_values_in_force
from clearing.eligibility.rules.provider_in_force import provider_not_chosen
from clearing.eligibility.rules.time_classes import TimeClasses, times_of_charge
from clearing.eligibility.rules.use_rules import FUNDING_RULES, PROVIDER_RULES, ask
from clearing.grants.facts.funding import NOTHING_BY_CLASS, Funding, Terms
from clearing.reasons import Finding
from foundation.vocabulary.dates import ONE_DAY

# What depends on values alone is kept for the life of the process.
_findings_of_sums = lru_cache(maxsize=16384)(findings_of_sums)
_calendar = lru_cache(maxsize=256)(TimeClasses.of)
_times = lru_cache(maxsize=16384)(times_of_charge)
_split = lru_cache(maxsize=8192)(split_of)


_RULES_OF_EACH_FUNDING = (*FUNDING_RULES, provider_not_chosen)


@dataclass(slots=True)
class _Stretches:
    """The terms by stretch of days without a change, if nothing is found against the use; else by day.

    The days of change are worked out only for a second day.
    """

    first_day: date
    terms_of_first_day: TermsInForce
    change_days: tuple[date, ...] | None = None
    terms: dict[int | date, TermsInForce] = field(default_factory=dict)


class Memo(Evaluation):
    """Applies the rules to a book and remembers their answers."""

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._stretches: dict[tuple[int, int, str, str], _Stretches] = {}
        self._provider_days: dict[tuple[int, int, str], frozenset[date]] = {}
        self._calendars: dict[int, TimeClasses] = {}
        self._provider_findings: dict[tuple[int, int, str, date], list[Finding]] = {}
        self._prices: dict[object, object] = {}
        self._rates: dict[object, Rates] = {}
        self._costs: dict[object, Cost] = {}

    def findings_of_sums(self, sums: Sums) -> tuple[Finding, ...]:
        return _findings_of_sums(sums)

    def split(self, price_cents: int, county_pays_cents: int, vat_rate_hundredths: int) -> Split:
        return _split(price_cents, county_pays_cents, vat_rate_hundredths)

    def times_of_charge(self, charge: Charge, county_id: int) -> tuple[frozenset[str], Parts]:
        assert charge.service_day is not None
        return _times(self.time_classes(county_id), charge.service_day, charge.start, charge.end)

    def time_classes(self, county_id: int) -> TimeClasses:
        if (calendar := self._calendars.get(county_id)) is None:
            calendar = self._calendars[county_id] = _calendar(self.book.counties[county_id].calendar)
        return calendar

    def cost(self, charge: Charge, terms: TermsInForce, county_id: int, price_cents: int | None) -> Cost:
        """Findings name the day and the sums, so only a cost without findings is remembered."""
        times = self.times_of_charge(charge, county_id)
        key = (
            terms.rates,
            times,
            charge.unit,
            charge.start is None,
            charge.quantity,
            price_cents,
            charge.cancellation,
            charge.is_priced_by_list and (charge.total_cents,),
        )
        if (cost := self._costs.get(key)) is None:
            cost = super().cost(charge, terms, county_id, price_cents)
            if not cost.findings:
                self._costs[key] = cost
        return cost

    def terms_in_force(self, charge: Charge, funding: Funding) -> TermsInForce:
        day, service, unit = charge.service_day, charge.service, charge.unit
        if day is None or service is None or unit is None:
            return super().terms_in_force(charge, funding)
        key = (funding.id, charge.provider_id, service, unit)
        if (known := self._stretches.get(key)) is None:
            terms = super().terms_in_force(charge, funding)
            self._stretches[key] = _Stretches(day, terms)
            return terms
        if day == known.first_day:
            return known.terms_of_first_day
        return self._of_stretch(charge, funding, known)

    def _of_stretch(self, charge: Charge, funding: Funding, known: _Stretches) -> TermsInForce:
        day = charge.service_day
        assert day is not None
        if known.change_days is None:
            known.change_days = self._change_days(charge, funding)
            self._keep(known, known.first_day, known.terms_of_first_day)
        terms = known.terms.get(bisect_right(known.change_days, day)) or known.terms.get(day)
        if terms is None:
            terms = super().terms_in_force(charge, funding)
            self._keep(known, day, terms)
        return terms

    def _keep(self, known: _Stretches, day: date, terms: TermsInForce) -> None:
        """Findings name the day, so terms with findings are kept for that day only."""
        assert known.change_days is not None
        known.terms[day if terms.findings else bisect_right(known.change_days, day)] = terms

    def findings_of_use(self, use: Use) -> list[Finding]:
        """Ask the rules of the provider once for all fundings of a county."""
        key = (use.provider.id, use.funding.county_id, use.service, use.day)
        if (of_provider := self._provider_findings.get(key)) is None:
            of_provider = self._provider_findings[key] = ask(PROVIDER_RULES, use)
        findings = ask(_RULES_OF_EACH_FUNDING, use)
        return [*findings, *of_provider] if of_provider else findings

    def rates(self, use: Use, terms: Terms) -> Rates:
        """Equal rates are one object, by which costs are remembered."""
        prices = self._list_prices(use)
        values = tuple(unit_values_in_force(use.funding, use.service, terms).items())
        caps = tuple(terms.price_caps.get(use.service, NOTHING_BY_CLASS).items())
        key = (prices, values, caps, terms.free_of_charge)
        if (rates := self._rates.get(key)) is None:
            rates = self._rates[key] = rates_of(use, terms)
        return rates

    def _list_prices(self, use: Use) -> object:
        """Return what distinguishes the list prices and the cancellation rule of an offering on a day."""
        if use.offering is None:
            return None
        key = (use.offering.id, use.day)
        if (prices := self._prices.get(key)) is None:
            prices = (tuple(list_prices_of(use).items()), use.offering.cancellation)
            prices = self._prices[key] = self._prices.setdefault(prices, prices)
        return prices

    def _change_days(self, charge: Charge, funding: Funding) -> tuple[date, ...]:
        """Return in order the days on which anything may change that the terms of a charge depend on."""
        key = (charge.provider_id, funding.county_id, charge.service or "")
        if (of_provider := self._provider_days.get(key)) is None:
            provider = self.book.providers[charge.provider_id]
            of_provider = self._provider_days[key] = frozenset(_days_of_provider(provider, *key[1:]))
        return tuple(sorted({*of_provider, *_days_of_funding(funding)}))


def _days_of_funding(funding: Funding) -> Iterator[date]:
    yield funding.window.first
    yield from (day for day, _ in funding.states)
    yield from (day for day, _ in funding.decision_states)
    yield from (terms.from_day for terms in funding.terms)
    yield from (choice.first_day for choice in funding.choices)
    ends = (funding.window.last, funding.client_ended_on, *(choice.last_day for choice in funding.choices))
    yield from _days_after(ends)


def _days_of_provider(provider: ProviderFacts, county_id: int, service: str) -> Iterator[date]:
    key = (county_id, service)
    prices = [price for offering in provider.offerings.get(key, ()) for price in offering.prices]
    yield from (day for day, _ in provider.approvals.get(key, ()))
    yield from (paper.first_day for paper in provider.papers)
    yield from (price.first_day for price in prices)
    yield from _days_after([paper.last_day for paper in provider.papers])
    yield from _days_after([price.last_day for price in prices])


def _days_after(ends: Iterable[date | None]) -> Iterator[date]:
    """Yield the day after each end; what has no end has none, nor what ends with the calendar."""
    return (end + ONE_DAY for end in ends if end is not None and end != date.max)
