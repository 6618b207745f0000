"""Approvals of providers with their states: the only reader of both tables together."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from foundation.database.columns import any_of
from foundation.database.tables import providers as tables
from foundation.database.tables.services import Service

History = tuple[tuple[date, ApprovalState], ...]


@dataclass(frozen=True, slots=True)
class StateOfApproval:
    """A state from a day on, and why."""

    state: ApprovalState
    from_day: date
    why: str


@dataclass(frozen=True, slots=True)
class LoadedApproval:
    """A provider's approval for a service in a county; `states` are in order of their first day."""

    id: int
    provider_id: int
    county_id: int
    service: str
    states: tuple[StateOfApproval, ...]

    @property
    def history(self) -> History:
        """Return the states by their first day, as rules read them."""
        return tuple([(row.from_day, row.state) for row in self.states])


def approvals_of(
    session: Session, provider_ids: Collection[int], *, county_id: int | None = None
) -> dict[int, list[LoadedApproval]]:
    """Return the approvals of each provider by service, in one county or in all."""
    approval, state = tables.Approval, tables.ApprovalState
    query = (
        select(
            approval.id,
            approval.provider_id,
            approval.county_id,
            Service.code,
            state.state,
            state.from_day,
            state.why,
        )
        .join(Service, Service.id == approval.service_id)
        .outerjoin(state, state.approval_id == approval.id)
        .where(approval.provider_id == any_of(provider_ids))
        .order_by(Service.code, approval.id, state.from_day, state.id)
    )
    if county_id is not None:
        query = query.where(approval.county_id == county_id)
    states: defaultdict[tuple[int, int, int, str], list[StateOfApproval]] = defaultdict(list)
    for approval_id, provider_id, in_county, service, name, from_day, why in session.execute(query):
        of_approval = states[approval_id, provider_id, in_county, service]
        if name is not None:
            of_approval.append(StateOfApproval(ApprovalState(name), from_day, why))
    found: dict[int, list[LoadedApproval]] = {key: [] for key in provider_ids}
    for key, of_approval in states.items():
        found[key[1]].append(LoadedApproval(*key, states=tuple(of_approval)))
    return found


def approvals_in_county(session: Session, provider_id: int, county_id: int) -> dict[str, LoadedApproval]:
    """Return a provider's approvals in a county, by service."""
    found = approvals_of(session, [provider_id], county_id=county_id)[provider_id]
    return {approval.service: approval for approval in found}


def lock_approvals(session: Session, provider_id: int, county_id: int) -> None:
    """Lock the approvals of a provider in a county, in id order, until the transaction ends."""
    approval = tables.Approval
    rows = select(approval.id).where(approval.provider_id == provider_id, approval.county_id == county_id)
    session.execute(rows.order_by(approval.id).with_for_update())


def approval_state_on(day: date) -> Any:
    """Return the state of `Approval` in force on a day as an SQL value (`state_on` in SQL)."""
    approval, state = tables.Approval, tables.ApprovalState
    newest = (
        select(state.state)
        .where(state.approval_id == approval.id, state.from_day <= day)
        .order_by(state.from_day.desc(), state.id.desc())
        .limit(1)
    )
    return newest.correlate(approval).scalar_subquery()
