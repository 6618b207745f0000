"""A funding while a batch is decided: what is left of it, and what was charged before.

This is the state of a batch: each accepted or held charge changes it for the next one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from clearing.charges.rules.matching import known_to
from clearing.charges.rules.plans_in_use import PlanInUse
from clearing.eligibility.facts.spent import Spent
from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import ChargeState
from clearing.plans.facts.plan import VisitPlan
from foundation.vocabulary.dates import PeriodKind, period_number


class PreviousCharge(NamedTuple):
    """A charge of the same funding, stored or decided before in this batch."""

    provider_id: int
    service: str
    reference: str
    start: datetime | None
    end: datetime | None
    quantity: int
    price_cents: int


class Visit(NamedTuple):
    """A visit of the client at any provider, on any funding."""

    provider_id: int
    start: datetime
    end: datetime


@dataclass(slots=True)
class OpenFunding:
    """A funding with what is left of it in this batch.

    `free_quantity` is None if the funding is not granted in units. `visits` are the client's, and `previous`
    the funding's charges, by the number of their day. `charged_visits` are the planned visits that charges
    name, with the id of a stored charge. `visit_plans` are those of the book, by choice id, and
    `plans` those of choices that were charged in this batch.
    """

    funding: Funding
    free_cents: int
    held_cents: dict[int, int]
    known_to: frozenset[int]
    visits: dict[int, list[Visit]]
    free_quantity: int | None = None
    held_quantity: dict[int, int] = field(default_factory=dict)
    spent: dict[PeriodKind, dict[int, Spent]] = field(default_factory=dict)
    previous: dict[int, list[PreviousCharge]] = field(default_factory=dict)
    charged_visits: dict[tuple[int, date, int], int | None] = field(default_factory=dict)
    visit_plans: Mapping[int, VisitPlan] = field(default_factory=dict)
    plans: dict[int, PlanInUse] = field(default_factory=dict)

    def take(self, day: date, county_pays_cents: int, quantity: int) -> None:
        """Count an accepted charge into the periods."""
        for kind, periods in self.spent.items():
            spent = periods.setdefault(period_number(kind, day), Spent())
            spent.cents += county_pays_cents
            spent.quantity += quantity

    def remember(self, day: date, charge: PreviousCharge) -> None:
        """Keep a charge that later ones are compared with."""
        self.previous.setdefault(day.toordinal(), []).append(charge)


def open_funding(
    funding: Funding, visits: dict[int, list[Visit]], plans: Mapping[int, VisitPlan] = MappingProxyType({})
) -> OpenFunding:
    """Count a funding's charges before this batch; charges on hold take nothing of the periods."""
    opened = OpenFunding(
        funding=funding,
        free_cents=funding.free_cents,
        held_cents={choice.id: choice.held_cents for choice in funding.choices},
        known_to=known_to(funding),
        visits=visits,
        visit_plans=plans,
        free_quantity=funding.free_quantity,
        held_quantity={choice.id: choice.held_quantity for choice in funding.choices},
        spent={terms.period_limit.kind: {} for terms in funding.terms if terms.period_limit},
    )
    for visit in funding.charged_visits:
        opened.charged_visits[visit[:3]] = visit.charge_id
    for earlier in funding.earlier:
        if earlier.state is not ChargeState.ON_HOLD:
            opened.take(earlier.service_day, earlier.county_pays_cents, earlier.quantity)
        previous = PreviousCharge(
            earlier.provider_id, earlier.service, earlier.reference, earlier.start, earlier.end,
            earlier.quantity, earlier.price_cents,
        )  # fmt: skip
        opened.remember(earlier.service_day, previous)
    return opened
