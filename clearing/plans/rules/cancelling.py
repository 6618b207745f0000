"""Until when a planned visit can be cancelled free of charge, and what it may cost after that (R-35)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clearing.eligibility.facts.provider import CancellationRule
from clearing.eligibility.rules.cancelling import cancelled_visit_limit
from clearing.plans.facts.visits import PricedVisit
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class CancellationTerms:
    """What cancelling a visit means. `free_until`: the last moment without cost; None if it always is free.

    `cost_cents` is the most that the provider may charge after that, of which the client pays its own share.
    A visit without times or price has no known cost (None).
    """

    free_until: datetime | None
    cost_cents: Money | None

    def is_free(self, now: datetime) -> bool:
        """Return whether cancelling now costs nothing."""
        return self.free_until is None or now <= self.free_until or self.cost_cents == 0


def cancellation_terms(rule: CancellationRule | None, visit: PricedVisit) -> CancellationTerms:
    """Return when cancelling a visit is free, and its cost after that, by the offering's own rule."""
    if rule is None or rule.share_hundredths == 0 or rule.notice_hours == 0:
        return CancellationTerms(None, Money(0))
    start, price = visit.visit.start, visit.price_cents
    if start is None:
        return CancellationTerms(None, None)
    free_until = start - timedelta(hours=rule.notice_hours)
    cost = None if price is None else cancelled_visit_limit(rule, rule.notice_hours - 1, price)
    return CancellationTerms(free_until, cost)
