"""Limits in units and by period, with carry-over (R-23, R-24)."""

from clearing.charges.rules.balances import quantity_left_for
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.eligibility.rules.period_limits import fits_period
from clearing.reasons import OVER_PERIOD_LIMIT, OVER_QUANTITY, Finding, report
from foundation.vocabulary.dates import period_of


def over_quantity(context: ChargeInContext) -> Finding | None:
    """Units left in the window are fewer (R-23).

    Left are the free units plus those that the charge's own choice holds.
    """
    left, quantity = quantity_left_for(context), context.charge.quantity
    if left is None or quantity is None or quantity <= left:
        return None
    return report(OVER_QUANTITY, left_hundredths=left, quantity_hundredths=quantity)


def over_period_limit(context: ChargeInContext) -> Finding | None:
    """Week, month or quarter limit, with carry-over counted (R-24).

    Silent on a day of a period that the window does not touch: that is R-11.
    """
    limit, day = context.terms_in_force.terms.period_limit, context.charge.service_day
    if limit is None or day is None:
        return None
    new = context.charge.quantity if limit.amount_cents is None else context.county_share_cents
    if new is None:
        return None
    opened = context.open_funding
    if fits_period(opened.funding, limit, day, new, opened.spent[limit.kind]):
        return None
    period = period_of(limit.kind, day)
    return report(OVER_PERIOD_LIMIT, first_day=period.first.isoformat(), last_day=period.last.isoformat())
