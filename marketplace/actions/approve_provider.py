"""The county changes a provider's approval for a service: pending, approved, suspended or ended, from a day
on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy.orm import Session

from clearing.charges.actions.hold_charges_since import hold_charges_since
from clearing.charges.corrections.actions.take_back_since import take_back_since
from clearing.charges.load.charges_since import ChargesSince, charges_since
from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.approvals import LoadedApproval, approvals_in_county, lock_approvals
from clearing.ledger.load.balances import lock_balances
from clearing.ledger.rules.hold_changes import HoldChange
from clearing.ledger.write.audit import record
from clearing.plans.write.holds import move_holds
from foundation.vocabulary.dates import ONE_DAY, helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.approvals import (
    TouchedChoice,
    offered_services,
    touched_choices,
)
from marketplace.rules.approving import ApprovalRefusalCode, change_of_approval
from marketplace.write.approvals import store_approval, store_approval_state
from marketplace.write.choices import mark_ended, shorten

BROKEN = (ApprovalState.SUSPENDED, ApprovalState.ENDED)


class OfService(TypedDict):
    """The provider, county and service of an approval, as readers take them."""

    provider_id: int
    county_id: int
    service: str


@dataclass(frozen=True, slots=True)
class ApprovalChanged:
    """The new state, and what depends on it: the choices of clients, and the charges since its first day.

    `since.held` are the charges that the change has put on hold; what was left of `since.taken_back` is taken
    back; `since.left` need a correction.
    """

    approval_id: int
    state: ApprovalState
    from_day: date
    touched: Sequence[TouchedChoice]
    since: ChargesSince


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
    acknowledged: Collection[str] = (),
) -> ApprovalChanged | Refusal:
    """Change the approval for one service; the first state creates the approval.

    A suspension is temporary, so it leaves choices and their holds as they are. When an approval ends, the
    choices end the day before and their holds are released (at once, or when that day comes).

    If the provider has charged visits since the day, the change is refused with `charges_since` unless that
    code is among the `acknowledged`; then these charges are held for the county.
    """
    lock_approvals(session, provider_id, county_id)
    current = approvals_in_county(session, provider_id, county_id).get(service)
    service_id = offered_services(session, county_id).get(service)
    if service_id is None:
        return Refusal(ApprovalRefusalCode.SERVICE_UNKNOWN, "service")
    change = change_of_approval(current.history if current else (), state, from_day, why)
    if isinstance(change, Refusal):
        return change
    of_service: OfService = {"provider_id": provider_id, "county_id": county_id, "service": service}
    since = _since(session, state, from_day, of_service)
    if since and ApprovalRefusalCode.CHARGES_SINCE not in acknowledged:
        return Refusal(ApprovalRefusalCode.CHARGES_SINCE, "acknowledged", values=_sums(since))
    approval_id = _approval_id(session, current, provider_id, county_id, service_id)
    store_approval_state(session, approval_id, change, why=why.strip(), actor=actor, now=now)
    changed = ApprovalChanged(
        approval_id, state, from_day, *_follow(session, state, from_day, of_service, actor, now)
    )
    _audit(session, changed, of_service, why.strip(), actor, now)
    return changed


def _follow(
    session: Session,
    state: ApprovalState,
    from_day: date,
    of_service: OfService,
    actor: Actor,
    now: datetime,
) -> tuple[Sequence[TouchedChoice], ChargesSince]:
    """End the choices and hold the charges that depended on the approval; return both."""
    touched = touched_choices(session, **of_service, from_day=from_day) if state in BROKEN else []
    if state is ApprovalState.ENDED:
        _end(session, touched, from_day, now)
    if state is ApprovalState.APPROVED:
        return touched, ChargesSince()
    since = hold_charges_since(session, **of_service, from_day=from_day, now=now)
    take_back_since(session, since.taken_back, from_day=from_day, actor=actor, now=now)
    return touched, since


def _since(session: Session, state: ApprovalState, from_day: date, of_service: OfService) -> ChargesSince:
    if state is ApprovalState.APPROVED:
        return ChargesSince()
    return charges_since(session, **of_service, from_day=from_day)


def _sums(since: ChargesSince) -> dict[str, int]:
    """Return counts and sums (cents) for the refusal's text and the audit log."""
    return {
        "held": len(since.held),
        "held_cents": since.held_cents,
        "taken_back": len(since.taken_back),
        "taken_back_cents": since.taken_back_cents,
        "left": len(since.left),
        "left_cents": since.left_cents,
    }


def _audit(
    session: Session,
    changed: ApprovalChanged,
    of_service: OfService,
    why: str,
    actor: Actor,
    now: datetime,
) -> None:
    approval_of = {"provider": of_service["provider_id"], "service": of_service["service"]}
    record(
        session,
        actor=actor,
        now=now,
        act=f"approval.{changed.state.value}",
        subject=("approval", changed.approval_id),
        county_id=of_service["county_id"],
        why=why,
        detail={**approval_of, "from_day": changed.from_day.isoformat(), **_sums(changed.since)},
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
            release = HoldChange(-choice.held_cents, -choice.held_quantity)
            move_holds(session, choice.county_id, choice.funding_id, {choice.id: release}, at=now)
            mark_ended(session, choice.id, last_day=from_day - ONE_DAY, undone=False, now=now)
        else:
            shorten(session, choice.id, last_day=from_day - ONE_DAY)
