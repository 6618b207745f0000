"""May this client use this funding for this offering from this day on, and what does a unit cost whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from clearing.eligibility.facts.provider import Price
from clearing.eligibility.facts.use import Cost, Use
from clearing.eligibility.rules.costs import cost_of_line, rates_of
from clearing.eligibility.rules.prices import no_price_on_day
from clearing.eligibility.rules.use_rules import FUNDING_RULES, PROVIDER_RULES, ask
from clearing.grants.facts.funding import ANY_CLASS, Funding
from clearing.grants.rules.funding_terms import terms_on
from clearing.reasons import DECISION_NOT_IN_FORCE, NO_TIME_CLASS, Finding, Severity
from foundation.vocabulary.money import Money
from marketplace.rules.choice_query import ChoiceQuery, OfferingFacts
from marketplace.rules.choosing_rules import (
    municipality_not_served,
    not_published,
    other_county,
    provider_not_named,
)
from marketplace.rules.comparison import Share, one_unit, shown_price


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What a client is shown before choosing.

    `reasons` forbid the choice; `warnings` do not. The price is that of the time class shown, None if none
    is in force. `share` is None too if the county has no value for that time (R-21).
    """

    price_cents: Money | None
    share: Share | None
    reasons: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def eligibility_of(query: ChoiceQuery) -> Eligibility:
    """Return every reason and warning at once, and the share of one unit."""
    use = query.offering.use(query.funding, query.day)
    shown = shown_price(query.offering.prices, query.time_class, query.day)
    time_class, cents = shown or (query.time_class, None)
    cost = _cost_of_unit(use, time_class, cents)
    elsewhere = other_county(query)
    found = [
        *ask(FUNDING_RULES, use),
        elsewhere,
        provider_not_named(query),
        not_published(query),
        *[finding for finding in ask(PROVIDER_RULES, use) if not (elsewhere and _is_approval(finding))],
        municipality_not_served(query),
        *cost.findings,
    ]
    findings = [finding for finding in found if finding is not None]
    return Eligibility(
        price_cents=cents,
        share=_share(cents, cost),
        reasons=tuple(finding for finding in findings if forbids_choosing(finding)),
        warnings=tuple(finding for finding in findings if not forbids_choosing(finding)),
    )


def forbids_choosing(finding: Finding) -> bool:
    """Return whether a finding forbids a choice: what refuses a charge, and a decision not in force.

    What else holds a charge for a person in the county is only a warning before the choice.
    """
    return finding.reason.severity is Severity.REFUSE or finding.reason is DECISION_NOT_IN_FORCE


def shares_of_price(
    offering: OfferingFacts, funding: Funding, price: Price, day: date
) -> list[tuple[Price, Share | None]]:
    """Return who pays what of a unit at a price on a day; the share is None if it is not known.

    If the county pays by time class, a price for any class is returned once for each class that has no price
    of its own.
    """
    use = offering.use(funding, day)
    rates = rates_of(use, terms_on(funding, day))
    classes = [price.time_class]
    if price.time_class == ANY_CLASS and rates.unit_values:
        other = [name for name in rates.unit_values if name == ANY_CLASS or name not in rates.list_prices]
        classes = other or [ANY_CLASS]
    cents = price.unit_price_cents
    costs = {name: _cost_of_unit(use, name, cents) for name in classes}
    return [(replace(price, time_class=name), _share(cents, cost)) for name, cost in costs.items()]


def _cost_of_unit(use: Use, time_class: str | None, price_cents: Money | None) -> Cost:
    """Return the cost of one unit; a service outside the funding costs the county nothing (R-16).

    A hole in the county's tables (R-21) silences R-18, but a choice needs a price all the same.
    """
    if use.service not in use.funding.services:
        return Cost(0, ())
    rates, line = rates_of(use, terms_on(use.funding, use.day)), one_unit(use.day, time_class, price_cents)
    cost = cost_of_line(rates, line)
    has_hole = any(finding.reason is NO_TIME_CLASS for finding in cost.findings)
    if price_cents is None and has_hole and (no_price := no_price_on_day(rates, line)):
        return Cost(None, (*cost.findings, no_price))
    return cost


def _is_approval(finding: Finding) -> bool:
    """Return whether it is R-14, which reads the county of the funding: another county is its own reason."""
    return finding.reason.rule == "R-14"


def _share(price_cents: Money | None, cost: Cost) -> Share | None:
    if price_cents is None or cost.county_pays_cents is None:
        return None
    county = Money(cost.county_pays_cents)
    return Share(price_cents, county, Money(price_cents - county))
