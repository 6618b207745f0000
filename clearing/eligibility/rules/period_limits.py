"""The limit of a week, month or quarter, with carry-over (R-24): does a new sum fit in it."""

from collections.abc import Mapping, Sequence
from datetime import date

from clearing.eligibility.facts.spent import Spent
from clearing.grants.facts.funding import Funding, PeriodLimit, Terms
from clearing.grants.facts.kinds import CarryOver
from foundation.vocabulary.dates import period_number

Changes = tuple[tuple[int, PeriodLimit | None], ...]
"""From which period on the terms said which limit, in order; None: no limit, or one of another sort."""


def carried_over(limit: PeriodLimit, limit_each: int, unused: int) -> int:
    """Return what an unused rest adds to the next period: all of it, or at most a share of the limit."""
    if limit.carry is CarryOver.ALL:
        return unused
    return min(unused, limit_each * limit.share_hundredths // 100)


def _each(limit: PeriodLimit) -> int:
    return (limit.quantity if limit.amount_cents is None else limit.amount_cents) or 0


def _spent(limit: PeriodLimit, periods: Mapping[int, Spent], number: int) -> int:
    spent = periods.get(number)
    if spent is None:
        return 0
    return spent.quantity if limit.amount_cents is None else spent.cents


def changes_of(limit: PeriodLimit, terms: Sequence[Terms]) -> Changes:
    """Return what the terms said of a limit from which period on; nothing where it never changed."""
    if all(changed.period_limit == limit for changed in terms):
        return ()
    return tuple(
        (period_number(limit.kind, changed.from_day), _alike(limit, changed.period_limit))
        for changed in terms
    )


def _alike(limit: PeriodLimit, other: PeriodLimit | None) -> PeriodLimit | None:
    """Return a limit by the same period in the same measure: nothing can be carried between others."""
    if other is None or other.kind is not limit.kind:
        return None
    return other if (other.amount_cents is None) == (limit.amount_cents is None) else None


def _limit_in(number: int, limit: PeriodLimit, changes: Changes) -> PeriodLimit | None:
    """Return the limit in force at the end of a period."""
    found = changes[0][1] if changes else limit
    for from_period, changed in changes[1:]:
        found = changed if from_period <= number else found
    return found


def period_fits(
    limit: PeriodLimit,
    first_period: int,
    charged_period: int,
    new: int,
    periods: Mapping[int, Spent],
    changes: Changes = (),
) -> bool:
    """Return whether a new sum fits its own period and leaves every later one within its limit.

    Carry-over starts in the window's first period. Periods have consecutive numbers. `limit` is the one of
    the charge's day; what another period leaves unused follows from that period's own limit. A later period
    that was over a lowered limit already stops the charge only if less is carried into it.
    """
    if limit.carry is CarryOver.NONE and not changes:
        return _spent(limit, periods, charged_period) + new <= _each(limit)
    unused = unused_before = 0  # with the new sum, and without it
    for number in range(first_period, max([charged_period, *periods]) + 1):
        used, added = _spent(limit, periods, number), 0
        if number == charged_period:
            added = new
            if used + added > _each(limit) + carried_over(limit, _each(limit), unused):
                return False
        here = _limit_in(number, limit, changes)
        if here is None:
            unused = unused_before = 0
            continue
        before = _each(here) + carried_over(here, _each(here), unused_before) - used
        left = _each(here) + carried_over(here, _each(here), unused) - used - added
        if number > charged_period and left < min(before, 0):
            return False
        unused, unused_before = max(left, 0), max(before, 0)
    return True


def fits_period(
    funding: Funding, limit: PeriodLimit, day: date, new: int, periods: Mapping[int, Spent]
) -> bool:
    """Return whether a new sum of a day fits the limit of a funding; silent outside the window (R-11).

    Args:
        limit: The limit in force on the day.
        new: Cents or units in hundredths, as the limit is.
        periods: What was spent, by number of period.
    """
    number, window = period_number(limit.kind, day), funding.window
    first, last = period_number(limit.kind, window.first), period_number(limit.kind, window.last)
    changes = changes_of(limit, funding.terms)
    return not first <= number <= last or period_fits(limit, first, number, new, periods, changes)
