"""Which facts concern a charge: the terms of its day, its own choice and offering, its prices."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date

from clearing.charges.rules.charge_in_context import OpenFunding, Stretches, TermsInForce
from clearing.charges.rules.provider_terms import Offerings, ProviderTerms, days_after
from clearing.eligibility.facts.provider import Offering, ProviderFacts
from clearing.grants.facts.funding import NOTHING_BY_CLASS, Choice, Funding
from clearing.grants.facts.kinds import FundingKind
from clearing.grants.rules.funding_terms import terms_on

_VOUCHER = FundingKind.VOUCHER


def own_choice(funding: Funding, provider_id: int, offerings: Offerings, day: date) -> Choice | None:
    """Return the provider's choice in force that day: the one of the service, else the first."""
    mine = [c for c in funding.choices if c.provider_id == provider_id and c.in_force(day)]
    if len(mine) < 2:
        return mine[0] if mine else None
    of_service = {offering.id for offering in offerings}
    return min(mine, key=lambda choice: choice.offering_id not in of_service)


def own_offering(offerings: Offerings, choice: Choice | None, unit: str | None) -> Offering | None:
    """Return the provider's offering of the service: the chosen one, else one of the unit, else the first."""
    if len(offerings) < 2:
        return offerings[0] if offerings else None
    chosen = choice.offering_id if choice else None
    return min(offerings, key=lambda o: (o.id != chosen, o.unit != unit, o.id))


@dataclass(slots=True)
class ApplicableTerms:
    """What charges of a batch stand on: providers' sides by provider, county and service, and a number for
    each set of prices, values and caps that lines are priced by."""

    by_provider: dict[tuple[int, int, str], ProviderTerms] = field(default_factory=dict)
    tariffs: dict[object, int] = field(default_factory=dict)

    def provider_terms(self, provider: ProviderFacts, county_id: int, service: str) -> ProviderTerms:
        """Return a provider's side of a service in a county."""
        key = (provider.id, county_id, service)
        if (terms := self.by_provider.get(key)) is None:
            terms = self.by_provider[key] = ProviderTerms.of(provider, county_id, service)
        return terms

    def terms_in_force(
        self, opened: OpenFunding, provider: ProviderFacts, service: str, unit: str, day: date
    ) -> TermsInForce:
        """Return what stands on a day, worked out once for all days of the same stretch.

        Which days a stretch has is not asked while all charges are of one day, as where there is but one.
        """
        key = (provider.id, service, unit)
        if (stretches := opened.stretches.get(key)) is None:
            terms_in_force = self.terms_on_day(opened.funding, provider, service, unit, day)
            opened.stretches[key] = Stretches(day, terms_in_force)
            return terms_in_force
        if day == stretches.first_asked:
            return stretches.terms_then
        if stretches.change_days is None:
            provider_terms = self.provider_terms(provider, opened.funding.county_id, service)
            days = stretches.change_days = change_days(opened.funding, provider_terms)
            stretches.terms_by_stretch[bisect_right(days, stretches.first_asked)] = stretches.terms_then
        stretch = bisect_right(stretches.change_days, day)
        if (known := stretches.terms_by_stretch.get(stretch)) is None:
            known = self.terms_on_day(opened.funding, provider, service, unit, day)
            stretches.terms_by_stretch[stretch] = known
        return known

    def terms_on_day(
        self, funding: Funding, provider: ProviderFacts, service: str, unit: str, day: date | None
    ) -> TermsInForce:
        """Return what stands on a day for one funding, provider, service and unit."""
        provider_terms, terms = (
            self.provider_terms(provider, funding.county_id, service),
            terms_on(funding, day or date.min),
        )
        choice = own_choice(funding, provider.id, provider_terms.offerings, day) if day else None
        offering = own_offering(provider_terms.offerings, choice, unit)
        list_prices = provider_terms.prices_on(offering, day) if offering and day else NOTHING_BY_CLASS
        unit_values = NOTHING_BY_CLASS
        if funding.kind is _VOUCHER:
            unit_values = terms.unit_values.get(service, NOTHING_BY_CLASS)
        by_class = (list_prices, unit_values, terms.price_caps.get(service, NOTHING_BY_CLASS))
        cancelling = offering and offering.cancellation
        tariff = (unit, terms.free_of_charge, cancelling, *(tuple(cents.items()) for cents in by_class))
        return TermsInForce(
            terms=terms,
            choice=choice,
            offering=offering,
            list_prices=list_prices,
            unit_values=unit_values,
            papers_missing=provider_terms.papers_missing(day) if day else (),
            tariff=self.tariffs.setdefault(tariff, len(self.tariffs)),
            limited=terms.quantity_limit is not None or terms.period_limit is not None,
        )


def change_days(funding: Funding, provider_terms: ProviderTerms) -> tuple[date, ...]:
    """Return the days on which anything that a charge of the service stands on may change, in order."""
    days = {funding.window.first, *provider_terms.change_days()}
    days.update([day for day, _ in funding.states])
    days.update([day for day, _ in funding.decision_states])
    days.update([terms.from_day for terms in funding.terms])
    days.update([choice.first_day for choice in funding.choices])
    ends = (funding.window.last, funding.client_ended_on, *[choice.last_day for choice in funding.choices])
    days.update(days_after(ends))
    return tuple(sorted(days))
