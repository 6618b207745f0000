"""Random batches are decided with a memo exactly as without one."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import SentCharge
from clearing.grants.facts.funding import Funding
from foundation.vocabulary.money import format_hundredths
from tests.rules.facts_builder import ASSISTANCE, COUNTY, MEALS, TAXI, book, choice, decide, sent
from tests.rules.random_facts import DAY, RandomFacts

NO_TIMES: dict[str, str | None] = {"start": None, "end": None}
COUNTIES, PROVIDERS, FUNDINGS, CHARGES = (COUNTY, 13), (1, 2), 6, 60


class RandomBatch:
    """A book of two counties, two providers and six fundings, and charges on them that are often alike."""

    def __init__(self, seed: int) -> None:
        self.facts = RandomFacts(seed)
        self.fundings = [self._funding(number) for number in range(FUNDINGS)]
        self.times = [self._times() for _ in range(3)]
        self.prices = ["18.00", format_hundredths(self.facts.cents())]

    def _funding(self, number: int) -> Funding:
        choices = [
            replace(
                choice(), id=number * 10 + at, provider_id=provider, offering_id=self._offering_id(provider)
            )
            for at, provider in enumerate(PROVIDERS * 2)
            if self.facts.usually(True, False)
        ]
        return self.facts.funding(
            PROVIDERS,
            id=number,
            county_id=COUNTIES[number % 2],
            voucher=f"V{number}",
            choices=tuple(
                replace(
                    choice,
                    first_day=self.facts.usually(choice.first_day, self.facts.near_day()),
                    last_day=self.facts.usually(None, self.facts.near_day()),
                )
                for choice in choices
            ),
        )

    def _offering_id(self, provider: int) -> int:
        return provider * 100 + self.facts.pick([0, 1, 2, 3])

    def _times(self) -> dict[str, str | None]:
        hour = self.facts.random.randint(0, 20)
        return {"start": f"{hour:02d}:00", "end": f"{hour + self.facts.usually(1, 2):02d}:00"}

    def book(self) -> Book:
        """Return the book; each provider has two offerings of a service in each county."""
        providers = []
        for key in PROVIDERS:
            per_county = [
                self.facts.provider(
                    key,
                    county,
                    self.facts.offering(key * 100 + at * 2, ASSISTANCE),
                    self.facts.offering(key * 100 + at * 2 + 1, self.facts.pick([ASSISTANCE, MEALS])),
                )
                for at, county in enumerate(COUNTIES)
            ]
            first_terms, second_terms = per_county
            providers.append(
                replace(
                    first_terms,
                    approvals={**first_terms.approvals, **second_terms.approvals},
                    offerings={**first_terms.offerings, **second_terms.offerings},
                )
            )
        counties = {key: self.facts.county(key)[0] for key in COUNTIES}
        return replace(book(*self.fundings, providers=providers), counties=counties)

    def charge(self, number: int) -> SentCharge:
        """Return a charge; an hour mostly, and mostly at one of two prices."""
        facts = self.facts
        cancelled = {"notice_hours": "2", "cancel_reason": "client_ill"} if facts.usually(False, True) else {}
        return sent(
            provider_id=facts.pick(PROVIDERS),
            reference=f"R-{number}",
            voucher=facts.pick(self.fundings).voucher,
            service=facts.usually(ASSISTANCE, facts.pick([MEALS, TAXI, "NO_SUCH", None])),
            service_day=facts.usually((DAY + timedelta(days=facts.pick(range(-3, 4)))).isoformat(), None),
            quantity=facts.usually("1.00", facts.pick(["2.00", "0.00"])),
            unit=facts.usually("hour", "visit"),
            unit_price=facts.pick(self.prices),
            **facts.usually(facts.pick(self.times), NO_TIMES),
            **cancelled,
        )


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_a_memo_does_not_change_the_decision(seed: int) -> None:
    batch = RandomBatch(seed)
    # `decide` decides with a memo and without one and compares the two
    decide(batch.book(), *[batch.charge(number) for number in range(CHARGES)])
