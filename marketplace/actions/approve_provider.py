"""The county changes a provider's approval for a service: pending, approved, suspended or ended, from a day
on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.approvals import LoadedApproval, approvals_in_county, lock_approvals
from clearing.ledger.load.balances import lock_balances
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import ONE_DAY, helsinki_day
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.approvals import (
    TouchedChoice,
    offered_services,
    touched_choices,
)
from marketplace.rules.approving import ApprovalRefusalCode, change_of_approval
from marketplace.write.approvals import store_approval, store_approval_state
from marketplace.write.choices import mark_ended, move_hold, shorten

BROKEN = (ApprovalState.SUSPENDED, ApprovalState.ENDED)


@dataclass(frozen=True, slots=True)
class ApprovalChanged:
    """The new state, and the choices that depend on it: if it is suspended or ended, tell these clients."""

    approval_id: int
    state: ApprovalState
    from_day: date
    touched: Sequence[TouchedChoice]


def change_approval(
    session: Session,
    *,
    provider_id: int,
    county_id: int,
    service: str,
    state: ApprovalState,
    from_day: date,
    why: str,
    actor: Actor,
    now: datetime,
) -> ApprovalChanged | Refusal:
    """Change the approval for one service; the first state creates the approval.

    A suspension is temporary, so it leaves choices and their holds as they are. When an approval ends, the
    choices end the day before and their holds are released (at once, or when that day comes).
    """
    lock_approvals(session, provider_id, county_id)
    current = approvals_in_county(session, provider_id, county_id).get(service)
    service_id = offered_services(session, county_id).get(service)
    if service_id is None:
        return Refusal(ApprovalRefusalCode.SERVICE_UNKNOWN, "service")
    change = change_of_approval(current.history if current else (), state, from_day, why)
    if isinstance(change, Refusal):
        return change
    approval_id = _approval_id(session, current, provider_id, county_id, service_id)
    store_approval_state(session, approval_id, change, why=why.strip(), actor=actor, now=now)
    touched = (
        touched_choices(session, provider_id, county_id, service, from_day=from_day)
        if state in BROKEN
        else []
    )
    if state is ApprovalState.ENDED:
        _end(session, touched, from_day, now)
    changed = ApprovalChanged(approval_id, state, from_day, touched)
    detail = {"provider": provider_id, "service": service, "from_day": from_day.isoformat()}
    _audit(session, changed, county_id, why.strip(), detail, actor, now)
    return changed


def _audit(
    session: Session,
    changed: ApprovalChanged,
    county_id: int,
    why: str,
    detail: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=f"approval.{changed.state.value}",
        subject=("approval", changed.approval_id),
        county_id=county_id,
        why=why,
        detail=detail,
    )


def _approval_id(
    session: Session, current: LoadedApproval | None, provider_id: int, county_id: int, service_id: int
) -> int:
    if current is not None:
        return current.id
    return store_approval(session, provider_id=provider_id, county_id=county_id, service_id=service_id)


def _end(session: Session, touched: Sequence[TouchedChoice], from_day: date, now: datetime) -> None:
    is_now = from_day <= helsinki_day(now)
    lock_balances(session, {choice.funding_id for choice in touched})
    for choice in touched:
        if is_now:
            release = Money(-choice.held_cents)
            move_hold(session, choice.county_id, choice.funding_id, choice.id, release, at=now)
            mark_ended(session, choice.id, last_day=from_day - ONE_DAY, undone=False, now=now)
        else:
            shorten(session, choice.id, last_day=from_day - ONE_DAY)
