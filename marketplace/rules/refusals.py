"""Refusals that several actions share. The codes are public."""

from typing import Final

from foundation.vocabulary.refusals import Refusal

MANDATE_MISSING: Final = Refusal("mandate_missing")
"""The actor has not this right for this client."""
CHARGE_NOT_OPEN: Final = Refusal("charge_not_open")
"""The charge was withdrawn or rejected: there is nothing to answer."""
NO_VOUCHER_FOR_CARD: Final = Refusal("no_voucher_in_use")
"""The client has no voucher that can be used today, so a card would open nothing."""
OFFERING_UNKNOWN: Final = Refusal("offering_unknown", "offering")
"""There is no such offering, or it is another provider's."""
SERVICE_UNKNOWN: Final = Refusal("service_unknown", "service")
"""The county's catalogue does not have the service."""
MUNICIPALITY_UNKNOWN: Final = Refusal("municipality_unknown", "municipalities")
"""The offering's county has no municipality with one of these codes or names."""
TIME_CLASS_UNKNOWN: Final = Refusal("time_class_unknown", "time_class")
CHOICE_ENDED: Final = Refusal("choice_ended", "choice")
"""The choice has ended or was undone."""
VISIT_UNKNOWN: Final = Refusal("visit_unknown", "visit")
"""The plan has no such visit, or it was charged."""
VISIT_BEGUN: Final = Refusal("visit_begun", "visit")
"""The visit has begun, or its day has passed."""
PAUSE_ENDS_BEFORE_START: Final = Refusal("ends_before_start", "to")
PAUSE_IN_PAST: Final = Refusal("day_in_past", "from")
PAUSES_OVERLAP: Final = Refusal("pauses_overlap", "from")
"""The client is away on some of these days already."""
PAUSE_UNKNOWN: Final = Refusal("pause_unknown", "pause")
"""There is no such pause, or it has ended."""
VISIT_NOT_POSSIBLE: Final = "visit_not_possible"
"""The code of a change of a visit that is not possible; the refusal's reasons say why."""
CHOICE_NOT_POSSIBLE: Final = "choice_not_possible"
"""The code of a choice that is not possible; the refusal's reasons say why."""
