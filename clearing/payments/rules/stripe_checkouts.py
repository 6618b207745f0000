"""What a session of Stripe Checkout says of the payment of an invoice, in whatever order it is heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ENDED_BADLY = "checkout.session.async_payment_failed"
"""The event of a bank that has refused; the session itself stays complete and unpaid."""


class CheckoutRefusal(StrEnum):
    """Why a client is not sent to Stripe. The codes are public."""

    NOT_OFFERED = "card_not_offered"
    NOTHING_OPEN = "nothing_open"
    PROCESSING = "payment_processing"
    INVOICE_UNKNOWN = "invoice_unknown"


class CheckoutState(StrEnum):
    """The states of a payment, in the order of their rank: one is never followed by an earlier one."""

    OPEN = "open"
    PROCESSING = "processing"
    FAILED = "failed"
    EXPIRED = "expired"
    PAID = "paid"


RANKS = tuple(CheckoutState)


@dataclass(frozen=True, slots=True)
class SeenCheckout:
    """A session as Stripe shows it. `invoice_id` is from our own metadata; None: it is not ours.

    `status` is open, complete or expired; `is_paid`: the money is the provider's. `intent` is Stripe's id of
    the payment, which its refunds and disputes name.
    """

    id: str
    invoice_id: int | None
    cents: int
    currency: str
    status: str
    is_paid: bool
    url: str | None
    intent: str | None = None

    def state(self, event: str = "") -> CheckoutState:
        """Return the state that the session shows, or an event about it."""
        if self.is_paid:
            return CheckoutState.PAID
        if self.status == "expired":
            return CheckoutState.EXPIRED
        if self.status == "open":
            return CheckoutState.OPEN
        return CheckoutState.FAILED if event == ENDED_BADLY else CheckoutState.PROCESSING


def later_checkout_state(known: CheckoutState, seen: CheckoutState) -> CheckoutState:
    """Return the state that counts of two. Money that came outranks everything, and is never taken back."""
    return max(known, seen, key=RANKS.index)
