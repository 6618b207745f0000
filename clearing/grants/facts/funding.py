"""Fundings: terms, states, choices and the charges so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from clearing.grants.facts.kinds import (
    CarryOver,
    ChargeState,
    DecisionState,
    FundingKind,
    FundingState,
    Overrun,
)
from foundation.vocabulary.dates import DateWindow, PeriodKind, in_force
from foundation.vocabulary.money import NO_UNITS, Money, Quantity

ANY_CLASS = "any"
"""The time class of a price or value that does not differ by time."""

ByClass = Mapping[str, Money]
"""Cents per unit by time class, or by ``any``."""

NOTHING_BY_CLASS: ByClass = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Choice:
    """A client's choice of an offering for a funding, with what it still holds of money and units.

    `held_until` is the last day that its hold reached when it was planned, if a limit stopped it there.
    """

    id: int
    offering_id: int
    provider_id: int
    first_day: date
    last_day: date | None
    held_cents: Money
    held_quantity: Quantity = NO_UNITS
    held_until: date | None = None

    def in_force(self, day: date) -> bool:
        """Return whether the choice is in force on a day."""
        return in_force(self.first_day, self.last_day, day)


@dataclass(frozen=True, slots=True)
class PeriodLimit:
    """A limit by week, month or quarter, in cents or in units (one of them)."""

    kind: PeriodKind
    amount_cents: Money | None
    quantity: Quantity | None
    carry: CarryOver = CarryOver.NONE
    share_hundredths: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of a funding from a day on. A service without unit values pays up to the agreed price."""

    from_day: date
    unit_values: Mapping[str, ByClass]
    price_caps: Mapping[str, ByClass]
    free_of_charge: bool = False
    overrun: Overrun = Overrun.REFUSE
    period_limit: PeriodLimit | None = None
    quantity_limit: Quantity | None = None


@dataclass(frozen=True, slots=True)
class EarlierCharge:
    """A charge of a funding that is accepted, on hold or settled; sums are net of corrections."""

    id: int
    provider_id: int
    reference: str
    service: str
    service_day: date
    start: datetime | None
    end: datetime | None
    quantity: Quantity
    unit_price_cents: Money
    price_cents: Money
    county_pays_cents: Money
    worker: str | None
    state: ChargeState
    choice_id: int | None = None


class ChargedVisit(NamedTuple):
    """A planned visit that a charge names: its choice, day and number, and the charge's id."""

    choice_id: int
    day: date
    number: int
    charge_id: int


@dataclass(frozen=True, slots=True)
class Funding:
    """A funding with its terms, states and the charges so far.

    ``states``, ``decision_states`` and ``terms`` are in order of their first day; of several on one
    day the last counts. ``choices`` are all that ever were; ``earlier`` holds accepted, held and
    settled charges: all of them where some terms limit units or periods or a choice has a plan, else
    those within two days of the days of the query. ``…_quantity`` are the units of its balance; the free ones
    are None where the funding is not granted in units, so that nothing limits them. ``charged_visits``
    are the planned visits near the days of the query that charges name. ``client_absences`` are the days
    on which the client is away from all help.
    """

    id: int
    county_id: int
    voucher: str
    client_number: str
    kind: FundingKind
    window: DateWindow
    services: frozenset[str]
    states: tuple[tuple[date, FundingState], ...]
    decision_states: tuple[tuple[date, DecisionState], ...]
    terms: tuple[Terms, ...]
    granted_cents: Money
    free_cents: Money
    named_provider_id: int | None = None
    choices: tuple[Choice, ...] = ()
    earlier: tuple[EarlierCharge, ...] = ()
    client_ended_on: date | None = None
    client_absences: tuple[DateWindow, ...] = ()
    free_quantity: Quantity | None = None
    granted_quantity: Quantity = NO_UNITS
    used_quantity: Quantity = NO_UNITS
    charged_visits: tuple[ChargedVisit, ...] = ()
