"""Charges for cancelled visits, held to the offering's own rule (R-35)."""

from dataclasses import dataclass

from clearing.charges.facts.charge import Cancellation, Charge
from clearing.eligibility.facts.provider import CancellationRule
from clearing.eligibility.facts.use import Line, Rates
from clearing.eligibility.rules.cancelling import cancelled_visit_limit
from clearing.eligibility.rules.prices import line_sum
from clearing.grants.facts.funding import Choice
from clearing.plans.facts.plan import CancellationFee, Change, VisitPlan
from clearing.plans.rules.fees import fee_price
from clearing.plans.rules.timed_visits import planned_start
from clearing.reasons import CANCELLATION_RULE, Finding, report
from foundation.vocabulary.money import Money, Quantity

_HUNDREDTHS = 100


def cancelled_visit(cancellation: Cancellation | None, rates: Rates, line: Line) -> Finding | None:
    """Ask R-35 of a charge that says that its visit was cancelled.

    Times and quantity are those of the visit as it was agreed; the full price is what they cost by that
    day's list. Silent if the list has no price (R-18). A visit that was cancelled in its plan costs no more,
    and takes no more units, than its client read when cancelling.
    """
    quantity, price = line.quantity, line.price_cents
    if cancellation is None or price is None or quantity is None or quantity <= 0:
        return None
    full = line_sum(line.parts, rates.list_prices, quantity)
    if full is None:
        return None
    rule, fee = rates.cancellation, cancellation.fee
    if fee is not None:
        limit = fee_price(fee, full)
        is_within = bool(cancellation.reason_code) and price <= limit and quantity <= fee.most_quantity
        return None if is_within else _over(rule, limit)
    whole_hours = cancellation.notice_hundredths // _HUNDREDTHS
    visit = CancelledVisit(whole_hours, cancellation.reason_code, Money(price), full)
    return cancellation_rule(rule, visit)


def _over(rule: CancellationRule | None, limit: Money) -> Finding:
    return report(CANCELLATION_RULE, notice=rule.notice_hours if rule else 0, limit_cents=limit)


def agreed_cancellation(charge: Charge, choice: Choice, plan: VisitPlan | None) -> Charge:
    """Return a charge for a cancelled visit with the fee that its plan has for that visit, if it has one.

    The visit is the one that the charge names, else the cancelled one that is planned at the same time. One
    in days away from this help has no fee: what was too near to be free was cancelled when they began.
    """
    if charge.cancellation is None or plan is None:
        return charge
    fees = [
        change.fee
        for change in plan.changes
        if change.fee is not None and change.is_cancelled and _is_of(charge, choice, plan, change)
    ]
    if not fees and _is_long_away(charge, plan):
        fees = [NOTHING]
    if not fees:
        return charge
    fee = max(fees, key=lambda each: each.is_charged)
    return charge._replace(cancellation=charge.cancellation._replace(fee=fee))


NOTHING = CancellationFee(0, Money(0), Quantity(0))


def _is_long_away(charge: Charge, plan: VisitPlan) -> bool:
    """Return whether a visit was in days away; on their first day it may have begun before."""
    day = charge.service_day
    return day is not None and any(day in pause and day > pause.first for pause in plan.pauses)


def _is_of(charge: Charge, choice: Choice, plan: VisitPlan, change: Change) -> bool:
    if charge.visit is not None:
        return charge.visit == (choice.id, change.day, change.number)
    day = change.to_day or change.day
    if charge.service_day != day:
        return False
    start = planned_start(plan, change)
    return charge.start is None or start is None or charge.start == start


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
    return _over(rule, limit)
