"""The rules that read only facts which stay the same during a batch."""

from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import Charge
from clearing.charges.facts.outcomes import Split
from clearing.charges.rules.amounts import Sums, split_of
from clearing.charges.rules.applicable_terms import (
    TermsInForce,
    findings_of_terms,
    use_of_charge,
)
from clearing.charges.rules.charge_reasons import findings_of_sums
from clearing.charges.rules.pricing import cost_of_charge, listed_price
from clearing.eligibility.facts.calendar import Parts
from clearing.eligibility.facts.use import Cost, Line, Rates, Use
from clearing.eligibility.rules.costs import rates_of
from clearing.eligibility.rules.time_classes import TimeClasses, times_of_charge
from clearing.eligibility.rules.use_rules import findings_for_charging
from clearing.grants.facts.funding import Funding, Terms
from clearing.grants.rules.funding_terms import terms_on
from clearing.reasons import Finding


class Evaluation:
    """Applies the rules to a book, each time again.

    `clearing.charges.hot.memo` answers the same and remembers what it answered before.
    """

    def __init__(self, book: Book) -> None:
        self.book = book

    def findings_of_sums(self, sums: Sums) -> tuple[Finding, ...]:
        """Return what is wrong with the sums and times of a charge (R-02, R-03, R-06)."""
        return findings_of_sums(sums)

    def terms_in_force(self, charge: Charge, funding: Funding) -> TermsInForce:
        """Return the terms that apply to a charge, with the findings of R-09 to R-17 and R-32."""
        use, choice = use_of_charge(charge, funding, self.book.providers[charge.provider_id])
        terms = terms_on(funding, use.day)
        of_use = [] if charge.service_day is None else self.findings_of_use(use)
        findings = findings_of_terms(charge, use, of_use, self.book.services)
        return TermsInForce(terms, choice, use.offering, self.rates(use, terms), findings)

    def findings_of_use(self, use: Use) -> list[Finding]:
        """Return the findings against charging a use (R-09 to R-16)."""
        return findings_for_charging(use)

    def rates(self, use: Use, terms: Terms) -> Rates:
        """Return what a unit of a use may cost."""
        return rates_of(use, terms)

    def times_of_charge(self, charge: Charge, county_id: int) -> tuple[frozenset[str], Parts]:
        """Return the time classes of the service day, and those of the visit or of noon."""
        assert charge.service_day is not None
        return times_of_charge(self.time_classes(county_id), charge.service_day, charge.start, charge.end)

    def time_classes(self, county_id: int) -> TimeClasses:
        """Return the calendar of a county."""
        return TimeClasses.of(self.book.counties[county_id].calendar)

    def cost(self, charge: Charge, terms: TermsInForce, county_id: int, price_cents: int | None) -> Cost:
        """Return what a charge with a service day costs whom, with the findings of R-18 to R-22 and R-35.

        Without a unit price it costs what the provider's list says.
        """
        assert charge.service_day is not None
        classes_of_day, parts = self.times_of_charge(charge, county_id)
        if price_cents is None and charge.is_priced_by_list:
            price_cents = listed_price(charge, parts, terms.rates)
        line = Line(charge.service_day, parts, charge.quantity, price_cents)
        return cost_of_charge(charge, line, terms.rates, classes_of_day)

    def split(self, price_cents: int, county_pays_cents: int, vat_rate_hundredths: int) -> Split:
        """Return the split of a price when the county pays so many cents."""
        return split_of(price_cents, county_pays_cents, vat_rate_hundredths)
