"""Why money or units cannot be moved between vouchers, in words (msgids by code)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clearing.grants.rules.moving import MoveRefusalCode
from foundation.vocabulary.labels import N_

MOVE_REFUSALS: Final[Mapping[str, str]] = {
    MoveRefusalCode.NOT_POSITIVE: N_("The sum must be more than zero."),
    MoveRefusalCode.SAME_FUNDING: N_("Choose two different vouchers."),
    MoveRefusalCode.NOT_ONE_BUDGET: N_("You cannot move money between these vouchers."),
    MoveRefusalCode.NOT_OPEN: N_("One of the vouchers is not in use at the moment."),
    MoveRefusalCode.OVER_FREE: N_("There is not that much free money. Move a smaller amount."),
    MoveRefusalCode.OVER_UNITS: N_("There is not that much free. Move a smaller amount."),
    MoveRefusalCode.NOT_IN_UNITS: N_("This voucher is in euros. Give the amount in euros."),
    MoveRefusalCode.OVER_LIMIT: N_("You cannot move that much. The limit is in your decision."),
}
