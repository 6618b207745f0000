"""What a price would do before it is published: caps, what clients pay, and times that have no price.

The price rules are those by which a charge is decided (`clearing.eligibility.rules.costs`), for one unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from clearing.eligibility.rules.prices import prices_on
from clearing.grants.facts.funding import ANY_CLASS, ByClass
from foundation.vocabulary.refusals import Refusal
from marketplace.rules.price_costs import PayingTerms, UnitCost, extra_cents, has_no_price, unit_cost
from marketplace.rules.price_windows import DatedPrice, publish

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClassPrice:
    """A price per unit in a time class, in whole cents; open-ended without a last day."""

    time_class: str
    unit_price_cents: int
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class PriceEffects:
    """What a price would do.

    `clients` counts clients by what they would pay more per unit, the most first; `refused_clients` are those
    whose vouchers do not allow the price. `is_unused`: the county's calendar has no hour of the time class.
    `unpriced` are time classes without a price on the first day, `gaps` days without one between two prices.
    """

    costs: tuple[UnitCost, ...]
    clients: tuple[tuple[int, int], ...]
    refused_clients: int
    is_unused: bool
    unpriced: tuple[str, ...]
    gaps: tuple[tuple[date, date], ...]
    ends_on: date | None

    @property
    def is_fine(self) -> bool:
        """Return whether there is nothing to say."""
        costly = any(cost.client_pays_cents or cost.most_cents is not None for cost in self.costs)
        found = (self.clients, self.refused_clients, self.is_unused, self.unpriced, self.gaps, self.ends_on)
        return not (costly or any(found))


def price_effects(
    prices: Sequence[ClassPrice],
    new: ClassPrice,
    classes: Sequence[str],
    county: PayingTerms,
    clients: Iterable[PayingTerms],
    today: date,
) -> PriceEffects | Refusal:
    """Return what a new price would do, or why it cannot be published.

    Args:
        prices: The offering's prices of every time class.
        classes: The time classes of the county's calendar on the first day of the price.
        clients: The vouchers of clients who have chosen the offering.
    """
    after = _published(prices, new, today)
    if isinstance(after, Refusal):
        return after
    by_class, before = prices_on(after, new.first_day), prices_on(prices, new.first_day)
    touched = [name for name in classes if name == new.time_class or _is_of_any(name, new, by_class)]
    known = touched if county.unit_values else []
    costs = tuple(unit_cost(name, new.first_day, by_class, county) for name in known)
    more = [extra_cents(touched, new.first_day, before, by_class, terms) for terms in clients]
    counted = Counter(cents for cents in more if cents is not None and cents > 0)
    windows = [each for each in after if each.time_class in (ANY_CLASS, new.time_class)]
    return PriceEffects(
        costs=costs,
        clients=tuple(sorted(counted.items(), reverse=True)),
        refused_clients=more.count(None),
        is_unused=not touched,
        unpriced=tuple(name for name in classes if has_no_price(name, new.first_day, by_class)),
        gaps=tuple(_gaps(windows, today)),
        ends_on=_end(windows),
    )


def _published(prices: Sequence[ClassPrice], new: ClassPrice, today: date) -> list[ClassPrice] | Refusal:
    own = [each for each in prices if each.time_class == new.time_class]
    dated = [
        DatedPrice(number, each.first_day, each.last_day, each.unit_price_cents)
        for number, each in enumerate(own)
    ]
    published = publish(dated, new.first_day, new.last_day, today=today)
    if isinstance(published, Refusal):
        return published
    kept = {each.id: each for each in dated}
    if published.closed is not None:
        kept[published.closed.id] = published.closed
    resumed = [published.resumed] if published.resumed is not None else []
    others = [each for each in prices if each.time_class != new.time_class]
    of_class = [
        ClassPrice(new.time_class, each.unit_price_cents, each.first_day, each.last_day)
        for each in [*kept.values(), *resumed]
    ]
    return [*others, *of_class, replace(new, last_day=published.last_day)]


def _is_of_any(name: str, new: ClassPrice, by_class: ByClass) -> bool:
    return new.time_class == ANY_CLASS and name not in by_class


def _gaps(windows: Iterable[ClassPrice], today: date) -> Iterator[tuple[date, date]]:
    """Yield the days from today on between two prices that have none."""
    reached: date | None = None
    for window in sorted(windows, key=lambda each: each.first_day):
        if reached is not None and window.first_day > reached + ONE_DAY and window.first_day > today:
            yield max(reached + ONE_DAY, today), window.first_day - ONE_DAY
        if window.last_day is None:
            return
        reached = window.last_day if reached is None else max(reached, window.last_day)


def _end(windows: Iterable[ClassPrice]) -> date | None:
    """Return the last day that has a price; None if the newest one is open-ended."""
    found = list(windows)
    ends = [each.last_day for each in found if each.last_day is not None]
    return max(ends) if len(ends) == len(found) else None
