"""The units of a client's fundings that were granted in units, and what they are expected to cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clearing.grants.rules.funding_terms import terms_on
from clearing.grants.rules.granted_money import weekday_money
from foundation.vocabulary.money import Money
from marketplace.load.fundings import MyFunding, fundings_of_clients
from marketplace.rules.granted_units import GrantedUnits, granted_units


@dataclass(frozen=True, slots=True)
class ExpectedUnits:
    """The units of a funding, and their cost at the value of weekdays (None: up to the price).

    The funding's euros are the reserve for them: every unit at the highest value.
    """

    units: GrantedUnits
    unit: str
    expected_cents: Money | None


def units_of_client(session: Session, client_id: int, day: date) -> Mapping[int, ExpectedUnits]:
    """Return the units by funding id, of the fundings that were granted in units."""
    found = {funding.facts.id: _units(funding, day) for funding in fundings_of_clients(session, [client_id])}
    return {key: units for key, units in found.items() if units is not None}


def _units(funding: MyFunding, day: date) -> ExpectedUnits | None:
    granted = granted_units(funding.facts, day) if funding.unit else None
    if granted is None or funding.unit is None:
        return None
    expected = weekday_money(granted.granted, terms_on(funding.facts, day).unit_values)
    return ExpectedUnits(granted, funding.unit, expected)
