"""What a cancelled visit may cost (R-35)."""

from clearing.eligibility.facts.provider import CancellationRule
from foundation.vocabulary.money import Money, half_up_division


def cancelled_visit_limit(rule: CancellationRule | None, notice_hours: int, full_price: Money) -> Money:
    """Return the most that a cancelled visit may cost: the rule's share of the full price, half up.

    Nothing with as much notice as the rule requires, or without a rule.
    """
    return share_of(full_price, rule.share_hundredths if rule and notice_hours < rule.notice_hours else 0)


def share_of(full_price: Money, percent: int) -> Money:
    """Return a share of a price, half up to the cent."""
    return Money(half_up_division(full_price * percent, 100))
