"""Money of a card payment that went back to the payer, and what the provider decided about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.vocabulary.money import Money


class ReturnKind(StrEnum):
    """What Stripe reports: all refunds of a charge together, one refund, or a dispute at the payer's bank."""

    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"


class ReturnState(StrEnum):
    """OPEN: the bank has not decided a dispute. BACK: the payer has the money. STAYS: the provider has it."""

    OPEN = "open"
    BACK = "back"
    STAYS = "stays"


class ReturnChoice(StrEnum):
    """What the provider says of money that went back: it is still owed, or not. The codes are public."""

    OWED = "owed"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Return:
    """A refund or a dispute as Stripe showed it last. `object` is Stripe's id of it, `intent` of the payment.

    `cents` of a CHARGE is the sum of its refunds so far.
    """

    intent: str
    object: str
    kind: ReturnKind
    cents: Money
    state: ReturnState
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What the provider has said of what went back of an invoice, in cents.

    `settled_cents` had been paid too much when it was decided, and needed no decision.
    """

    owed_cents: Money
    waived_cents: Money
    settled_cents: Money


@dataclass(frozen=True, slots=True)
class Held:
    """What went back and is not owed now. `undecided_cents` of it waits for the provider, the rest is waived.

    `settled_cents` gave back what had been paid too much, since the last decision.
    """

    cents: Money
    undecided_cents: Money
    settled_cents: Money


NOTHING = Money(0)
UNDECIDED = Decided(NOTHING, NOTHING, NOTHING)
NOT_HELD = Held(NOTHING, NOTHING, NOTHING)
