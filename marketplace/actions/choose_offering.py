"""Choose an offering for a funding: check, plan, hold the money, store the choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.grants.load.fundings import fundings
from clearing.grants.rules.funding_terms import terms_on
from clearing.ledger.write.audit import record
from clearing.plans.actions.replan_holds import replan_holds
from clearing.plans.load.funding_plans import funding_plans
from clearing.plans.rules.plan_faults import plan_faults
from clearing.plans.rules.pricing import Setting
from clearing.plans.rules.replanning import ChosenPlan, HeldPlan, hold_plans
from clearing.reasons import Finding, report
from foundation.vocabulary.dates import ONE_DAY, helsinki_day
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, Actor
from marketplace.actions.accept_proposals import accept_proposals
from marketplace.labels import CLIENT_WORDS
from marketplace.load.catalogue import typical_class
from marketplace.load.fundings import client_of_funding
from marketplace.load.mandates import ClientEntry, may_choose
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.load.overlaps import overlap_warning, planned_double, same_help_twice
from marketplace.load.planned_use import other_plans
from marketplace.rules.choice_query import ChoiceQuery, OfferingFacts
from marketplace.rules.comparison import Share
from marketplace.rules.eligibility import eligibility_of
from marketplace.rules.other_plans import Means, OtherPlan
from marketplace.rules.planning import Plan, make_plan
from marketplace.rules.reasons import ALREADY_CHOSEN
from marketplace.rules.refusals import CHOICE_NOT_POSSIBLE, MANDATE_MISSING, OFFERING_UNKNOWN
from marketplace.rules.replacing_choices import Replaced, Replacing, shortened_plan
from marketplace.rules.wishes import Wish
from marketplace.write.choices import store_choice


@dataclass(frozen=True, slots=True)
class Considered:
    """What a choice would mean. It is possible if `reasons` is empty; without a price there is no plan.

    `share` is None also if the county has no value for the time class shown; one of the warnings says so.
    """

    reasons: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    share: Share | None
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Instead:
    """The choice that another one replaces, as the change has left it, and what becomes of its plan."""

    replaced: Replaced
    change: Replacing


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice was made and its money is held; nothing is held if the share is not known."""

    choice_id: int
    share: Share | None
    plan: Plan
    warnings: tuple[Finding, ...] = ()


def choose_offering(
    session: Session,
    *,
    funding_id: int,
    offering_id: int,
    wish: Wish,
    actor: Actor,
    now: datetime,
    only_once: bool = False,
    instead: Instead | None = None,
) -> Chosen | Refusal:
    """Make the choice under the funding's lock, and plan the holds of all its choices again.

    `instead` is the choice that it replaces, which has been shortened.

    With `only_once` a second choice of the same offering while the first is in force is refused (a page sent
    twice). Refused with `mandate_missing`, `offering_unknown`, or `choice_not_possible` and every reason.
    """
    day = helsinki_day(now)
    client = client_of_funding(session, funding_id)
    if actor.role in CLIENT_ROLES and not may_choose(session, actor, client.id, day, funding_id):
        return MANDATE_MISSING
    funding = fundings(session, [funding_id], lock=True)[funding_id]
    offering = offerings_by_id(session, [offering_id]).get(offering_id)
    if offering is None:
        return OFFERING_UNKNOWN
    query = _Query(funding, client, offering, wish, instead)
    twice = only_once and _chosen_already(funding, offering_id, max(day, wish.starts_on - ONE_DAY))
    return _choose(session, query, (report(ALREADY_CHOSEN),) if twice else (), actor, now)


@dataclass(frozen=True, slots=True)
class _Query:
    """What is to be chosen for whom, and instead of what."""

    funding: Funding
    client: ClientEntry
    offering: OfferingEntry
    wish: Wish
    instead: Instead | None


def _choose(
    session: Session, query: _Query, against: tuple[Finding, ...], actor: Actor, now: datetime
) -> Chosen | Refusal:
    """Make the choice if nothing forbids it."""
    funding, client, offering = query.funding, query.client, query.offering
    wish = query.wish.in_unit(offering.facts.unit)
    if faults := plan_faults(wish.visit_plan(_NEW, offering.facts.unit, funding.window)):
        return Refusal(CHOICE_NOT_POSSIBLE, reasons=tuple(Refusal(code, field) for code, field in faults))
    change = None if query.instead is None else query.instead.change
    considered = consider(
        session, funding=funding, client=client, offering=offering, wish=wish, day=helsinki_day(now),
        change=change,
    )  # fmt: skip
    reasons, plan = (*considered.reasons, *against), considered.plan
    if reasons or plan is None:
        return Refusal(CHOICE_NOT_POSSIBLE, reasons=tuple(map(_as_refusal, reasons)))
    choice_id = store_choice(
        session, funding=funding, offering=offering.facts, wish=wish, plan=plan, actor=actor, now=now,
        replaced=None if query.instead is None else query.instead.replaced,
    )  # fmt: skip
    replan_holds(session, funding.id, now=now)
    key = {"funding_id": funding.id, "offering_id": offering.facts.id, "choice_id": choice_id}
    accept_proposals(session, **key, actor=actor, now=now)
    _record(session, funding, client, choice_id, offering.facts.id, plan, actor, now)
    return Chosen(choice_id, considered.share, plan, considered.warnings)


def _as_refusal(finding: Finding) -> Refusal:
    return Refusal(finding.code, CLIENT_WORDS[finding.code].field, finding.values)


def consider(
    session: Session,
    *,
    funding: Funding,
    client: ClientEntry,
    offering: OfferingEntry,
    wish: Wish,
    day: date,
    change: Replacing | None = None,
) -> Considered:
    """Return on a day what the choice would mean, without writing anything.

    `change`: it would replace another choice, which has not been done yet.
    """
    wish = wish.in_unit(offering.facts.unit)
    time_class = typical_class(session, funding.county_id, wish.starts_on)
    query = ChoiceQuery(offering.facts, funding, client.municipality, wish.starts_on, time_class)
    shown = eligibility_of(query)
    if shown.price_cents is None:
        return Considered(shown.reasons, shown.warnings, None, None)
    held_plan, means = planned_holds(session, funding, offering.facts, wish, day, change)
    plan, against_plan = make_plan(wish, shown.share, held_plan, means)
    booked = [visit.visit for visit in held_plan.visits[: held_plan.held.visits]]
    same_time = overlap_warning(
        session, booked, client_id=client.id, provider_id=offering.facts.provider.id, change=change
    )
    of_service = {"funding_id": funding.id, "offering_id": offering.facts.id}
    double = planned_double(session, booked, **of_service, change=change)
    twice = same_help_twice(session, booked, **of_service, change=change)
    warnings = (*shown.warnings, *same_time, *twice)
    return Considered((*shown.reasons, *against_plan, *double), warnings, shown.share, plan)


def planned_holds(
    session: Session,
    funding: Funding,
    offering: OfferingFacts,
    wish: Wish,
    day: date,
    change: Replacing | None = None,
) -> tuple[HeldPlan, Means]:
    """Return what the wish would hold, and the money and units that the funding's other choices leave it."""
    found = funding_plans(session, funding, day)
    others = [shortened_plan(chosen, change) for chosen in found.plans]
    setting = Setting(funding, offering.offering, offering.provider, found.calendar)
    new = ChosenPlan(wish.visit_plan(_NEW, offering.unit, funding.window), setting)
    planned = hold_plans([*others, new], funding, day, found.late_days)
    held_plan = planned.pop(_NEW)
    free = sum(chosen.held_cents for chosen in others) - sum(plan.held.cents for plan in planned.values())
    units = sum(chosen.held_quantity for chosen in others) - sum(
        plan.held.quantity for plan in planned.values()
    )
    left = None if funding.free_quantity is None else Quantity(max(0, funding.free_quantity + units))
    plans = other_plans(session, funding.id, day)
    in_force = tuple([_as_changed(plan, change) for plan in plans.in_force])
    limit = terms_on(funding, wish.starts_on).period_limit
    return held_plan, Means(Money(funding.free_cents + free), left, funding.window, limit, in_force)


_NEW = 0
"""The id of a choice that is not made yet."""


def _as_changed(plan: OtherPlan, change: Replacing | None) -> OtherPlan:
    if change is None or change.choice_id != plan.choice_id:
        return plan
    keeps = change.keeps
    return replace(
        plan, last_day=change.last_day, planned_cents=keeps.planned_cents, held_cents=keeps.held_cents
    )


def _chosen_already(funding: Funding, offering_id: int, day: date) -> bool:
    """Return whether a choice of the offering goes on after a day."""
    return any(
        choice.offering_id == offering_id and (choice.last_day is None or choice.last_day > day)
        for choice in funding.choices
    )


def _record(
    session: Session,
    funding: Funding,
    client: ClientEntry,
    choice_id: int,
    offering_id: int,
    plan: Plan,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act="choice.make",
        subject=("choice", choice_id),
        county_id=funding.county_id,
        client_id=client.id,
        detail={"voucher": funding.voucher, "offering": offering_id, "held_cents": plan.held_cents},
    )
