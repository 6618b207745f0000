"""Move, change, cancel or restore one planned visit, or add an extra one; the holds follow at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.load.balances import lock_balances
from clearing.ledger.write.audit import record
from clearing.plans.actions.replan_holds import replan_holds
from clearing.plans.facts.plan import CancellationFee, CancelledBy, Change, VisitId, VisitPlan
from clearing.plans.load.visit_plans import visit_plans
from clearing.plans.rules.plan_visits import NO_TIME
from clearing.plans.rules.replanning import HeldPlan
from clearing.plans.write.visit_plans import delete_change, store_change
from clearing.reasons import Finding
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, Actor
from marketplace.load.choices import MyChoice, choice_by_id
from marketplace.load.mandates import may_choose
from marketplace.load.overlaps import overlap_warning, planned_double
from marketplace.load.visits import VisitsToCharge, visits_to_charge_of
from marketplace.rules.refusals import (
    CHOICE_ENDED,
    MANDATE_MISSING,
    VISIT_BEGUN,
    VISIT_NOT_POSSIBLE,
    VISIT_UNKNOWN,
    VISIT_WITHOUT_TIMES,
)
from marketplace.rules.visit_changes import (
    VisitWish,
    cancelled,
    change_of,
    changed,
    extra_visit,
    has_begun,
    restored,
    why_not,
    why_not_held,
    with_change,
)


@dataclass(frozen=True, slots=True)
class ChangedVisit:
    """A visit was changed. `held` is what the choice holds now, and until when it lasts.

    `warnings`: the client has a visit at another provider at the same minute (R-28). `fee`: what a cancelled
    visit may still cost.
    """

    visit: VisitId
    held: HeldPlan
    warnings: tuple[Finding, ...] = ()
    fee: CancellationFee | None = None


@dataclass(frozen=True, slots=True)
class _Act:
    """What one change of a visit needs: its choice and plan under the funding's lock, and who does it."""

    session: Session
    choice: MyChoice
    plan: VisitPlan
    actor: Actor
    now: datetime
    why: str
    visits: VisitsToCharge | None = None


def change_visit(
    session: Session, *, visit: VisitId, wish: VisitWish, actor: Actor, now: datetime, why: str = ""
) -> ChangedVisit | Refusal:
    """Move a planned visit, or make it shorter or longer.

    Refused with `mandate_missing`, `choice_ended`, `visit_unknown`, `visit_begun`, or `visit_not_possible`
    and every reason: a fault of the plan, a day outside the choice, or a limit that the visit does not fit.
    """
    act = _on_visit(session, visit, actor, now, why)
    if isinstance(act, Refusal):
        return act
    return _apply(act, changed(change_of(act.plan, visit), wish), "visit.change")


def cancel_visit(
    session: Session, *, visit: VisitId, actor: Actor, now: datetime, why: str = ""
) -> ChangedVisit | Refusal:
    """Cancel a planned visit: its money is free again, but what it may still cost.

    `cancellation_terms` says what that is. It stays held until the provider has charged it, or may no longer.
    """
    act = _on_visit(session, visit, actor, now, why)
    if isinstance(act, Refusal):
        return act
    terms = None if act.visits is None else act.visits.cancelling(visit)
    fee = None if terms is None else terms.fee_at(now)
    change = cancelled(change_of(act.plan, visit), fee, CancelledBy.CLIENT, now)
    return _apply(act, change, "visit.cancel")


def add_visit(
    session: Session,
    *,
    choice_id: int,
    day: date,
    wish: VisitWish,
    actor: Actor,
    now: datetime,
    why: str = "",
) -> ChangedVisit | Refusal:
    """Add one extra visit on a day, with its time and length, or its quantity."""
    act = _act_on(session, choice_id, actor, now, why)
    if isinstance(act, Refusal):
        return act
    return _apply(act, extra_visit(act.plan, wish, day), "visit.add")


def restore_visit(session: Session, *, visit: VisitId, actor: Actor, now: datetime) -> ChangedVisit | Refusal:
    """Take back the cancelling of a visit; if it is not cancelled, take back its move or its other time.

    A visit whose own time has passed cannot be restored, nor one that does not fit any more.
    """
    act = _act_on(session, visit.choice_id, actor, now, "")
    if isinstance(act, Refusal):
        return act
    change = change_of(act.plan, visit)
    if change not in act.plan.changes:
        return VISIT_UNKNOWN
    if change.is_cancelled:
        return _apply(act, restored(change), "visit.restore", must_be_planned=True)
    if change.is_extra:
        return VISIT_UNKNOWN
    return _apply(act, Change(visit.day, visit.number), "visit.restore", must_be_planned=True)


def _act_on(session: Session, choice_id: int, actor: Actor, now: datetime, why: str) -> _Act | Refusal:
    """Lock the funding of a choice and return it with its plan, if the actor may change it."""
    choice, day = choice_by_id(session, choice_id), helsinki_day(now)
    if choice is None:
        return VISIT_UNKNOWN
    if actor.role in CLIENT_ROLES and not may_choose(
        session, actor, choice.client_id, day, choice.funding_id
    ):
        return MANDATE_MISSING
    lock_balances(session, [choice.funding_id])
    choice = choice_by_id(session, choice_id)
    assert choice is not None
    if not choice.is_live(day):
        return CHOICE_ENDED
    return _Act(session, choice, visit_plans(session, [choice_id])[choice_id], actor, now, why)


def _on_visit(session: Session, visit: VisitId, actor: Actor, now: datetime, why: str) -> _Act | Refusal:
    """Lock the funding of a visit and return what changing it needs, if it is still to come."""
    act = _act_on(session, visit.choice_id, actor, now, why)
    if isinstance(act, Refusal):
        return act
    if visit.number == NO_TIME:
        return VISIT_WITHOUT_TIMES
    visits = _visits(act)
    found = None if visits is None else visits.with_id(visit)
    if found is None:
        return VISIT_UNKNOWN
    return VISIT_BEGUN if has_begun(found, now) else replace(act, visits=visits)


def _visits(act: _Act) -> VisitsToCharge | None:
    return visits_to_charge_of(act.session, act.choice.funding_id, act.choice.id, helsinki_day(act.now))


def _apply(act: _Act, change: Change, name: str, *, must_be_planned: bool = False) -> ChangedVisit | Refusal:
    """Store a change and plan the holds again; undo both if the visit is then not possible or not held."""
    choice, today = act.choice, helsinki_day(act.now)
    days = (choice.starts_on, choice.ends_on or choice.window_last_day)
    refusal = None if change.is_cancelled else why_not(with_change(act.plan, change), change, days, today)
    if refusal is not None:
        return refusal
    visit = VisitId(choice.id, change.day, change.number)
    with act.session.begin_nested() as savepoint:
        _store(act, change)
        held = replan_holds(act.session, choice.funding_id, now=act.now)[choice.id]
        refusal = None if change.is_cancelled else why_not_held(held, visit) or _why_double(act, held, visit)
        if refusal is None and must_be_planned:
            visits = _visits(act)
            planned = None if visits is None else visits.with_id(visit)
            refusal = VISIT_BEGUN if planned is None or has_begun(planned, act.now) else None
        if refusal is not None:
            savepoint.rollback()
            act.session.expire_all()
            return refusal
    _record(act, change, name, held)
    return ChangedVisit(visit, held, _warnings(act, held, visit), change.fee)


def _why_double(act: _Act, held: HeldPlan, visit: VisitId) -> Refusal | None:
    """Return why the charge of a visit would be held: another choice has one of the service at its time."""
    own = [each.visit for each in held.visits if each.visit.id == visit]
    choice = act.choice
    double = planned_double(
        act.session, own, funding_id=choice.funding_id, offering_id=choice.offering_id, choice_id=choice.id
    )
    return Refusal(VISIT_NOT_POSSIBLE, reasons=(Refusal(double[0].code, "start"),)) if double else None


def _warnings(act: _Act, held: HeldPlan, visit: VisitId) -> tuple[Finding, ...]:
    own = [each.visit for each in held.visits if each.visit.id == visit]
    client_id, provider_id = act.choice.client_id, act.choice.provider_id
    return overlap_warning(act.session, own, client_id=client_id, provider_id=provider_id)


def _store(act: _Act, change: Change) -> None:
    choice = act.choice
    if change == Change(change.day, change.number):
        delete_change(act.session, choice_id=choice.id, day=change.day, number=change.number)
        return
    store_change(
        act.session,
        change,
        choice_id=choice.id,
        funding_id=choice.funding_id,
        county_id=choice.county_id,
        why=act.why,
        made_by=act.actor.person_id,
        now=act.now,
    )


def _record(act: _Act, change: Change, name: str, held: HeldPlan) -> None:
    detail = {
        "voucher": act.choice.voucher,
        "day": change.day.isoformat(),
        "number": change.number,
        "to_day": None if change.to_day is None else change.to_day.isoformat(),
        "start_minute": change.start_minute,
        "length_minutes": change.length_minutes,
        "quantity_hundredths": change.quantity,
        "held_cents": held.held.cents,
        "fee_cents": None if change.fee is None else change.fee.most_cents,
    }
    record(
        act.session,
        actor=act.actor,
        now=act.now,
        act=name,
        subject=("choice", act.choice.id),
        county_id=act.choice.county_id,
        client_id=act.choice.client_id,
        detail={key: value for key, value in detail.items() if value is not None},
    )
