"""Planned visits, what each costs whom, and what a funding has left for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from clearing.eligibility.facts.calendar import Parts
from clearing.eligibility.facts.spent import Spent
from clearing.plans.facts.plan import CancellationFee, VisitId
from clearing.reasons import Finding
from foundation.vocabulary.dates import PeriodKind, period_number
from foundation.vocabulary.money import Money, Quantity

_NO_START = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One visit of a plan. Start and end are UTC, None without times; `parts` are its time classes.

    The visit of a loose or total plan stands for a week or a month of it. One with a `fee` was cancelled
    late: it is not given, and costs its fee.
    """

    id: VisitId
    day: date
    start: datetime | None
    end: datetime | None
    quantity: Quantity
    parts: Parts
    fee: CancellationFee | None = None


@dataclass(frozen=True, slots=True)
class UsedVisit:
    """What was charged of a choice on a day. `visit` is the planned visit that the charge names, if any."""

    day: date
    start: datetime | None
    quantity: Quantity
    visit: VisitId | None = None

    def order(self) -> tuple[date, datetime]:
        """Return the order in which charges use visits; one without times comes last on its day."""
        return self.day, self.start or _NO_START


@dataclass(frozen=True, slots=True)
class PricedVisit:
    """A planned visit at the list price of its day: the county's share and the client's own.

    The sums are None if they are not known; the findings are those of a charge with these values.
    `is_estimate`: the visit has no times, and its price or value depends on them.
    """

    visit: PlannedVisit
    price_cents: Money | None
    county_pays_cents: Money | None
    findings: tuple[Finding, ...] = ()
    is_estimate: bool = False

    @property
    def you_pay_cents(self) -> Money | None:
        """The client's own share."""
        if self.price_cents is None or self.county_pays_cents is None:
            return None
        return Money(self.price_cents - self.county_pays_cents)


class Limit(StrEnum):
    """What stops a plan: the money, the units, the limit of a period, the window, or a rule of charging."""

    MONEY = "money"
    UNITS = "units"
    PERIOD = "month_limit"
    WINDOW = "window"
    RULE = "rule"


@dataclass(slots=True)
class Left:
    """What a funding has left while visits are held: free cents and units, and what periods have spent.

    `free_quantity` is None if the funding is not granted in units. The plans of all choices of a funding are
    held against one `Left`.
    """

    free_cents: int
    free_quantity: int | None = None
    spent: dict[PeriodKind, dict[int, Spent]] = field(default_factory=dict)

    def take(self, day: date, county_pays_cents: int, quantity: int) -> None:
        """Count money and units of a day as used."""
        self.free_cents -= county_pays_cents
        if self.free_quantity is not None:
            self.free_quantity -= quantity
        self.count(day, county_pays_cents, quantity)

    def count(self, day: date, county_pays_cents: int, quantity: int) -> None:
        """Count the periods only: money and units were taken before."""
        for kind, periods in self.spent.items():
            spent = periods.setdefault(period_number(kind, day), Spent())
            spent.cents += county_pays_cents
            spent.quantity += quantity


@dataclass(frozen=True, slots=True)
class Held:
    """What a plan holds: cents and units of its visits until the first one that does not fit.

    `stopped_by` and `first_unheld` name the limit and that visit; None if the plan fits. `findings` are those
    of a rule that stops it.
    """

    cents: Money
    quantity: Quantity
    visits: int
    stopped_by: Limit | None = None
    first_unheld: PlannedVisit | None = None
    findings: tuple[Finding, ...] = ()

    def and_fees(self, fees: Iterable[PricedVisit]) -> "Held":
        """Return this with the money and units of fees that are held beside the visits."""
        cents, quantity = self.cents, self.quantity
        for fee in fees:
            cents = Money(cents + (fee.county_pays_cents or 0))
            quantity = Quantity(quantity + fee.visit.quantity)
        return replace(self, cents=cents, quantity=quantity)
