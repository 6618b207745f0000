"""Refusals that several actions of a client share. The codes are public."""

from typing import Final

from foundation.vocabulary.refusals import Refusal

MANDATE_MISSING: Final = Refusal("mandate_missing")
"""The actor has not this right for this client."""
CHARGE_NOT_OPEN: Final = Refusal("charge_not_open")
"""The charge was withdrawn or rejected: there is nothing to answer."""
OFFERING_UNKNOWN: Final = Refusal("offering_unknown", "offering")
CHOICE_NOT_POSSIBLE: Final = "choice_not_possible"
"""The code of a choice that is not possible; the refusal's reasons say why."""
