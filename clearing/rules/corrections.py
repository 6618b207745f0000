"""After the decision: locked charges, corrections, disputes, cancelled visits (R-30, R-31, R-34, R-35)."""

from dataclasses import dataclass

from clearing.facts import CancellationRule, ChargeState
from clearing.reasons import (
    CANCELLATION_RULE,
    CORRECTION_OVER_ORIGINAL,
    DISPUTED_BY_CLIENT,
    PERIOD_LOCKED,
    Told,
    tell,
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


@dataclass(frozen=True, slots=True)
class CancelledVisit:
    """A cancelled visit that is charged: the notice given, the reason, its price and the full price."""

    notice_hours: int
    reason_code: str | None
    price_cents: Money
    full_price_cents: Money


def period_locked(state: ChargeState, reference: str) -> Told | None:
    """A new charge whose reference belongs to a settled charge: use a correction (R-30).

    Also the withdrawal of a settled charge. A new charge with other content meets R-04 first.
    """
    return tell(PERIOD_LOCKED, reference=reference) if state is ChargeState.SETTLED else None


def correction_over_original(charge: CorrectedCharge, correction_cents: Money) -> Told | None:
    """The sum of corrections would exceed the original (R-31)."""
    left = charge.price_cents - charge.returned_price_cents
    return None if correction_cents <= left else tell(CORRECTION_OVER_ORIGINAL, left_cents=left)


def given_back(charge: CorrectedCharge, correction_cents: Money) -> GivenBack:
    """Share a correction as the charge was shared, so that corrections of the whole give back every cent.

    What remains with the county is its share of the remaining price, half up; the rest is given back.
    """
    remaining = charge.price_cents - charge.returned_price_cents - correction_cents
    remaining_county = half_up_division(charge.county_pays_cents * remaining, charge.price_cents)
    county = charge.county_pays_cents - charge.returned_county_cents - remaining_county
    county = min(max(county, 0), correction_cents)
    return GivenBack(Money(county), Money(correction_cents - county))


def disputed_by_client(state: ChargeState, dispute_open: bool) -> Told | None:
    """The client said "not right" before settlement (R-34)."""
    return tell(DISPUTED_BY_CLIENT) if dispute_open and state is not ChargeState.SETTLED else None


def cancellation_rule(rule: CancellationRule | None, visit: CancelledVisit) -> Told | None:
    """A charge for a cancelled visit breaks the offering's notice rule or share; needs a reason code (R-35).

    With as much notice as the rule asks, or without a rule, nothing may be charged.
    """
    limit = cancelled_visit_limit(rule, visit.notice_hours, visit.full_price_cents)
    if visit.reason_code and visit.price_cents <= limit:
        return None
    return tell(CANCELLATION_RULE, notice=rule.notice_hours if rule else 0, limit_cents=limit)


def cancelled_visit_limit(rule: CancellationRule | None, notice_hours: int, full_price: Money) -> Money:
    """Return the most that a cancelled visit may cost: the rule's share of the full price, half up.

    Nothing with as much notice as the rule asks, or without a rule.
    """
    share = rule.share_hundredths if rule and notice_hours < rule.notice_hours else 0
    return Money(half_up_division(full_price * share, 100))
