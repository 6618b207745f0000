"""Which facts concern a charge: the terms of its day, its own choice and offering, its prices."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from clearing.facts import (
    NOTHING_BY_CLASS,
    Choice,
    Funding,
    FundingKind,
    Offering,
    ProviderFacts,
    Terms,
)
from clearing.rules.approvals import papers_missing
from clearing.rules.case import OpenFunding, Standing, Stretches
from clearing.rules.pricing import prices_on
from foundation.vocabulary.dates import ONE_DAY

Offerings = tuple[Offering, ...]


def terms_on(funding: Funding, day: date | None) -> Terms:
    """Return the terms in force on a day; the first ones before that and without a day."""
    found = funding.terms[0]
    for terms in funding.terms[1:]:
        if day is None or terms.from_day > day:
            break
        found = terms
    return found


def own_choice(funding: Funding, provider_id: int, offerings: Offerings, day: date) -> Choice | None:
    """Return the provider's choice in force that day: the one of the service, else the first."""
    mine = [c for c in funding.choices if c.provider_id == provider_id and c.in_force(day)]
    of_service = {offering.id for offering in offerings}
    return min(mine, key=lambda choice: choice.offering_id not in of_service, default=None)


def own_offering(offerings: Offerings, choice: Choice | None, unit: str | None) -> Offering | None:
    """Return the provider's offering of the service: the chosen one, else one of the unit, else the first."""
    chosen = choice.offering_id if choice else None
    return min(offerings, key=lambda o: (o.id != chosen, o.unit != unit, o.id), default=None)


def standing_on(
    funding: Funding, provider: ProviderFacts, service: str | None, unit: str | None, day: date | None
) -> Standing:
    """Return what stands on a day for one funding, provider, service and unit."""
    terms = terms_on(funding, day)
    offerings = provider.offerings.get((funding.county_id, service or ""), ())
    choice = own_choice(funding, provider.id, offerings, day) if day else None
    offering = own_offering(offerings, choice, unit)
    is_voucher = funding.kind is FundingKind.VOUCHER
    return Standing(
        terms=terms,
        choice=choice,
        offering=offering,
        list_prices=prices_on(offering, day) if offering and day else NOTHING_BY_CLASS,
        unit_values=terms.unit_values.get(service or "", NOTHING_BY_CLASS)
        if is_voucher
        else NOTHING_BY_CLASS,
        papers_missing=papers_missing(provider.papers, day) if day else (),
    )


def _ends(funding: Funding, provider: ProviderFacts, offerings: Offerings) -> Iterator[date | None]:
    yield funding.window.last
    yield funding.client_ended_on
    yield from (choice.last_day for choice in funding.choices)
    yield from (paper.last_day for paper in provider.papers)
    yield from (price.last_day for offering in offerings for price in offering.prices)


def change_days(funding: Funding, provider: ProviderFacts, service: str | None) -> tuple[date, ...]:
    """Return the days on which anything that a charge of the service stands on may change, in order."""
    key = (funding.county_id, service or "")
    offerings = provider.offerings.get(key, ())
    days = {funding.window.first}
    days.update(day for day, _ in funding.states)
    days.update(day for day, _ in funding.decision_states)
    days.update(day for day, _ in provider.approvals.get(key, ()))
    days.update(terms.from_day for terms in funding.terms)
    days.update(choice.first_day for choice in funding.choices)
    days.update(paper.first_day for paper in provider.papers)
    days.update(price.first_day for offering in offerings for price in offering.prices)
    days.update(end + ONE_DAY for end in _ends(funding, provider, offerings) if end and end != date.max)
    return tuple(sorted(days))


def shared_standing(
    opened: OpenFunding, provider: ProviderFacts, service: str | None, unit: str | None, day: date
) -> Standing:
    """Return what stands on a day, worked out once for all days of the same stretch."""
    key = (provider.id, service, unit)
    if (stretches := opened.stretches.get(key)) is None:
        stretches = opened.stretches[key] = Stretches(change_days(opened.funding, provider, service))
    stretch = bisect_right(stretches.change_days, day)
    if (standing := stretches.standings.get(stretch)) is None:
        standing = standing_on(opened.funding, provider, service, unit, day)
        stretches.standings[stretch] = standing
    return standing
