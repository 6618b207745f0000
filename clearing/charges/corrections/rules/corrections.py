"""After the decision: locked charges, corrections, disputes, cancelled visits (R-30, R-31, R-34, R-35)."""

from dataclasses import dataclass

from clearing.grants.facts.kinds import ChargeState
from clearing.reasons import (
    CORRECTION_OVER_ORIGINAL,
    PERIOD_LOCKED,
    Finding,
    report,
)
from foundation.vocabulary.money import Money, half_up_division


@dataclass(frozen=True, slots=True)
class CorrectedCharge:
    """A settled charge, and what its corrections have given back so far; all in positive cents."""

    price_cents: Money
    county_pays_cents: Money
    returned_price_cents: Money
    returned_county_cents: Money


@dataclass(frozen=True, slots=True)
class GivenBack:
    """How one correction is shared: to the county, and to the client."""

    county_cents: Money
    client_cents: Money


def period_locked(state: ChargeState, reference: str) -> Finding | None:
    """A new charge whose reference belongs to a settled charge: use a correction (R-30).

    Also the withdrawal of a settled charge. A new charge with other content meets R-04 first.
    """
    return report(PERIOD_LOCKED, reference=reference) if state is ChargeState.SETTLED else None


def correction_over_original(charge: CorrectedCharge, correction_cents: Money) -> Finding | None:
    """The sum of corrections would exceed the original (R-31)."""
    left = charge.price_cents - charge.returned_price_cents
    return None if correction_cents <= left else report(CORRECTION_OVER_ORIGINAL, left_cents=left)


def given_back(charge: CorrectedCharge, correction_cents: Money) -> GivenBack:
    """Share a correction as the charge was shared, so that corrections of the whole give back every cent.

    What remains with the county is its share of the remaining price, half up; the rest is given back.
    """
    remaining = charge.price_cents - charge.returned_price_cents - correction_cents
    remaining_county = half_up_division(charge.county_pays_cents * remaining, charge.price_cents)
    county = charge.county_pays_cents - charge.returned_county_cents - remaining_county
    county = min(max(county, 0), correction_cents)
    return GivenBack(Money(county), Money(correction_cents - county))
