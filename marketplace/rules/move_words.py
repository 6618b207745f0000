"""Why money is not moved, in words (msgids)."""

from clearing.grants.rules.moving import MoveFault

MOVE_FAULTS = {
    MoveFault.NOT_POSITIVE: "The sum must be more than zero.",
    MoveFault.SAME_FUNDING: "Choose two different vouchers.",
    MoveFault.NOT_ONE_BUDGET: "You cannot move money between these vouchers.",
    MoveFault.NOT_OPEN: "One of the vouchers is not in use now.",
    MoveFault.OVER_FREE: "There is not so much free money. Move a smaller sum.",
    MoveFault.OVER_LIMIT: "You cannot move so much. The limit is in your decision.",
}
MOVE_FIELDS = {MoveFault.SAME_FUNDING: "to", MoveFault.NOT_ONE_BUDGET: "to", MoveFault.NOT_OPEN: "to"}
"""Which field each is about; the others are about the amount."""
