"""A client's funding with everything that its pages and the API show: choices, pace, units left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from sqlalchemy.orm import Session

from clearing.grants.facts.kinds import FundingState
from clearing.plans.facts.plan import VisitPlan
from clearing.plans.load.visit_plans import visit_plans
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.money import Money, Quantity
from marketplace.load.catalogue import typical_class
from marketplace.load.charges import spent_by_day
from marketplace.load.choices import MyChoice, choices_of_fundings
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.rules.alarms import Alarm, alarms_of
from marketplace.rules.choice_query import ChoiceQuery
from marketplace.rules.comparison import unit_value, units_left, units_money_gives
from marketplace.rules.eligibility import eligibility_of
from marketplace.rules.granted_units import GrantedUnits, granted_units, spent_units
from marketplace.rules.outlook import Outlook, PlannedUse, look_ahead
from marketplace.rules.planned_reach import as_planned
from marketplace.rules.provider_stops import (
    ChosenFor,
    ProviderStop,
    found_instead,
    stop_as_planned,
    stop_of,
)
from marketplace.rules.said_sums import SaidSums, said_sums
from marketplace.rules.total_left import Left
from marketplace.rules.weeks import weeks_between


@dataclass(frozen=True, slots=True)
class FundingView:
    """One funding as its client sees it; `units` is how many the money left pays for (None: not known).

    `granted` is set if it is granted in units: its client then reads units and no sums. `stops` are by choice
    id: the chosen provider may not give the service, today or later while the choice is in force;
    `found_instead` are the choices for which the client has chosen somebody else since.
    """

    funding: MyFunding
    state: FundingState | None
    choices: tuple[MyChoice, ...]
    outlook: Outlook
    plans: tuple[PlannedUse, ...]
    spent: tuple[tuple[date, Money], ...]
    units: Quantity | None
    granted: GrantedUnits | None = None
    stops: Mapping[int, ProviderStop] = field(default_factory=lambda: MappingProxyType({}))
    found_instead: frozenset[int] = frozenset()
    visit_plans: Mapping[int, VisitPlan] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def used_cents(self) -> Money:
        """Return what charges have taken, settled or not."""
        return Money(self.funding.balance.charged_cents + self.funding.balance.settled_cents)

    @property
    def left_cents(self) -> Money:
        """Return what the client can still use: free and held."""
        return self.funding.left_cents

    @property
    def said(self) -> SaidSums:
        """Return what is left, booked and free as the client reads it."""
        balance = self.funding.balance
        return said_sums(balance.held_cents, balance.free_cents)

    @property
    def left(self) -> Left:
        """Return what is left, in what it was granted in, and until when it can be used as planned."""
        outlook = self.outlook
        ends_early = outlook.lasts_until is not None and not outlook.lasts_to_the_end
        until = outlook.lasts_until if ends_early and outlook.lasts_until else self.funding.facts.window.last
        if self.granted is not None:
            return Left(None, self.granted.left, self.funding.unit, until)
        return Left(self.said.left_cents, None, None, until)

    def alarms(self, day: date) -> list[Alarm]:
        """Return what the client should hear first about this funding, the most urgent first."""
        if not self.is_usable(day):
            return []
        return alarms_of(self.outlook, self.funding.balance.granted_cents, self.stops_to_solve, day)

    @property
    def stops_to_solve(self) -> dict[int, ProviderStop]:
        """The stops, by choice id, for which the client has not chosen somebody else."""
        return {key: stop for key, stop in self.stops.items() if key not in self.found_instead}

    def is_stopped(self, choice_id: int, day: date) -> bool:
        """Return whether the provider of a choice may not give the service on the day."""
        return choice_id in self.stops and self.stops[choice_id].from_day <= day

    def is_usable(self, day: date) -> bool:
        """Return whether the client can use it on the day."""
        return is_usable(self.funding, day)


def is_usable(funding: MyFunding, day: date) -> bool:
    """Return whether the client can use the funding on the day."""
    return state_on(funding.facts.states, day) is FundingState.OPEN and day <= funding.facts.window.last


def funding_view(session: Session, funding: MyFunding, day: date) -> FundingView:
    """Return the view of one funding on a day."""
    (view,) = funding_views(session, [funding], day)
    return view


def funding_views(session: Session, fundings: Sequence[MyFunding], day: date) -> list[FundingView]:
    """Return the view of each funding on a day, with as many queries for many as for one."""
    ids = [funding.facts.id for funding in fundings]
    choices: defaultdict[int, list[MyChoice]] = defaultdict(list)
    for choice in choices_of_fundings(session, ids):
        choices[choice.funding_id].append(choice)
    spent = spent_by_day(session, ids)
    chosen = {choice.offering_id for each in choices.values() for choice in each if choice.helps_on(day)}
    offerings = offerings_by_id(session, chosen) if chosen else {}
    classes = {
        county_id: typical_class(session, county_id, day)
        for county_id in {funding.facts.county_id for funding in fundings}
    }
    plans = visit_plans(session, [choice.id for each in choices.values() for choice in each])
    views = [
        _view(
            funding,
            choices[funding.facts.id],
            spent.get(funding.facts.id, ()),
            _Prices(offerings, classes[funding.facts.county_id]),
            day,
        )
        for funding in fundings
    ]
    return [replace(view, visit_plans={each.id: plans[each.id] for each in view.choices}) for view in views]


@dataclass(frozen=True, slots=True)
class _Prices:
    """The offerings that were chosen, and the time class of which prices are shown."""

    offerings: Mapping[int, OfferingEntry]
    time_class: str | None


def _view(
    funding: MyFunding,
    choices: Sequence[MyChoice],
    spent: Sequence[tuple[date, Money]],
    prices: _Prices,
    day: date,
) -> FundingView:
    living = [choice for choice in choices if choice.is_live(day)]
    plans = tuple(_planned(choice, funding) for choice in living)
    left = funding.left_cents
    outlook = look_ahead(
        left,
        funding.facts.window,
        plans,
        spent,
        day,
        units_left(funding.facts),
        spent_units(funding.facts),
    )
    return FundingView(
        funding=funding,
        state=state_on(funding.facts.states, day),
        choices=tuple(choices),
        outlook=as_planned(outlook, [choice.reach for choice in living], funding.balance.free_cents),
        plans=plans,
        spent=tuple(spent),
        units=_units(prices, funding, living, left, day),
        granted=granted_units(funding.facts, day) if funding.unit else None,
        stops=_stops(prices.offerings, funding, choices, day),
        found_instead=_found_instead(living),
    )


def _stops(
    offerings: Mapping[int, OfferingEntry], funding: MyFunding, choices: Sequence[MyChoice], day: date
) -> dict[int, ProviderStop]:
    """Return when the chosen providers may not give the service, by choice id."""
    window, found = funding.facts.window, {}
    for choice in choices:
        if choice.helps_on(day):
            last_day = min(choice.ends_on or window.last, window.last)
            found[choice.id] = stop_of(offerings[choice.offering_id].facts, day, max(day, last_day))
            found[choice.id] = found[choice.id] or stop_as_planned(choice.stop_code, choice.stops_on)
    return {key: stop for key, stop in found.items() if stop is not None}


def _found_instead(living: Sequence[MyChoice]) -> frozenset[int]:
    """Return the choices whose provider stops, and for which the client has chosen somebody else since."""
    return found_instead(
        [ChosenFor(each.id, each.service, each.made_at, each.stop_found_at) for each in living]
    )


def _planned(choice: MyChoice, funding: MyFunding) -> PlannedUse:
    last = choice.ends_on or funding.facts.window.last
    last = max(choice.starts_on, last)
    per_week = choice.quantity_per_week or Quantity(0)
    in_all = choice.quantity or Quantity(per_week * weeks_between(choice.starts_on, last))
    return PlannedUse(choice.starts_on, last, choice.planned_cents, per_week, in_all)


def _units(
    prices: _Prices, funding: MyFunding, living: Sequence[MyChoice], left: Money, day: date
) -> Quantity | None:
    """Return the units that the money left pays for: at the chosen offering's share, else at the value."""
    if funding.unit is None:
        return None
    facts, time_class = funding.facts, prices.time_class
    chosen = [prices.offerings[choice.offering_id] for choice in living[:1]]
    queries = [ChoiceQuery(offering.facts, facts, None, day, time_class) for offering in chosen]
    shares = [share.county_pays_cents for query in queries if (share := eligibility_of(query).share)]
    values = [unit_value(facts, service, time_class, day) for service in sorted(facts.services)]
    known = [cents for cents in (*shares, *values) if cents]
    return units_money_gives(left, known[0], funding.unit, units_left(facts)) if known else None
