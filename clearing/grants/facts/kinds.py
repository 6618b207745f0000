"""Kinds and states of the facts."""

from enum import StrEnum


class FundingKind(StrEnum):
    """Voucher: the client may owe a co-payment. Commitment: the county pays the agreed price."""

    VOUCHER = "voucher"
    COMMITMENT = "commitment"


class FundingState(StrEnum):
    """State of a funding (rulebook, What a funding is)."""

    GRANTED = "granted"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    REVOKED = "revoked"


class DecisionState(StrEnum):
    """State of the decision behind a funding; ``appealed`` means with a stay."""

    IN_FORCE = "in_force"
    APPEALED = "appealed"
    ANNULLED = "annulled"


class Overrun(StrEnum):
    """What happens when too little money is left: refuse, or pay what is left and say so."""

    REFUSE = "refuse"
    CUT = "cut"


class CarryOver(StrEnum):
    """What an unused period limit adds to the next period."""

    NONE = "none"
    ALL = "all"
    UP_TO = "up_to"


class ChargeState(StrEnum):
    """State of a stored charge. Only the first three keep their reference and count."""

    ACCEPTED = "accepted"
    ON_HOLD = "on_hold"
    SETTLED = "settled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
