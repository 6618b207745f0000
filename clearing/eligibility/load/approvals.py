"""Approvals of providers with their states: the only reader of both tables together."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from foundation.database.columns import any_of_parameter
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


_APPROVALS = (
    select(
        tables.Approval.id,
        tables.Approval.provider_id,
        tables.Approval.county_id,
        Service.code,
        tables.ApprovalState.state,
        tables.ApprovalState.from_day,
        tables.ApprovalState.why,
    )
    .join(Service, Service.id == tables.Approval.service_id)
    .outerjoin(tables.ApprovalState, tables.ApprovalState.approval_id == tables.Approval.id)
    .where(tables.Approval.provider_id == any_of_parameter())
    .order_by(Service.code, tables.Approval.id, tables.ApprovalState.from_day, tables.ApprovalState.id)
)
_APPROVALS_IN_COUNTY = _APPROVALS.where(tables.Approval.county_id == bindparam("county"))


def approvals_of(
    session: Session, provider_ids: Collection[int], *, county_id: int | None = None
) -> dict[int, list[LoadedApproval]]:
    """Return the approvals of each provider by service, in one county or in all."""
    if county_id is None:
        rows = session.execute(_APPROVALS, {"ids": list(provider_ids)})
    else:
        rows = session.execute(_APPROVALS_IN_COUNTY, {"ids": list(provider_ids), "county": county_id})
    states: defaultdict[tuple[int, int, int, str], list[StateOfApproval]] = defaultdict(list)
    for approval_id, provider_id, in_county, service, name, from_day, why in rows:
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


def approval_state_on(day: date | BindParameter[Any]) -> Any:
    """Return the state of `Approval` in force on a day as an SQL value (`state_on` in SQL)."""
    approval, state = tables.Approval, tables.ApprovalState
    newest = (
        select(state.state)
        .where(state.approval_id == approval.id, state.from_day <= day)
        .order_by(state.from_day.desc(), state.id.desc())
        .limit(1)
    )
    return newest.correlate(approval).scalar_subquery()
