"""Choose an offering for a funding: check, plan, hold the money, store the choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.grants.load.fundings import fundings
from clearing.grants.rules.funding_terms import terms_on
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, Actor
from marketplace.load.catalogue import typical_class
from marketplace.load.fundings import client_of_funding
from marketplace.load.mandates import ClientEntry, may_choose
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.rules import reasons as r
from marketplace.rules.comparison import Share, share_of_unit, units_left
from marketplace.rules.eligibility import reasons_against
from marketplace.rules.planning import Means, Plan, Wish, make_plan
from marketplace.rules.question import Question
from marketplace.rules.reasons import Finding, report
from marketplace.rules.refusals import CHOICE_NOT_POSSIBLE, MANDATE_MISSING, OFFERING_UNKNOWN
from marketplace.write.choices import store_choice

NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class Considered:
    """What a choice would mean. It is possible if `reasons` is empty; without a price there is no plan."""

    reasons: tuple[Finding, ...]
    share: Share | None
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice was made; its money is held."""

    choice_id: int
    share: Share
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
    if actor.role in CLIENT_ROLES and not may_choose(session, actor, client.id, day):
        return MANDATE_MISSING
    funding = fundings(session, [funding_id], lock=True)[funding_id]
    offering = offerings_by_id(session, [offering_id], wish.starts_on).get(offering_id)
    if offering is None:
        return OFFERING_UNKNOWN
    considered = consider(session, funding=funding, client=client, offering=offering, wish=wish)
    reasons, share, plan = considered.reasons, considered.share, considered.plan
    if only_once and _chosen_already(funding, offering_id, day):
        reasons = (*reasons, report(r.ALREADY_CHOSEN))
    if reasons or share is None or plan is None:
        return Refusal(CHOICE_NOT_POSSIBLE, reasons=tuple(finding.as_refusal() for finding in reasons))
    choice_id = store_choice(
        session, funding=funding, offering=offering.facts, wish=wish, plan=plan, actor=actor, now=now
    )
    _record(session, funding, client, choice_id, offering_id, plan, actor, now)
    return Chosen(choice_id, share, plan)


def consider(
    session: Session,
    *,
    funding: Funding,
    client: ClientEntry,
    offering: OfferingEntry,
    wish: Wish,
    freed_cents: Money = NOTHING,
) -> Considered:
    """Return what the choice would mean, without writing anything; `freed_cents` are released before it."""
    time_class = typical_class(session, funding.county_id)
    question = Question(offering.facts, funding, client.municipality, wish.starts_on, time_class)
    reasons = reasons_against(question)
    if question.price_cents is None:
        return Considered(reasons, None, None)
    share = share_of_unit(funding, offering.facts.service, question.price_cents, time_class, wish.starts_on)
    plan, against_plan = make_plan(wish, share, means_of(funding, wish.starts_on, freed_cents))
    return Considered((*reasons, *against_plan), share, plan)


def means_of(funding: Funding, day: date, freed_cents: Money = NOTHING) -> Means:
    """Return the money and units that the funding has left to use."""
    limit = terms_on(funding, day).period_limit
    return Means(Money(funding.free_cents + freed_cents), units_left(funding, day), funding.window, limit)


def _chosen_already(funding: Funding, offering_id: int, day: date) -> bool:
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
