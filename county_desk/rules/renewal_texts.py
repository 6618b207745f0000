"""What the county reads about new papers of providers: msgids by code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from foundation.vocabulary.labels import N_, StateLabel

RENEWAL_STATES = {
    "waiting": StateLabel(N_("Waits for the county"), "wait"),
    "accepted": StateLabel(N_("Accepted"), "good"),
    "rejected": StateLabel(N_("Not accepted"), "bad"),
}
RENEWAL_REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "renewal_not_waiting": N_("The paper does not wait for you any more. Read it again."),
        "own_paper": N_("You sent this paper yourself. A colleague decides on it."),
        "why_missing": N_("Enter the reason"),
        "why_too_long": N_("Enter at most 500 characters"),
        "why_not_needed": N_("Leave this empty if you accept the paper"),
    }
)
"""Why a county's verdict on a new paper is refused, by code."""
