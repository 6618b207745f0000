"""What planned visits cost: by the rules that decide their charges, at the list price of their day."""

from collections.abc import Iterable
from dataclasses import dataclass

from clearing.eligibility.facts.provider import Offering, ProviderFacts
from clearing.eligibility.facts.use import Line, Rates, Use
from clearing.eligibility.rules.costs import cost_of_line, rates_of
from clearing.eligibility.rules.prices import differs_by_class, line_sum
from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.eligibility.rules.use_rules import FUNDING_RULES, PROVIDER_RULES, ask
from clearing.grants.facts.funding import Funding
from clearing.grants.rules.funding_terms import terms_on
from clearing.plans.facts.visits import PlannedVisit, PricedVisit
from clearing.plans.rules.fees import fee_price
from foundation.vocabulary.money import Money
from foundation.vocabulary.units import HOUR


@dataclass(frozen=True, slots=True)
class Setting:
    """By what visits are priced: the funding, the chosen offering, its provider, the county's calendar."""

    funding: Funding
    offering: Offering
    provider: ProviderFacts
    calendar: TimeClasses


def priced(visits: Iterable[PlannedVisit], setting: Setting) -> tuple[PricedVisit, ...]:
    """Return what each visit costs whom: the terms, the prices and the time classes of its own day."""
    return tuple([_priced(visit, setting) for visit in visits])


def _priced(visit: PlannedVisit, setting: Setting) -> PricedVisit:
    offering, funding = setting.offering, setting.funding
    use = Use(funding, offering.service, offering, setting.provider, visit.day)
    rates = rates_of(use, terms_on(funding, visit.day))
    price = line_sum(visit.parts, rates.list_prices, visit.quantity)
    if visit.fee is not None and price is not None:
        price = fee_price(visit.fee, price)
    cost = cost_of_line(rates, Line(visit.day, visit.parts, visit.quantity, price))
    findings = (*ask(FUNDING_RULES, use), *ask(PROVIDER_RULES, use), *cost.findings)
    share = None if cost.county_pays_cents is None else Money(cost.county_pays_cents)
    is_estimate = visit.start is None and _depends_on_time(rates, visit, setting)
    return PricedVisit(visit, price, share, findings, is_estimate)


def _depends_on_time(rates: Rates, visit: PlannedVisit, setting: Setting) -> bool:
    """Return whether a visit without times may be charged at another price: that of noon, or of its times."""
    if visit.parts != setting.calendar.at_noon(visit.day):
        return True
    if setting.offering.unit != HOUR:
        return False
    classes = setting.calendar.on(visit.day)
    return differs_by_class(rates.list_prices, classes) or differs_by_class(rates.unit_values, classes)
