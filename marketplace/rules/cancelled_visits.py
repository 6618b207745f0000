"""That a charged visit was cancelled: what the provider stated of it, and the reasons in words (msgids)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from foundation.vocabulary.money import parse_hundredths

REASONS = {
    "client_cancelled": "The client cancelled the visit",
    "client_ill": "The client was ill",
    "client_absent": "The client was not there",
    "other": "Another reason",
}
"""As the provider and the county read them, by code (docs/decisions/0085)."""

REASONS_TO_CLIENT = {
    "client_cancelled": "You cancelled the visit.",
    "client_ill": "You were ill.",
    "client_absent": "You were not there.",
    "other": "There was another reason.",
}


@dataclass(frozen=True, slots=True)
class StatedCancellation:
    """Why, as a code, and how long before its start (hundredths of an hour); None where that is not told."""

    reason_code: str | None
    notice_hundredths: int | None


def stated_cancellation(sent: Mapping[str, object]) -> StatedCancellation | None:
    """That the visit was cancelled, as a stored charge says it; None where it does not.

    Either may be missing or ill written in a refused charge. Files write the notice with a comma.
    """
    reason, notice = (str(sent.get(name) or "").strip() for name in ("cancel_reason", "notice_hours"))
    if not reason and not notice:
        return None
    return StatedCancellation(reason or None, parse_hundredths(notice.replace(",", ".")))
