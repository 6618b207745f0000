"""Try a week: what the plans of several offerings would hold and cost, without writing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.charges.load.counties import county_settings
from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.grants.facts.funding import Funding
from clearing.plans.facts.plan import VisitPlan
from clearing.plans.rules.holding import left_of
from clearing.plans.rules.pricing import Setting
from clearing.reasons import Finding
from foundation.vocabulary.money import Money, Quantity
from marketplace.actions.change_choice import replacing
from marketplace.load.catalogue import typical_class
from marketplace.load.choices import MyChoice
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry
from marketplace.rules.choice_query import ChoiceQuery
from marketplace.rules.comparison import units_left
from marketplace.rules.eligibility import eligibility_of
from marketplace.rules.trying import TriedPlan, TriedResult, try_plans


@dataclass(frozen=True, slots=True)
class WantedPlan:
    """The plan that a client tries with an offering; `choice` is the own choice that it would replace."""

    entry: OfferingEntry
    funding: MyFunding
    choice: MyChoice | None
    plan: VisitPlan


@dataclass(frozen=True, slots=True)
class TriedWant:
    """A tried plan with what it would mean; `reasons` say why the offering cannot be chosen."""

    want: WantedPlan
    result: TriedResult
    reasons: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class TriedFunding:
    """What a funding would hold for the plans, and what of it stays unused.

    `units_left` is None without a limit of units.
    """

    funding: MyFunding
    wants: tuple[TriedWant, ...]
    left_cents: Money
    units_left: Quantity | None


def try_week(
    session: Session, wants: Sequence[WantedPlan], first_day: date, now: datetime
) -> list[TriedFunding]:
    """Return what the plans would mean from a day on, by funding, in order of their first plan.

    A choice that a plan replaces ends the day before; the money of its later visits is free for the plans.
    """
    fundings = {want.funding.facts.id: want.funding for want in wants}
    return [
        _try(session, funding, [want for want in wants if want.funding.facts.id == key], first_day, now)
        for key, funding in fundings.items()
    ]


def _try(
    session: Session, funding: MyFunding, wants: Sequence[WantedPlan], first_day: date, now: datetime
) -> TriedFunding:
    county_id = funding.facts.county_id
    calendar = TimeClasses.of(county_settings(session, [county_id])[county_id].calendar)
    facts = _without_replaced(session, funding.facts, wants, first_day, now)
    plans = [
        TriedPlan(
            want.plan,
            Setting(facts, want.entry.facts.offering, want.entry.facts.provider, calendar),
            first_day,
        )
        for want in wants
    ]
    left = left_of(facts)
    results = try_plans(plans, left)
    tried = [
        TriedWant(want, result, _reasons(session, want, first_day))
        for want, result in zip(wants, results, strict=True)
    ]
    units = units_left(facts)
    if units is not None:
        units = Quantity(max(0, units - sum(result.held.quantity for result in results)))
    return TriedFunding(funding, tuple(tried), Money(left.free_cents), units)


def _without_replaced(
    session: Session, funding: Funding, wants: Sequence[WantedPlan], first_day: date, now: datetime
) -> Funding:
    """Return a funding with the money and units that come free as the plans replace choices."""
    replaced = {want.choice.id: want.choice for want in wants if want.choice is not None}
    freed = [replacing(session, choice, first_day, now) for choice in replaced.values()]
    units = funding.free_quantity
    if units is not None:
        units = Quantity(units + sum(each.freed_quantity for each in freed))
    return replace(
        funding,
        free_cents=Money(funding.free_cents + sum(each.freed_cents for each in freed)),
        free_quantity=units,
    )


def _reasons(session: Session, want: WantedPlan, first_day: date) -> tuple[Finding, ...]:
    time_class = typical_class(session, want.funding.facts.county_id)
    municipality = want.funding.client.municipality
    query = ChoiceQuery(want.entry.facts, want.funding.facts, municipality, first_day, time_class)
    return eligibility_of(query).reasons
