"""What a price that is being typed would do, in groups of time classes that cost the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clearing.grants.facts.funding import ANY_CLASS
from foundation.vocabulary.refusals import Refusal
from foundation.web.clock import today
from foundation.web.transaction import db
from marketplace.actions.publish_price import NewPrice
from marketplace.load.own_offerings import OwnOffering
from marketplace.load.price_effects import price_context
from marketplace.rules.price_costs import UnitCost
from marketplace.rules.price_effects import ClassPrice, PriceEffects, price_effects


@dataclass(frozen=True, slots=True)
class CostGroup:
    """Time classes in which a unit costs the county and the client the same."""

    when: str
    cost: UnitCost


def effects_of(offering: OwnOffering, price: NewPrice) -> PriceEffects | Refusal:
    """Return what publishing a price would do, or why it cannot be published. Nothing is stored."""
    context = price_context(db(), offering.id, price.first_day)
    prices = [
        ClassPrice(each.time_class, each.unit_price_cents, each.first_day, each.last_day)
        for each in offering.prices
    ]
    new = ClassPrice(price.time_class, price.unit_price_cents, price.first_day, price.last_day)
    return price_effects(prices, new, context.classes, context.county, context.clients, today())


def said_effects(effects: PriceEffects | None, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what the template says of a price; `names` are those of time classes in the page's language."""
    if effects is None:
        return {"effects": None, "groups": [], "unpriced": ""}
    return {
        "effects": effects,
        "groups": _groups(effects, names),
        "unpriced": _named(names, effects.unpriced),
    }


def _groups(effects: PriceEffects, names: Mapping[str, str]) -> list[CostGroup]:
    """Return the costs; time classes that cost the same are one group: any time, if it has them all."""
    found: dict[tuple[int | None, ...], list[UnitCost]] = {}
    for cost in effects.costs:
        key = (cost.county_pays_cents, cost.client_pays_cents, cost.most_cents)
        found.setdefault(key, []).append(cost)
    if len(found) == 1 and len(effects.costs) > 1:
        return [CostGroup(names[ANY_CLASS], effects.costs[0])]
    return [
        CostGroup(_named(names, [cost.time_class for cost in group]), group[0]) for group in found.values()
    ]


def _named(names: Mapping[str, str], classes: Sequence[str]) -> str:
    """Return the names of time classes in a list: `Evening, night`."""
    found = [name for code, name in names.items() if code in classes]
    return ", ".join([*found[:1], *(name[0].lower() + name[1:] for name in found[1:])])
