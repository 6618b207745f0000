"""How much of a provider's Stripe balance clients have paid by card."""


def card_payout_cents(available_cents: int, on_the_way_cents: int) -> int:
    """Return the cents to pay out: what is available less the county's payments on their way, never below 0.

    A transfer that is asked for and not made yet counts as made, so that nothing of it is paid out twice.
    """
    return max(0, available_cents - on_the_way_cents)
