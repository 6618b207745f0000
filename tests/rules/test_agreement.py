"""What a client is shown of an offering is what is decided of a charge for exactly that.

That is one unit of that provider on that day, in the time class and at the price that were shown.
"""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from clearing.charges.decision import decide_charges
from clearing.charges.facts.outcomes import Duplicate, Outcome, Refused
from clearing.charges.hot.memo import Memo
from clearing.charges.reading.fields import read_charge
from clearing.eligibility.facts.provider import Offering, ProviderFacts
from clearing.grants.facts.funding import Funding
from clearing.reasons import DECISION_NOT_IN_FORCE, REASONS, Severity
from foundation.vocabulary.money import Money, format_hundredths
from marketplace.rules.choice_query import ChoiceQuery, OfferingFacts
from marketplace.rules.comparison import shown_price
from marketplace.rules.eligibility import Eligibility, eligibility_of
from tests.rules.facts_builder import (
    ASSISTANCE,
    COUNTY,
    MEALS,
    OTHER_PROVIDER,
    PROVIDER,
    book,
    choice,
    codes,
    sent,
)
from tests.rules.random_facts import CLASSES, DAY, RandomFacts

SEEDS, PAIRS_OF_EACH = 50, 100
ONLY_CHOOSING = {"provider_not_named"}
"""A named provider is chosen by the decision; a charge is asked whether its provider was chosen (R-13)."""


class Pair(NamedTuple):
    """A funding and an offering with its provider, and the time class in which prices are shown."""

    funding: Funding
    offering: Offering
    provider: ProviderFacts
    time_class: str | None

    def shown(self) -> tuple[Eligibility, str | None]:
        """Return what the client is shown, and the time class of the price."""
        offering = OfferingFacts(self.offering, self.provider, COUNTY, True, True, frozenset())
        eligibility = eligibility_of(ChoiceQuery(offering, self.funding, None, DAY, self.time_class))
        price = shown_price(self.offering.prices, self.time_class, DAY)
        return eligibility, price.time_class if price else self.time_class


class Pairs:
    """Random pairs in one county, whose weekday has an hour of each time class and one of none."""

    def __init__(self, seed: int) -> None:
        self.facts = RandomFacts(seed)
        self.county, hours = self.facts.county()
        self.hours = {time_class: hour for hour, time_class in enumerate(hours)}

    def pair(self) -> Pair:
        """Return the next pair."""
        facts = self.facts
        offering = facts.offering(500, facts.usually(ASSISTANCE, MEALS))
        funding = facts.funding((PROVIDER, OTHER_PROVIDER), choices=(choice(),), free_cents=Money(10**9))
        unlimited = tuple(replace(terms, quantity_limit=None) for terms in funding.terms)
        return Pair(
            replace(funding, terms=unlimited),
            offering,
            facts.provider(PROVIDER, COUNTY, offering),
            facts.usually(facts.pick(CLASSES), None),
        )

    def decided(self, pair: Pair, price_cents: Money | None, time_class: str | None) -> Outcome:
        """Decide a charge for one unit in the time class; without a price shown, for a cent."""
        charge = sent(
            received=DAY,
            service=pair.offering.service,
            service_day=DAY.isoformat(),
            unit=pair.offering.unit,
            quantity="1.00",
            unit_price=format_hundredths(1 if price_cents is None else price_cents),
            **self._hour(time_class),
        )
        facts = book(pair.funding, providers=[pair.provider], county=self.county, today=DAY)
        return decide_charges(facts, [read_charge(charge)], Memo)[0]

    def _hour(self, time_class: str | None) -> dict[str, str]:
        hour = self.hours[time_class]
        end_day = DAY + timedelta(days=1) if hour == 23 else DAY
        return {"start": f"{hour:02d}:00", "end": f"{end_day.isoformat()}T{(hour + 1) % 24:02d}:00"}


def assert_agreement(pair: Pair, pairs: Pairs) -> None:
    """Assert that the client is shown the findings and the shares that the charge gets."""
    shown, time_class = pair.shown()
    outcome = pairs.decided(pair, shown.price_cents, time_class)
    assert not isinstance(outcome, Duplicate)
    shown_codes = {finding.code for finding in (*shown.reasons, *shown.warnings)} - ONLY_CHOOSING
    decided = set(codes(outcome))
    if shown.price_cents is None and "no_time_class" in decided:
        decided.add("no_price_on_day")  # silent on a charge in a hole, but a choice needs a price
    assert shown_codes == decided
    assert forbidding({finding.code for finding in shown.reasons} - ONLY_CHOOSING) == forbidding(decided)
    if not isinstance(outcome, Refused):
        share, split = shown.share, outcome.split
        assert (share is None) == (split is None)
        if share is not None and split is not None:
            assert (share.price_cents, share.county_pays_cents) == split[:2]
            assert share.you_pay_cents == split.co_payment_cents


def forbidding(found: set[str]) -> set[str]:
    """Return the codes that refuse a charge, and the one that holds a charge but forbids choosing."""
    return {
        code
        for code in found
        if REASONS[code].severity is Severity.REFUSE or REASONS[code] is DECISION_NOT_IN_FORCE
    }


@settings(max_examples=SEEDS)
@given(st.integers(0, 10**9))
def test_what_is_shown_is_what_is_decided(seed: int) -> None:
    pairs = Pairs(seed)
    for _ in range(PAIRS_OF_EACH):
        assert_agreement(pairs.pair(), pairs)
