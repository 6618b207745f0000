"""A charge for a cancelled visit: what the provider stated of the cancellation (docs/decisions/0085)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from foundation.vocabulary.money import parse_hundredths


@dataclass(frozen=True, slots=True)
class StatedCancellation:
    """The reason's code and the notice before the start (hundredths of an hour); None if not stated."""

    reason_code: str | None
    notice_hundredths: int | None


def stated_cancellation(sent: Mapping[str, object]) -> StatedCancellation | None:
    """Return what a stored charge states of the cancellation; None if it is not for a cancelled visit.

    In a refused charge either value may be missing or malformed. Files write the notice with a comma.
    """
    reason, notice = (str(sent.get(name) or "").strip() for name in ("cancel_reason", "notice_hours"))
    if not reason and not notice:
        return None
    return StatedCancellation(reason or None, parse_hundredths(notice.replace(",", ".")))
