"""What the checks of a decision may know: the county's catalogue, and what is stored of the decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from clearing.grants.facts.kinds import FundingKind
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import NO_UNITS, Money, Quantity


@dataclass(frozen=True, slots=True)
class CatalogueService:
    """A service that the county offers."""

    id: int
    unit: str


@dataclass(frozen=True, slots=True)
class FundingInForce:
    """A funding that an earlier version of the decision granted, and how much of it is used.

    ``used_hundredths`` are units of accepted and settled charges; ``charged_days`` the first and last
    service day of charges that count; ``granted_quantity``, ``free_quantity`` and ``counted_quantity``
    (charged and settled) are units of its balance, 0 if it was not granted in units; ``is_over``: closed
    or revoked by its newest state.
    """

    id: int
    voucher: str
    kind: FundingKind
    provider: str | None
    services: frozenset[str]
    window: DateWindow
    granted_cents: Money
    free_cents: Money
    used_hundredths: Quantity
    charged_days: DateWindow | None
    is_over: bool
    granted_quantity: Quantity = NO_UNITS
    free_quantity: Quantity = NO_UNITS
    counted_quantity: Quantity = NO_UNITS


@dataclass(frozen=True, slots=True)
class BudgetInForce:
    """The personal budget of the decision as stored."""

    id: int
    amount_cents: Money
    window: DateWindow


@dataclass(frozen=True, slots=True)
class DecisionInForce:
    """The decision as stored: its newest version, fundings by external id."""

    version: int
    document: Mapping[str, object]
    client_number: str
    cost_centre: str
    fundings: Mapping[str, FundingInForce]
    budget: BudgetInForce | None


@dataclass(frozen=True, slots=True)
class OtherFunding:
    """A funding of the same client, of any decision; ``is_over``: it is closed or revoked."""

    id: int
    voucher: str
    decision: str
    external_id: str
    services: frozenset[str]
    window: DateWindow
    unused_cents: Money
    is_over: bool


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """What a decision is checked against. ``county_id`` is None for a county this actor may not grant in.

    ``municipalities`` are the county's, by `place_key` of code and name; ``providers`` the known ones
    among those that the document names. ``left_cents`` is what of each cost centre's appropriation is not
    granted; ``others`` are the client's fundings. ``granting_limit_cents`` is the most that the actor may
    grant in one decision; None: there is no limit.
    """

    today: date
    county_id: int | None
    municipalities: Mapping[str, str]
    cost_centres: Mapping[str, int]
    services: Mapping[str, CatalogueService]
    time_classes: frozenset[str]
    providers: Mapping[str, int]
    in_force: DecisionInForce | None
    left_cents: Mapping[str, Money] = field(default_factory=dict)
    others: tuple[OtherFunding, ...] = ()
    granting_limit_cents: Money | None = None
