"""Labels of codes that the provider's pages and its API show (msgids)."""

from __future__ import annotations

from collections.abc import Mapping

from foundation.vocabulary.labels import N_

VISIT_REFUSALS: Mapping[str, str] = {
    "visit_unknown": N_("There is no such visit"),
    "visit_cancelled": N_("The visit has been cancelled"),
    "visit_not_over": N_("The visit is still to come"),
    "visit_charged": N_("The visit has been charged"),
    "visit_not_remote": N_("Only a remote visit to come has a video link"),
    "video_link_malformed": N_(
        "Enter an address that begins with https://, for example https://example.com/room"
    ),
    "visit_without_times": N_("This is help without fixed times, not one visit"),
}
"""Why a planned visit cannot be charged as planned, or taken off the list."""
