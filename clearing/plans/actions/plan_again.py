"""Plan the holds of many fundings again: those that a change has marked, and every night all of them."""

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.gateways.mail_texts import (
    FIND_ANOTHER_SUBJECT,
    FIND_ANOTHER_TEXT,
    FIND_FOR_CLIENT_TEXT,
    PLAN_SUBJECT,
    PLAN_TEXT,
)
from clearing.ledger.load.balances import lock_balances
from clearing.ledger.write.outbox import leave_mail
from clearing.plans.actions.replan_holds import replan_holds
from clearing.plans.load.replanning import (
    addresses_of_client,
    addresses_of_helpers,
    fundings_with_plans,
    marked_fundings,
    reaches_of,
    stops_found,
)
from clearing.plans.rules.plan_changes import PlanReach, must_be_reported
from clearing.plans.rules.stopped_plans import found_at, stop_of_plan
from clearing.plans.write.holds import store_found_at, unmark
from foundation.vocabulary.dates import helsinki_day


def plan_marked(session: Session, *, most: int, now: datetime) -> int:
    """Plan the fundings that are marked, at most so many; return how many there were."""
    marked = marked_fundings(session, most=most)
    lock_balances(session, marked)
    for funding_id in marked:
        unmark(session, funding_id)
        plan_again(session, funding_id, now=now)
    return len(marked)


def plan_next(session: Session, *, after: int, most: int, now: datetime) -> int | None:
    """Plan at most so many fundings after an id; return the last id, or None if none is left."""
    ids = fundings_with_plans(session, after=after, most=most)
    lock_balances(session, ids)
    for funding_id in ids:
        plan_again(session, funding_id, now=now)
    return ids[-1] if ids else None


def plan_again(session: Session, funding_id: int, *, now: datetime) -> None:
    """Plan the holds of a funding, and write to its client if a plan now ends otherwise or costs more.

    If the provider of a choice stops, the client and the client's helpers are asked to find another instead.
    Safe to repeat: a second time nothing has changed.
    """
    before, found_before = reaches_of(session, funding_id), stops_found(session, funding_id)
    planned = replan_holds(session, funding_id, now=now)
    for choice_id, plan in planned.items():
        was, since = before.get(choice_id, PlanReach(None, None)), found_before.get(choice_id)
        found = found_at(stop_of_plan(plan.held), since, now)
        if found != since:
            store_found_at(session, choice_id, found)
        if found is not None and since is None:
            _ask_to_find_another(session, funding_id, choice_id, found)
        elif must_be_reported(was, PlanReach(plan.lasts_until, plan.own_unit_cents)):
            _report(session, funding_id, choice_id, now)


def _ask_to_find_another(session: Session, funding_id: int, choice_id: int, now: datetime) -> None:
    """Write to the client and to those who help with the funding; nobody is named."""
    day = helsinki_day(now)
    client = addresses_of_client(session, funding_id, day)
    helpers = [each for each in addresses_of_helpers(session, funding_id, day) if each not in client]
    for address, text in (
        *((address, FIND_ANOTHER_TEXT) for address in client),
        *((address, FIND_FOR_CLIENT_TEXT) for address in helpers),
    ):
        key = f"find_another:{choice_id}:{now.isoformat()}:{address}"
        leave_mail(session, key, to=address, subject=FIND_ANOTHER_SUBJECT, text=text, now=now)


def _report(session: Session, funding_id: int, choice_id: int, now: datetime) -> None:
    day = helsinki_day(now)
    for address in addresses_of_client(session, funding_id, day):
        key = f"plan_changed:{choice_id}:{day.isoformat()}:{address}"
        leave_mail(session, key, to=address, subject=PLAN_SUBJECT, text=PLAN_TEXT, now=now)
