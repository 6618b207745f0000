"""Refusals that several actions share. The codes are public."""

from typing import Final

from foundation.vocabulary.refusals import Refusal

MANDATE_MISSING: Final = Refusal("mandate_missing")
"""The actor has not this right for this client."""
CHARGE_NOT_OPEN: Final = Refusal("charge_not_open")
"""The charge was withdrawn or rejected: there is nothing to answer."""
OFFERING_UNKNOWN: Final = Refusal("offering_unknown", "offering")
"""There is no such offering, or it is another provider's."""
SERVICE_UNKNOWN: Final = Refusal("service_unknown", "service")
"""The county's catalogue does not have the service."""
MUNICIPALITY_UNKNOWN: Final = Refusal("municipality_unknown", "municipalities")
"""The offering's county has no municipality with one of these codes or names."""
TIME_CLASS_UNKNOWN: Final = Refusal("time_class_unknown", "time_class")
CHOICE_NOT_POSSIBLE: Final = "choice_not_possible"
"""The code of a choice that is not possible; the refusal's reasons say why."""
