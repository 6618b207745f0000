"""The county changes an approval; a suspension may have a last day, after which all is as it was decided."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import partial

from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.approvals import approvals_in_county, lock_approvals
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor
from marketplace.actions.approve_provider import ApprovalChanged, OfService, change_approval
from marketplace.rules.approving import ApprovalRefusalCode, states_after


def change_approval_until(
    session: Session,
    *,
    provider_id: int,
    county_id: int,
    service: str,
    state: ApprovalState,
    from_day: date,
    last_day: date | None,
    why: str,
    actor: Actor,
    now: datetime,
    acknowledged: Collection[str] = (),
) -> ApprovalChanged | Refusal:
    """Change the approval for one service from a day on; only a suspension may have a last day.

    Refused as `change_approval`, and with `days_backwards`, `last_day_not_taken`.
    """
    if last_day is not None and state is not ApprovalState.SUSPENDED:
        return Refusal(ApprovalRefusalCode.LAST_DAY_NOT_TAKEN, "to")
    if last_day is not None and last_day < from_day:
        return Refusal(ApprovalRefusalCode.DAYS_BACKWARDS, "to")
    lock_approvals(session, provider_id, county_id)
    current = approvals_in_county(session, provider_id, county_id).get(service)
    after = states_after(current.history, last_day) if current and last_day else ()
    of_service: OfService = {"provider_id": provider_id, "county_id": county_id, "service": service}
    change = partial(change_approval, session, **of_service, why=why, actor=actor, now=now)
    changed = change(state=state, from_day=from_day, acknowledged=acknowledged)
    if not isinstance(changed, Refusal):
        for day, later in after:
            not_refused(change(state=later, from_day=day, acknowledged=acknowledged))
    return changed
