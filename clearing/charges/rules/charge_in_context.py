"""One charge on its desk: everything that the rules of a known funding may look at."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from clearing.charges.facts.book import Book, CountySettings
from clearing.charges.facts.charge import Charge
from clearing.eligibility.facts.calendar import Parts
from clearing.eligibility.facts.provider import Offering, ProviderFacts
from clearing.grants.facts.funding import ByClass, Choice, Funding, Terms
from foundation.vocabulary.dates import PeriodKind, period_number


class Line(NamedTuple):
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
class TermsInForce:
    """What charges of one funding, provider, service and unit share on a stretch of days without a change.

    ``tariff`` numbers what lines are priced by: the same number is the same prices, values and caps.
    ``limited``: there is a limit in units or by period. ``clear`` is set when the rules that read nothing
    else were asked and had nothing to say.
    """

    terms: Terms
    choice: Choice | None
    offering: Offering | None
    list_prices: ByClass
    unit_values: ByClass
    papers_missing: tuple[str, ...]
    tariff: int
    limited: bool
    clear: bool = False


@dataclass(slots=True)
class Stretches:
    """What stood on the day asked first; once another is asked, the days on which something changes, in
    order, and what stands between them."""

    first_asked: date
    terms_then: TermsInForce
    change_days: tuple[date, ...] | None = None
    terms_by_stretch: dict[int, TermsInForce] = field(default_factory=dict)


@dataclass(slots=True)
class Spent:
    """What a period has taken: the county's cents and units in hundredths."""

    cents: int = 0
    quantity: int = 0


@dataclass(slots=True)
class OpenFunding:
    """A funding while charges are decided: what is left, and what has been charged so far."""

    funding: Funding
    free_cents: int
    held_cents: dict[int, int]
    known_to: frozenset[int]
    visits: dict[int, list[Visit]]
    used_quantity: int = 0
    spent: dict[PeriodKind, dict[int, Spent]] = field(default_factory=dict)
    lines: dict[int, list[Line]] = field(default_factory=dict)
    stretches: dict[tuple[int, str | None, str | None], Stretches] = field(default_factory=dict)

    def take(self, day: date, county_pays_cents: int, quantity: int) -> None:
        """Count an accepted charge into the units and the periods."""
        self.used_quantity += quantity
        for kind, periods in self.spent.items():
            spent = periods.setdefault(period_number(kind, day), Spent())
            spent.cents += county_pays_cents
            spent.quantity += quantity

    def remember(self, day: date, line: Line) -> None:
        """Keep a charge that later ones are compared with."""
        self.lines.setdefault(day.toordinal(), []).append(line)


@dataclass(slots=True)
class ChargeInContext:
    """A charge whose funding is known, with the facts that concern it on its service day."""

    book: Book
    charge: Charge
    funding: Funding
    provider: ProviderFacts
    county: CountySettings
    open_funding: OpenFunding
    terms_in_force: TermsInForce
    worker_minutes: int
    times_unread: bool
    price_cents: int | None
    parts: Parts = ()
    classes_of_day: frozenset[str] = frozenset()
    county_share_cents: int | None = None

    def as_priced(self) -> tuple[object, ...]:
        """Return all that the price and the county's share of the line are told from."""
        charge = self.charge
        line = (charge.start is None, charge.quantity, self.price_cents, charge.cancellation)
        return self.terms_in_force.tariff, self.parts, self.classes_of_day, *line
