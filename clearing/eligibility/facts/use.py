"""One use of a funding, and what it is priced by."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from clearing.eligibility.facts.calendar import Parts
from clearing.eligibility.facts.provider import CancellationRule, Offering, ProviderFacts
from clearing.grants.facts.funding import ByClass, Funding
from clearing.reasons import Finding


@dataclass(frozen=True, slots=True)
class Use:
    """A funding used for a service of a provider on a day.

    `offering` is the provider's offering of the service in the county of the funding; None if it has none.
    """

    funding: Funding
    service: str
    offering: Offering | None
    provider: ProviderFacts
    day: date


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """What a unit of a use may cost on its day, in cents by time class.

    Without `unit_values` the county pays up to the price; without `price_caps` there is no cap.
    """

    list_prices: ByClass
    unit_values: ByClass
    price_caps: ByClass
    free_of_charge: bool
    cancellation: CancellationRule | None


class Line(NamedTuple):
    """A quantity (hundredths of a unit) of a service by time class, and its price in cents.

    Quantity and price are None if they are not known. It is a named tuple because one is made of every
    charge.
    """

    day: date
    parts: Parts
    quantity: int | None
    price_cents: int | None


class Cost(NamedTuple):
    """The county's share of a line in cents, before what is left of the funding; None if it is not known.

    `price_cents` is the price of the line, as sent or by the list.
    """

    county_pays_cents: int | None
    findings: tuple[Finding, ...]
    price_cents: int | None = None
