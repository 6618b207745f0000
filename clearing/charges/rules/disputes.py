"""A charge that its client disputes (R-34)."""

from clearing.grants.facts.kinds import ChargeState
from clearing.reasons import DISPUTED_BY_CLIENT, Finding, report


def disputed_by_client(state: ChargeState, dispute_open: bool) -> Finding | None:
    """The client said "not right" before settlement (R-34)."""
    return report(DISPUTED_BY_CLIENT) if dispute_open and state is not ChargeState.SETTLED else None
