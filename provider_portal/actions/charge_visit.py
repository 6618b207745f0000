"""Charge a planned visit as it was planned or as it was given, or record that it was not given."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.facts.answers import ChargeAnswer
from clearing.ledger.load.balances import lock_balances
from clearing.ledger.write.audit import record
from clearing.plans.actions.replan_holds import replan_holds
from clearing.plans.facts.plan import CancelledBy, Change
from clearing.plans.load.visit_plans import visit_plans
from clearing.plans.rules.cancelling import no_fee
from clearing.plans.write.visit_plans import store_change
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.listed_visit import ListedVisit
from marketplace.load.own_offerings import own_offering
from marketplace.rules.visit_changes import cancelled, change_of
from marketplace.rules.visit_list import VisitState
from provider_portal.load.known_funding import known_funding
from provider_portal.rules.visit_entry import VisitEntry, as_sent
from provider_portal.rules.visit_to_charge import (
    GivenVisit,
    Tap,
    entry_of,
    given_entry,
    given_reference,
    left_of,
    visit_reference,
)

VISIT_UNKNOWN: Final = Refusal("visit_unknown", "visit")
"""The provider has no such visit, or may no longer know its client."""
VISIT_CANCELLED: Final = Refusal("visit_cancelled", "visit")
VISIT_NOT_OVER: Final = Refusal("visit_not_over", "visit")
"""The visit has not been given yet."""
VISIT_CHARGED: Final = Refusal("visit_charged", "visit")
"""Another charge counts for the visit."""
VISIT_LEFT_CHANGED: Final = Refusal("visit_left_changed", "visit")
"""Less of help without times is left than when it was marked done."""
VISIT_WITHOUT_TIMES: Final = Refusal("visit_without_times", "visit")
"""A week or month of help is no single visit that can be missed."""


def charge_visit(
    session: Session, *, visit: ListedVisit, actor: Actor, now: datetime, tap: Tap | None = None
) -> ChargeAnswer | Refusal:
    """Charge a visit with its planned times and quantity at the price list of its day.

    Its reference follows from its id, so that doing it twice is one charge. What has no times is charged for
    what is left of its quantity, on its last day or today; with a `tap` for what it says.
    """
    refusal = why_not_charged(visit, now) or _why_not_as_tapped(visit, tap, now)
    if refusal is not None:
        return refusal
    entry = entry_of(visit.planned, visit.choice, helsinki_day(now), tap)
    return _take_in_once(session, visit, entry, actor, now)


def _why_not_as_tapped(visit: ListedVisit, tap: Tap | None, now: datetime) -> Refusal | None:
    if tap is None or visit.start is not None or _is_charged_as(visit, visit_reference(visit.visit_id)):
        return None
    if not visit.day <= tap.day <= visit.planned.last_day:
        return VISIT_UNKNOWN
    if tap.day > helsinki_day(now):
        return VISIT_NOT_OVER
    return None if 0 < tap.quantity <= left_of(visit.planned) else VISIT_LEFT_CHANGED


def _is_charged_as(visit: ListedVisit, reference: str) -> bool:
    return reference in {charge.reference for charge in visit.planned.charges}


def charge_given(
    session: Session, *, visit: ListedVisit, given: GivenVisit, actor: Actor, now: datetime
) -> ChargeAnswer | Refusal:
    """Charge a visit with the times and the quantity that were given, at the price list of its day.

    It is judged as any charge. Of a visit with times there is one charge, however it is recorded; of help
    without times one for each `part` of `given`.
    """
    refusal = why_not_given_otherwise(visit, now, given.part)
    if refusal is not None:
        return refusal
    return _take_in_once(session, visit, given_entry(visit.planned, visit.choice, given), actor, now)


def _take_in_once(
    session: Session, visit: ListedVisit, entry: VisitEntry, actor: Actor, now: datetime
) -> ChargeAnswer | Refusal:
    """Take in the charge of a visit. The same again is its charge; another leaves no refused row."""
    if _is_charged_as(visit, entry.reference):
        judged = _take_in(session, visit, entry, actor, now, check=True)
        if not isinstance(judged, Refusal) and judged.reference_reused:
            return VISIT_CHARGED
    return _take_in(session, visit, entry, actor, now)


def _take_in(
    session: Session,
    visit: ListedVisit,
    entry: VisitEntry,
    actor: Actor,
    now: datetime,
    *,
    check: bool = False,
) -> ChargeAnswer | Refusal:
    provider_id = visit.choice.provider_id
    known = known_funding(session, provider_id, visit.choice.voucher)
    offering = own_offering(session, provider_id, visit.choice.offering_id)
    if known is None or offering is None:
        return VISIT_UNKNOWN
    (answer,) = take_in_charges(
        session, provider_id=provider_id, sent=[as_sent(entry)], actor=actor, now=now, check=check
    )
    return answer


def why_not_charged(visit: ListedVisit, now: datetime) -> Refusal | None:
    """Return why a visit cannot be charged as planned; None if it can, or was with its own reference."""
    refusal = _why_closed(visit, visit_reference(visit.visit_id))
    if refusal is not None:
        return refusal
    begins = visit.end or visit.planned.visit.day
    has_come = begins <= now if isinstance(begins, datetime) else begins <= helsinki_day(now)
    return None if has_come else VISIT_NOT_OVER


def why_not_given_otherwise(visit: ListedVisit, now: datetime, part: str = "") -> Refusal | None:
    """Return why it cannot be recorded how a visit was given; None if it can, from its day on.

    Of help without times that is charged whole only a `part` that is among its charges may be sent again.
    """
    closed = _why_closed(visit, given_reference(visit.planned, part))
    return closed or (VISIT_NOT_OVER if visit.day > helsinki_day(now) else None)


def _why_closed(visit: ListedVisit, own: str) -> Refusal | None:
    """Return why there is no further charge; None if it is open or its charge is the one called `own`."""
    if visit.state is VisitState.CANCELLED:
        return VISIT_CANCELLED
    return VISIT_CHARGED if visit.state is VisitState.CHARGED and not _is_charged_as(visit, own) else None


def mark_not_given(
    session: Session, *, visit: ListedVisit, why: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Record that a visit was not given and is not charged; its money is free again.

    Refused with `visit_cancelled`, `visit_charged` or `visit_without_times`. The client may restore a visit
    that is still to come.
    """
    if visit.state is VisitState.CANCELLED:
        return VISIT_CANCELLED
    if visit.planned.charges:
        return VISIT_CHARGED
    if visit.start is None:
        return VISIT_WITHOUT_TIMES
    funding_id, choice_id = visit.choice.funding_id, visit.choice.id
    lock_balances(session, [funding_id])
    change = change_of(visit_plans(session, [choice_id])[choice_id], visit.visit_id)
    _store_cancelled(session, visit, change, why, actor, now)
    replan_holds(session, funding_id, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="visit.not_given",
        subject=("choice", choice_id),
        county_id=visit.county_id,
        client_id=visit.client_id,
        detail={"visit": visit.id, "why": why},
    )
    return None


def _store_cancelled(
    session: Session, visit: ListedVisit, change: Change, why: str, actor: Actor, now: datetime
) -> None:
    store_change(
        session,
        cancelled(change, no_fee(visit.quantity), CancelledBy.PROVIDER, now),
        choice_id=visit.choice.id,
        funding_id=visit.choice.funding_id,
        county_id=visit.county_id,
        why=why,
        made_by=actor.person_id,
        now=now,
    )
