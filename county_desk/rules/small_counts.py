"""Counts of people's matters that may be shown: small ones could point to a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FEWEST: Final = 5
"""The smallest count that is shown. None at all is shown too."""


def shown_counts(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return the counts that may be shown; None in place of each small one.

    A single hidden count could be calculated if the sum became known elsewhere. Then the next smallest count
    above zero is hidden too.
    """
    hidden = {name for name, count in counts.items() if 0 < count < FEWEST}
    others = sorted((count, name) for name, count in counts.items() if count >= FEWEST)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return {name: None if name in hidden else count for name, count in counts.items()}
