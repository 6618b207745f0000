"""Choose an offering for a funding: check, plan, hold the money, store the choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.grants.load.fundings import fundings
from clearing.grants.rules.funding_terms import terms_on
from clearing.ledger.write.audit import record
from clearing.reasons import Finding, report
from foundation.vocabulary.dates import ONE_DAY, helsinki_day
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, Actor
from marketplace.labels import CLIENT_WORDS
from marketplace.load.catalogue import typical_class
from marketplace.load.fundings import client_of_funding
from marketplace.load.mandates import ClientEntry, may_choose
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.load.planned_use import other_plans
from marketplace.rules.choice_query import ChoiceQuery
from marketplace.rules.comparison import Share, units_left
from marketplace.rules.eligibility import eligibility_of
from marketplace.rules.other_plans import Means, OtherPlan, units_to_come
from marketplace.rules.planning import Plan, make_plan
from marketplace.rules.reasons import ALREADY_CHOSEN
from marketplace.rules.refusals import CHOICE_NOT_POSSIBLE, MANDATE_MISSING, OFFERING_UNKNOWN
from marketplace.rules.replacing_choices import Replacing
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
class Chosen:
    """The choice was made and its money is held; nothing is held if the share is not known."""

    choice_id: int
    share: Share | None
    plan: Plan


def choose_offering(
    session: Session,
    *,
    funding_id: int,
    offering_id: int,
    wish: Wish,
    actor: Actor,
    now: datetime,
    only_once: bool = False,
) -> Chosen | Refusal:
    """Make the choice under the funding's lock.

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
    considered = consider(session, funding=funding, client=client, offering=offering, wish=wish, day=day)
    reasons, plan = considered.reasons, considered.plan
    if only_once and _chosen_already(funding, offering_id, max(day, wish.starts_on - ONE_DAY)):
        reasons = (*reasons, report(ALREADY_CHOSEN))
    if reasons or plan is None:
        return Refusal(CHOICE_NOT_POSSIBLE, reasons=tuple(map(_as_refusal, reasons)))
    choice_id = store_choice(
        session, funding=funding, offering=offering.facts, wish=wish, plan=plan, actor=actor, now=now
    )
    _record(session, funding, client, choice_id, offering_id, plan, actor, now)
    return Chosen(choice_id, considered.share, plan)


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
    time_class = typical_class(session, funding.county_id)
    query = ChoiceQuery(offering.facts, funding, client.municipality, wish.starts_on, time_class)
    shown = eligibility_of(query)
    if shown.price_cents is None:
        return Considered(shown.reasons, shown.warnings, None, None)
    plan, against_plan = make_plan(wish, shown.share, means_of(session, funding, wish.starts_on, day, change))
    return Considered((*shown.reasons, *against_plan), shown.warnings, shown.share, plan)


def means_of(
    session: Session, funding: Funding, starts_on: date, day: date, change: Replacing | None = None
) -> Means:
    """Return the money and units that the funding has left to use, after the plans of its other choices."""
    plans = other_plans(session, funding.id, day)
    others = tuple([_as_changed(plan, change) for plan in plans.in_force])
    left = units_left(funding)
    if left is not None:
        planned = sum(units_to_come(plan, day, plans.late_days) for plan in others)
        left = Quantity(min(max(0, left - planned), _free_units(funding, change)))
    free = Money(funding.free_cents + (change.freed_cents if change else 0))
    return Means(free, left, funding.window, terms_on(funding, starts_on).period_limit, others)


def _free_units(funding: Funding, change: Replacing | None) -> int:
    """Return the free units; those that the replaced choice would release are free too."""
    return (funding.free_quantity or 0) + (change.freed_quantity if change else 0)


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
