"""Until when a planned visit can be cancelled free of charge, and what it may cost after that (R-35)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clearing.plans.facts.plan import CancellationFee
from clearing.plans.facts.visits import PlannedVisit
from clearing.plans.rules.pricing import Setting, priced
from foundation.vocabulary.money import Money, Quantity


@dataclass(frozen=True, slots=True)
class CancellationTerms:
    """What cancelling a visit means. `free_until`: the last moment without cost; None if it always is free.

    `cost_cents` is the most that the provider may charge after that; the client pays `you_pay_cents` of it.
    They are None if they are not known, as for a visit without times. `quantity` are the units of the visit,
    which stay booked until `booked_until` if it is cancelled late. `is_in_units`: the voucher is granted so.
    """

    free_until: datetime | None
    cost_cents: Money | None
    you_pay_cents: Money | None
    quantity: Quantity
    booked_until: date
    share_percent: int = 0
    is_in_units: bool = False

    def is_free(self, now: datetime) -> bool:
        """Return whether cancelling now costs nothing."""
        return self.cost_cents == 0 or (self.free_until is not None and now <= self.free_until)

    def fee_at(self, now: datetime) -> CancellationFee | None:
        """Return the fee of a visit that is cancelled now; None if it has no time, so that nobody knows."""
        if self.free_until is None and self.cost_cents is None:
            return None
        if self.is_free(now):
            return no_fee(self.quantity)
        return CancellationFee(self.share_percent, self.cost_cents, self.quantity)


def no_fee(quantity: Quantity) -> CancellationFee:
    """Return the fee of a visit that was cancelled in good time, or by its provider."""
    return CancellationFee(0, Money(0), quantity)


def cancellation_terms(visit: PlannedVisit, setting: Setting, late_days: int) -> CancellationTerms:
    """Return when cancelling a visit is free, and its cost after that, by the offering's own rule.

    Args:
        late_days: How many days after the visit the provider may still charge.
    """
    rule, until = setting.offering.cancellation, visit.day + timedelta(days=late_days)
    free = CancellationTerms(None, Money(0), Money(0), visit.quantity, until)
    if rule is None or rule.share_hundredths == 0 or rule.notice_hours == 0:
        return free
    share, in_units = rule.share_hundredths, setting.funding.free_quantity is not None
    costs = replace(free, cost_cents=None, you_pay_cents=None, share_percent=share, is_in_units=in_units)
    if visit.start is None:
        return costs
    [late] = priced([replace(visit, fee=CancellationFee(share, None, visit.quantity))], setting)
    free_until = visit.start - timedelta(hours=rule.notice_hours)
    return replace(
        costs, free_until=free_until, cost_cents=late.price_cents, you_pay_cents=late.you_pay_cents
    )
