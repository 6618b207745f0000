"""Limits in units and by period, with carry-over (R-23, R-24)."""

from collections.abc import Mapping

from clearing.facts import CarryOver, PeriodLimit
from clearing.reasons import OVER_PERIOD_LIMIT, OVER_QUANTITY, Told, tell
from clearing.rules.case import Case, Spent
from foundation.vocabulary.dates import period_number, period_of


def over_quantity(case: Case) -> Told | None:
    """Units left in the window are fewer (R-23)."""
    limit, quantity = case.standing.terms.quantity_limit, case.charge.quantity
    if limit is None or quantity is None:
        return None
    left = limit - case.open_funding.used_quantity
    if quantity <= left:
        return None
    return tell(OVER_QUANTITY, left_hundredths=max(left, 0), quantity_hundredths=quantity)


def carried_over(limit: PeriodLimit, limit_each: int, unused: int) -> int:
    """Return what an unused rest adds to the next period: all of it, or at most a share of the limit."""
    if limit.carry is CarryOver.ALL:
        return unused
    return min(unused, limit_each * limit.share_hundredths // 100)


def _spent(limit: PeriodLimit, periods: Mapping[int, Spent], number: int) -> int:
    spent = periods.get(number)
    if spent is None:
        return 0
    return spent.quantity if limit.amount_cents is None else spent.cents


def period_fits(
    limit: PeriodLimit, first_period: int, charged_period: int, new: int, periods: Mapping[int, Spent]
) -> bool:
    """Tell whether a new sum fits its own period and leaves every later one within its limit.

    Carry-over starts in the window's first period. Periods are numbered one after another.
    """
    limit_each = (limit.quantity if limit.amount_cents is None else limit.amount_cents) or 0
    if limit.carry is CarryOver.NONE:
        return _spent(limit, periods, charged_period) + new <= limit_each
    carry = 0
    for number in range(first_period, max([charged_period, *periods]) + 1):
        left = limit_each + carry - _spent(limit, periods, number) - (new if number == charged_period else 0)
        if left < 0 and number >= charged_period:
            return False
        carry = carried_over(limit, limit_each, max(left, 0))
    return True


def over_period_limit(case: Case) -> Told | None:
    """Week, month or quarter limit, with carry-over counted (R-24).

    Silent on a day of a period that the window does not touch: that is R-11.
    """
    limit, day = case.standing.terms.period_limit, case.charge.service_day
    if limit is None or day is None:
        return None
    new = case.charge.quantity if limit.amount_cents is None else case.county_share_cents
    if new is None:
        return None
    number, window = period_number(limit.kind, day), case.funding.window
    first, last = period_number(limit.kind, window.first), period_number(limit.kind, window.last)
    periods = case.open_funding.spent[limit.kind]
    if not first <= number <= last or period_fits(limit, first, number, new, periods):
        return None
    period = period_of(limit.kind, day)
    return tell(OVER_PERIOD_LIMIT, first_day=period.first.isoformat(), last_day=period.last.isoformat())
