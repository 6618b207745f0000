"""A client's funding with everything that its pages and the API show: choices, pace, units left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clearing.grants.facts.kinds import FundingState
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.money import Money, Quantity
from marketplace.load.catalogue import typical_class
from marketplace.load.charges import spent_by_day
from marketplace.load.choices import MyChoice, choices_of_fundings
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.rules.choice_query import ChoiceQuery
from marketplace.rules.comparison import unit_value, units_left, units_money_gives
from marketplace.rules.eligibility import eligibility_of
from marketplace.rules.outlook import Outlook, PlannedUse, look_ahead


@dataclass(frozen=True, slots=True)
class FundingView:
    """One funding as its client sees it; `units` is how many the money left pays for (None: not known)."""

    mine: MyFunding
    state: FundingState | None
    choices: tuple[MyChoice, ...]
    outlook: Outlook
    plans: tuple[PlannedUse, ...]
    spent: tuple[tuple[date, Money], ...]
    units: Quantity | None

    @property
    def used_cents(self) -> Money:
        """Return what charges have taken, settled or not."""
        return Money(self.mine.balance.charged_cents + self.mine.balance.settled_cents)

    @property
    def left_cents(self) -> Money:
        """Return what the client can still use: free and held."""
        return Money(self.mine.balance.free_cents + self.mine.balance.held_cents)

    def is_usable(self, day: date) -> bool:
        """Return whether the client can use it on the day."""
        return is_usable(self.mine, day)


def is_usable(mine: MyFunding, day: date) -> bool:
    """Return whether the client can use the funding on the day."""
    return state_on(mine.facts.states, day) is FundingState.OPEN and day <= mine.facts.window.last


def funding_view(session: Session, mine: MyFunding, day: date) -> FundingView:
    """Return the view of one funding on a day."""
    (view,) = funding_views(session, [mine], day)
    return view


def funding_views(session: Session, fundings: Sequence[MyFunding], day: date) -> list[FundingView]:
    """Return the view of each funding on a day, with as many queries for many as for one."""
    ids = [mine.facts.id for mine in fundings]
    choices: defaultdict[int, list[MyChoice]] = defaultdict(list)
    for choice in choices_of_fundings(session, ids):
        choices[choice.funding_id].append(choice)
    spent = spent_by_day(session, ids)
    chosen = {choice.offering_id for each in choices.values() for choice in each if choice.is_live(day)}
    offerings = offerings_by_id(session, chosen) if chosen else {}
    classes = {
        county_id: typical_class(session, county_id)
        for county_id in {mine.facts.county_id for mine in fundings}
    }
    return [
        _view(
            mine,
            choices[mine.facts.id],
            spent.get(mine.facts.id, ()),
            _Prices(offerings, classes[mine.facts.county_id]),
            day,
        )
        for mine in fundings
    ]


@dataclass(frozen=True, slots=True)
class _Prices:
    """The offerings that were chosen, and the time class of which prices are shown."""

    offerings: Mapping[int, OfferingEntry]
    time_class: str | None


def _view(
    mine: MyFunding,
    choices: Sequence[MyChoice],
    spent: Sequence[tuple[date, Money]],
    prices: _Prices,
    day: date,
) -> FundingView:
    living = [choice for choice in choices if choice.is_live(day)]
    plans = tuple(_planned(choice, mine) for choice in living)
    left = Money(mine.balance.free_cents + mine.balance.held_cents)
    return FundingView(
        mine=mine,
        state=state_on(mine.facts.states, day),
        choices=tuple(choices),
        outlook=look_ahead(left, mine.facts.window, plans, spent, day),
        plans=plans,
        spent=tuple(spent),
        units=_units(prices, mine, living, left, day),
    )


def _planned(choice: MyChoice, mine: MyFunding) -> PlannedUse:
    last = choice.ends_on or mine.facts.window.last
    return PlannedUse(choice.starts_on, max(choice.starts_on, last), choice.planned_cents)


def _units(
    prices: _Prices, mine: MyFunding, living: Sequence[MyChoice], left: Money, day: date
) -> Quantity | None:
    """Return the units that the money left pays for: at the chosen offering's share, else at the value."""
    if mine.unit is None:
        return None
    facts, time_class = mine.facts, prices.time_class
    chosen = [prices.offerings[choice.offering_id] for choice in living[:1]]
    queries = [ChoiceQuery(offering.facts, facts, None, day, time_class) for offering in chosen]
    shares = [share.county_pays_cents for query in queries if (share := eligibility_of(query).share)]
    values = [unit_value(facts, service, time_class, day) for service in sorted(facts.services)]
    known = [cents for cents in (*shares, *values) if cents]
    return units_money_gives(left, known[0], mine.unit, units_left(facts, day)) if known else None
