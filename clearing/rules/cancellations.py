"""Charges for cancelled visits, held to the offering's own rule (R-35)."""

from clearing.reasons import Told
from clearing.rules.case import Case
from clearing.rules.corrections import CancelledVisit, cancellation_rule
from clearing.rules.pricing import line_sum
from foundation.vocabulary.money import Money

_HUNDREDTHS = 100


def cancelled_visit(case: Case) -> Told | None:
    """Ask R-35 of a charge that says that its visit was cancelled.

    Times and quantity are those of the visit as it was agreed; the full price is what they cost by that
    day's list. Silent where the list has no price (R-18).
    """
    cancellation, offering = case.charge.cancellation, case.standing.offering
    quantity, price = case.charge.quantity, case.price_cents
    if cancellation is None or offering is None or price is None or quantity is None or quantity <= 0:
        return None
    full = line_sum(case.parts, case.standing.list_prices, quantity)
    if full is None:
        return None
    whole_hours = cancellation.notice_hundredths // _HUNDREDTHS
    visit = CancelledVisit(whole_hours, cancellation.reason_code, Money(price), full)
    return cancellation_rule(offering.cancellation, visit)
