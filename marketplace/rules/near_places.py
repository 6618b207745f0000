"""Names of municipalities that are spelt nearly as a text that names none."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from foundation.vocabulary.identifiers import place_key

MOST_NEAR = 3
FARTHEST = 2
"""Mistakes: a letter too much, too few, wrong, or swapped with the next."""

SHORTEST = 3


def near_places(text: str, codes: Mapping[str, str]) -> list[str]:
    """Return the codes of the nearest names, the nearest first.

    Args:
        codes: The code by `place_key` of each name.
    """
    key = place_key(text)
    if len(key) < SHORTEST:
        return []
    names = [name for name in codes if not name.isdigit()]
    begins = [name for name in names if name.startswith(key)]
    found = process.extract(key, names, scorer=OSA.distance, score_cutoff=FARTHEST, limit=MOST_NEAR)
    near = [name for name, _distance, _at in sorted(found, key=lambda each: (each[1], each[0]))]
    return list(dict.fromkeys(codes[name] for name in (*near, *sorted(begins))))[:MOST_NEAR]
