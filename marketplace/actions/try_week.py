"""Try a week: what the plans of several offerings would hold and cost, without writing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.plans.facts.plan import VisitPlan
from clearing.plans.load.funding_plans import FundingPlans, plans_of_fundings
from clearing.plans.rules.pricing import Setting
from clearing.plans.rules.replanning import ChosenPlan, HeldPlan, hold_plans
from clearing.reasons import Finding
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money, Quantity
from marketplace.actions.change_choice import replacing
from marketplace.load.catalogue import typical_class
from marketplace.load.choices import MyChoice
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry
from marketplace.rules.choice_query import ChoiceQuery
from marketplace.rules.eligibility import eligibility_of
from marketplace.rules.replacing_choices import shortened_plan
from marketplace.rules.trying import TriedResult, tried_result


@dataclass(frozen=True, slots=True)
class WantedPlan:
    """The plan that a client tries with an offering; `choice` is the own choice that it would replace.

    `is_kept`: the plan is the one that the choice has, so the choice stays as it is.
    """

    entry: OfferingEntry
    funding: MyFunding
    choice: MyChoice | None
    plan: VisitPlan
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class TriedWant:
    """A tried plan with what it would mean; `reasons` say why the offering cannot be chosen."""

    want: WantedPlan
    result: TriedResult
    reasons: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class TriedFunding:
    """What a funding would hold for the plans, and what of it stays unused.

    `units_left` is None if it is not granted in units.
    """

    funding: MyFunding
    wants: tuple[TriedWant, ...]
    left_cents: Money
    units_left: Quantity | None


def try_week(
    session: Session, wants: Sequence[WantedPlan], first_day: date, now: datetime
) -> list[TriedFunding]:
    """Return what the plans would mean from a day on, by funding, in order of their first plan.

    It is what all choices of the funding hold after the plans have been chosen in this order: a choice that a
    plan replaces ends the day before, and the others stay.
    """
    fundings = {want.funding.facts.id: want.funding for want in wants}
    plans = plans_of_fundings(session, [each.facts for each in fundings.values()], helsinki_day(now))
    return [
        _try(
            session,
            funding,
            [want for want in wants if want.funding.facts.id == key],
            plans[key],
            first_day,
            now,
        )
        for key, funding in fundings.items()
    ]


def _try(
    session: Session,
    funding: MyFunding,
    wants: Sequence[WantedPlan],
    found: FundingPlans,
    first_day: date,
    now: datetime,
) -> TriedFunding:
    facts, today = funding.facts, helsinki_day(now)
    others = _others(session, found, wants, first_day, now)
    new = {number: want for number, want in enumerate(wants, start=1) if not want.is_kept}
    plans = [*others, *[_chosen(want, -number, found) for number, want in new.items()]]
    held = hold_plans(plans, facts, today, found.late_days)
    ids = [
        want.choice.id if want.is_kept and want.choice else -number
        for number, want in enumerate(wants, start=1)
    ]
    time_class = typical_class(session, facts.county_id, first_day)
    tried = [_tried(want, held[key], first_day, time_class) for want, key in zip(wants, ids, strict=True)]
    free = facts.free_cents + sum(each.held_cents for each in others)
    left = None
    if facts.free_quantity is not None:
        units = facts.free_quantity + sum(each.held_quantity for each in others)
        left = Quantity(units - sum(each.held.quantity for each in held.values()))
    return TriedFunding(
        funding, tuple(tried), Money(free - sum(each.held.cents for each in held.values())), left
    )


def _others(
    session: Session, found: FundingPlans, wants: Sequence[WantedPlan], first_day: date, now: datetime
) -> list[ChosenPlan]:
    """Return the plans of the funding's choices, those that are replaced until the day before."""
    changed = [want.choice for want in wants if want.choice is not None and not want.is_kept]
    plans = list(found.plans)
    for choice in changed:
        change = replacing(session, choice, first_day, now)
        plans = [shortened_plan(chosen, change) for chosen in plans]
    return plans


def _chosen(want: WantedPlan, key: int, found: FundingPlans) -> ChosenPlan:
    offering = want.entry.facts
    setting = Setting(want.funding.facts, offering.offering, offering.provider, found.calendar)
    return ChosenPlan(replace(want.plan, choice_id=key), setting)


def _tried(want: WantedPlan, held: HeldPlan, first_day: date, time_class: str | None) -> TriedWant:
    return TriedWant(want, tried_result(held, first_day), _reasons(want, first_day, time_class))


def _reasons(want: WantedPlan, first_day: date, time_class: str | None) -> tuple[Finding, ...]:
    municipality = want.funding.client.municipality
    query = ChoiceQuery(want.entry.facts, want.funding.facts, municipality, first_day, time_class)
    return eligibility_of(query).reasons
