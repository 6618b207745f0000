"""Who serves a municipality: offerings that name it, and those that reach all of its county."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class ServedGroup(NamedTuple):
    """Offerings of a county that serve a municipality, or, without a code, all offerings of such a county.

    `everywhere`: they serve every municipality of their county, because they are remote or name none.
    """

    county_id: int
    everywhere: bool
    code: str | None
    offerings: int


def count_served(groups: Iterable[ServedGroup], homes: Mapping[str, int]) -> dict[str, int]:
    """Return the number of offerings that serve each municipality; `homes` are the counties by code.

    An offering that serves its county everywhere is counted once for a municipality that it also names.
    """
    named: Counter[str] = Counter()
    everywhere: Counter[int] = Counter()
    for group in groups:
        if group.code is None:
            everywhere[group.county_id] += group.offerings if group.everywhere else 0
        elif not (group.everywhere and homes.get(group.code) == group.county_id):
            named[group.code] += group.offerings
    return {code: named[code] + everywhere[county_id] for code, county_id in homes.items()}
