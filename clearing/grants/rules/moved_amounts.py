"""How much moves between two fundings: money, and the units that go with it (docs/decisions/0163)."""

from dataclasses import dataclass

from clearing.grants.facts.funding import Funding
from foundation.vocabulary.money import NO_UNITS, Money, Quantity


@dataclass(frozen=True, slots=True)
class MoveWish:
    """How much a client wants to move: money, or units of a funding that is granted in units.

    To move back what was moved, all are set: the money, and the units out of the source and into the target.
    """

    cents: Money | None = None
    units: Quantity | None = None
    units_into: Quantity | None = None

    @property
    def field(self) -> str:
        """The field of the API that states it."""
        return "amount" if self.units is None else "quantity"

    @property
    def is_positive(self) -> bool:
        """Whether it is more than nothing."""
        amount = self.units if self.cents is None else self.cents
        return amount is not None and amount > 0


@dataclass(frozen=True, slots=True)
class MoveAmounts:
    """What moves: the money, and the units out of the source and into the target; 0 if not in units."""

    cents: Money
    units_out: Quantity
    units_into: Quantity


def amounts_of(source: Funding, target: Funding, wish: MoveWish) -> MoveAmounts:
    """Return what moves out of the source and into the target."""
    if wish.cents is not None and wish.units is not None:
        return MoveAmounts(wish.cents, wish.units, _countable(target, wish.units_into or NO_UNITS))
    if wish.units is not None:
        cents, out = money_of(source, wish.units), wish.units
    else:
        cents = wish.cents or Money(0)
        out = moved_units(source, cents, into=False)
    return MoveAmounts(cents, out, moved_units(target, cents, into=True))


def _countable(funding: Funding, units: Quantity) -> Quantity:
    return NO_UNITS if funding.free_quantity is None else units


def money_of(source: Funding, units: Quantity) -> Money:
    """Return the money of so many units of a grant, rounded down: what is left pays for the units left."""
    return Money(units * source.granted_cents // source.granted_quantity)


def moved_units(funding: Funding, amount_cents: Money, *, into: bool) -> Quantity:
    """Return the units that move with an amount: as many as the grant has for so much money.

    Rounded up out of a funding and down into one, so that the money left always pays for the units left; at
    most what is free. 0 if the funding is not granted in units.
    """
    if funding.free_quantity is None or funding.granted_cents <= 0:
        return Quantity(0)
    units, rest = divmod(amount_cents * funding.granted_quantity, funding.granted_cents)
    return Quantity(units if into else min(units + (rest > 0), funding.free_quantity))


def most_units(source: Funding, most_cents: Money) -> Quantity:
    """Return the most free units whose money is at most so much."""
    if source.free_quantity is None or source.granted_cents <= 0:
        return NO_UNITS
    within = ((most_cents + 1) * source.granted_quantity - 1) // source.granted_cents
    return Quantity(max(0, min(source.free_quantity, within)))
