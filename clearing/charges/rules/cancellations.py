"""Charges for cancelled visits, held to the offering's own rule (R-35)."""

from dataclasses import dataclass

from clearing.charges.facts.charge import Cancellation
from clearing.eligibility.facts.provider import CancellationRule
from clearing.eligibility.facts.use import Line, Rates
from clearing.eligibility.rules.cancelling import cancelled_visit_limit
from clearing.eligibility.rules.prices import line_sum
from clearing.reasons import CANCELLATION_RULE, Finding, report
from foundation.vocabulary.money import Money

_HUNDREDTHS = 100


def cancelled_visit(cancellation: Cancellation | None, rates: Rates, line: Line) -> Finding | None:
    """Ask R-35 of a charge that says that its visit was cancelled.

    Times and quantity are those of the visit as it was agreed; the full price is what they cost by that
    day's list. Silent if the list has no price (R-18).
    """
    quantity, price = line.quantity, line.price_cents
    if cancellation is None or price is None or quantity is None or quantity <= 0:
        return None
    full = line_sum(line.parts, rates.list_prices, quantity)
    if full is None:
        return None
    whole_hours = cancellation.notice_hundredths // _HUNDREDTHS
    visit = CancelledVisit(whole_hours, cancellation.reason_code, Money(price), full)
    return cancellation_rule(rates.cancellation, visit)


@dataclass(frozen=True, slots=True)
class CancelledVisit:
    """A cancelled visit that is charged: the notice given, the reason, its price and the full price."""

    notice_hours: int
    reason_code: str | None
    price_cents: Money
    full_price_cents: Money


def cancellation_rule(rule: CancellationRule | None, visit: CancelledVisit) -> Finding | None:
    """A charge for a cancelled visit breaks the offering's notice rule or share; needs a reason code (R-35).

    With as much notice as the rule requires, or without a rule, nothing may be charged.
    """
    limit = cancelled_visit_limit(rule, visit.notice_hours, visit.full_price_cents)
    if visit.reason_code and visit.price_cents <= limit:
        return None
    return report(CANCELLATION_RULE, notice=rule.notice_hours if rule else 0, limit_cents=limit)
