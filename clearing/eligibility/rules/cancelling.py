"""What a cancelled visit may cost (R-35)."""

from clearing.eligibility.facts.provider import CancellationRule
from foundation.vocabulary.money import Money, half_up_division


def cancelled_visit_limit(rule: CancellationRule | None, notice_hours: int, full_price: Money) -> Money:
    """Return the most that a cancelled visit may cost: the rule's share of the full price, half up.

    Nothing with as much notice as the rule requires, or without a rule.
    """
    share = rule.share_hundredths if rule and notice_hours < rule.notice_hours else 0
    return Money(half_up_division(full_price * share, 100))
