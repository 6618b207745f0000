"""What is asked of eligibility: one offering, one funding, the client's place, a day and a time class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.facts.provider import Price
from clearing.grants.facts.funding import ANY_CLASS, Funding
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.money import Money
from marketplace.rules.comparison import typical_price


@dataclass(frozen=True, slots=True)
class OfferingFacts:
    """What eligibility must know of an offering; approval states in order, the last of a day counts."""

    id: int
    county_id: int
    provider_id: int
    service: str
    unit: str
    published: bool
    remote: bool
    municipalities: frozenset[str]
    approvals: tuple[tuple[date, ApprovalState], ...]
    papers_valid: bool
    prices: tuple[Price, ...]

    def is_public(self, day: date) -> bool:
        """Whether the public list has it: published, and approved on the day."""
        return self.published and state_on(self.approvals, day) is ApprovalState.APPROVED


@dataclass(frozen=True, slots=True)
class Question:
    """One offering, one funding, the client's municipality, the day and the time class meant."""

    offering: OfferingFacts
    funding: Funding
    municipality: str | None
    day: date
    time_class: str = ANY_CLASS

    @property
    def price_cents(self) -> Money | None:
        """The typical unit price on the day; None when there is none in force."""
        return typical_price(self.offering.prices, self.time_class, self.day)
