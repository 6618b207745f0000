"""What a visit that was cancelled late may cost: the share that its client read when cancelling (R-35)."""

from clearing.eligibility.rules.cancelling import share_of
from clearing.plans.facts.plan import CancellationFee
from foundation.vocabulary.money import Money


def fee_price(fee: CancellationFee, full_price: Money) -> Money:
    """Return the most that a cancelled visit may cost, of a line with this full price by the list."""
    price = share_of(full_price, fee.share_percent)
    return price if fee.most_cents is None else min(price, fee.most_cents)
