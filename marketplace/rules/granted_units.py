"""A funding granted in units: how many its client has, has used and has left.

Source: rulebook, Balance and ledger (its euros are the books' reserve).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clearing.grants.facts.funding import Funding, Terms
from clearing.grants.rules.funding_terms import terms_on
from foundation.vocabulary.money import Money, Quantity, line_price
from marketplace.rules.comparison import units_left


@dataclass(frozen=True, slots=True)
class GrantedUnits:
    """Hundredths of a unit: granted, used by charges, and left."""

    granted: Quantity
    used: Quantity
    left: Quantity


def granted_units(funding: Funding, day: date) -> GrantedUnits | None:
    """Return the units of a funding whose money is only the reserve for them; None if it is granted in euros.

    The money is a reserve if it pays for every unit at the highest value, so that the units end first. The
    units are those granted now: a move of money within a personal budget takes units with it.
    """
    terms = terms_on(funding, day)
    highest, granted = _highest(terms), funding.granted_quantity
    if terms.quantity_limit is None or highest is None:
        return None
    if funding.granted_cents < line_price(granted, highest):
        return None
    return GrantedUnits(granted, funding.used_quantity, units_left(funding) or Quantity(0))


def spent_units(funding: Funding) -> list[tuple[date, Quantity]]:
    """Return the units of each accepted and settled charge, by service day. Needs a funding with a limit."""
    taken = [(charge.service_day, charge.quantity) for charge in funding.earlier if charge.state != "on_hold"]
    return sorted(taken)


def _highest(terms: Terms) -> Money | None:
    for by_service in (terms.unit_values, terms.price_caps):
        values = [cents for by_class in by_service.values() for cents in by_class.values()]
        if values:
            return max(values)
    return None
