"""What a provider's price list says of an offering besides its prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from marketplace.rules.price_rows import PriceRow


def described_services(rows: Iterable[PriceRow]) -> dict[str, dict[str, object]]:
    """Return what the rows say of each service's offering: all its ways of communication, the last answer."""
    found: defaultdict[str, dict[str, object]] = defaultdict(dict)
    ways: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        ways[row.service] += row.communication
        if row.communication:
            found[row.service]["communication"] = list(dict.fromkeys(ways[row.service]))
        if row.home_visits is not None:
            found[row.service]["home_visits"] = row.home_visits
    return dict(found)
