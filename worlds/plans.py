"""What a world grants: decisions, fundings, their histories and choices, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clearing.grants.facts.decision import DecidedBudget, DecidedFunding, DecidedIncome
from clearing.grants.facts.funding import ByClass, PeriodLimit
from clearing.grants.facts.kinds import CarryOver, DecisionState, FundingKind, FundingState, Overrun
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from worlds.services import BY_CODE


@dataclass(frozen=True, slots=True)
class ChoicePlan:
    """The client picks the provider at a place of the row, from a day on; one of the quantities.

    `ends_on` is planned from the start; on `ended_on` the client ends the choice.
    """

    provider: int
    service: str
    starts_on: date
    quantity: Quantity | None = None
    quantity_per_week: Quantity | None = None
    ends_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class FundingPlan:
    """A funding to be granted, its choices, and the states that follow; `opens_on` where it opened late.

    `weekly` is how many units a week are really used; None: nothing yet.
    """

    decided: DecidedFunding
    choices: tuple[ChoicePlan, ...] = ()
    states: tuple[tuple[FundingState, date], ...] = ()
    opens_on: date | None = None
    weekly: float | None = None


@dataclass(frozen=True, slots=True)
class DecisionPlan:
    """A decision on the client at a place of the row; `states` follow its coming into force."""

    client: int
    fundings: tuple[FundingPlan, ...]
    decided_on: date
    cost_centre: str = "4410"
    budget: DecidedBudget | None = None
    states: tuple[tuple[DecisionState, date], ...] = ()


def euros(amount: float) -> Money:
    """Whole cents of an amount in euros."""
    return Money(round(amount * 100))


def units(quantity: float) -> Quantity:
    """Hundredths of a quantity."""
    return Quantity(round(quantity * 100))


def flat(service: str, amount: float) -> dict[str, ByClass]:
    """One value (or cap) at every time."""
    return {service: {"any": euros(amount)}}


def by_class(service: str, classes: frozenset[str], percent: int = 100) -> dict[str, ByClass]:
    """The county's own values of the service, for these classes of its calendar (or `any`)."""
    values: Mapping[str, int] = BY_CODE[service].values
    return {
        service: {
            time_class: Money(cents * percent // 100)
            for time_class, cents in values.items()
            if time_class in classes | {"any"}
        }
    }


def limit(
    kind: PeriodKind,
    carry: CarryOver = CarryOver.NONE,
    *,
    amount: float | None = None,
    quantity: float | None = None,
    share: int = 0,
) -> PeriodLimit:
    """A limit by period, in euros or units; `share` in hundredths for `up_to`."""
    return PeriodLimit(
        kind,
        None if amount is None else euros(amount),
        None if quantity is None else units(quantity),
        carry,
        share,
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that most fundings leave out."""

    amount: float | None = None
    quantity: float | None = None
    per_period: PeriodLimit | None = None
    values: Mapping[str, ByClass] | None = None
    income: DecidedIncome | None = None
    caps: Mapping[str, ByClass] | None = None
    free_of_charge: bool = False
    cut: bool = False
    provider: str | None = None
    commitment: bool = False


def funding(external_id: str, services: tuple[str, ...], window: DateWindow, terms: Terms) -> DecidedFunding:
    """A funding as a decision grants it."""
    return DecidedFunding(
        external_id=external_id,
        kind=FundingKind.COMMITMENT if terms.commitment else FundingKind.VOUCHER,
        services=services,
        window=window,
        amount_cents=None if terms.amount is None else euros(terms.amount),
        quantity=None if terms.quantity is None else units(terms.quantity),
        per_period=terms.per_period,
        unit_values=terms.values or {},
        income_related=terms.income,
        price_caps=terms.caps or {},
        free_of_charge=terms.free_of_charge,
        overrun=Overrun.CUT if terms.cut else Overrun.REFUSE,
        provider=terms.provider,
    )
