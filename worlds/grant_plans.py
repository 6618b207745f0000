"""Plans of the grants of a world: decisions, fundings, their histories and choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clearing.grants.facts.decision import DecidedBudget, DecidedFunding, DecidedIncome
from clearing.grants.facts.funding import ByClass, PeriodLimit
from clearing.grants.facts.kinds import CarryOver, DecisionState, FundingKind, FundingState, Overrun
from clearing.plans.facts.plan import TimedPattern
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from worlds.services import BY_CODE


@dataclass(frozen=True, slots=True)
class ChoicePlan:
    """A client's choice of a provider (by index) from a day, with one of the two quantities.

    `ends_on` is part of the choice; on `ended_on` the client ends it. `timed` are visits with times. On the
    days `away` the client is away, and `moves` is a visit that is a day later than planned.
    """

    provider: int
    service: str
    starts_on: date
    quantity: Quantity | None = None
    quantity_per_week: Quantity | None = None
    ends_on: date | None = None
    ended_on: date | None = None
    timed: tuple[TimedPattern, ...] = ()
    away: DateWindow | None = None
    moves: date | None = None


@dataclass(frozen=True, slots=True)
class FundingPlan:
    """A funding to be granted, its choices, and its later states; `opens_on` is set if it opens late.

    `weekly` is the number of units used per week; None if the funding is not used yet.
    """

    decided: DecidedFunding
    choices: tuple[ChoicePlan, ...] = ()
    states: tuple[tuple[FundingState, date], ...] = ()
    opens_on: date | None = None
    weekly: float | None = None


@dataclass(frozen=True, slots=True)
class DecisionPlan:
    """A decision on a client (by index); `states` are its states after it came into force."""

    client: int
    fundings: tuple[FundingPlan, ...]
    decided_on: date
    cost_centre: str = "4410"
    budget: DecidedBudget | None = None
    states: tuple[tuple[DecisionState, date], ...] = ()


def euros(amount: float) -> Money:
    """Return an amount in euros as whole cents."""
    return Money(round(amount * 100))


def units(quantity: float) -> Quantity:
    """Return a quantity in hundredths."""
    return Quantity(round(quantity * 100))


def flat(service: str, amount: float) -> dict[str, ByClass]:
    """Return one value (or cap) for all time classes."""
    return {service: {"any": euros(amount)}}


def by_class(service: str, classes: frozenset[str], percent: int = 100) -> dict[str, ByClass]:
    """Return the county's values of the service for these classes of its calendar (or `any`)."""
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
    """Return a limit by period, in euros or units; `share` is in hundredths, for `up_to`."""
    return PeriodLimit(
        kind,
        None if amount is None else euros(amount),
        None if quantity is None else units(quantity),
        carry,
        share,
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """The optional terms of a funding."""

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
    """Return a funding as a decision grants it."""
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
