"""The provider register as a county sees it: approvals, papers, account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.eligibility.facts.provider import Paper
from clearing.eligibility.load.approvals import (
    LoadedApproval,
    StateOfApproval,
    approval_state_on,
    approvals_of,
)
from clearing.eligibility.load.providers import newest_accounts, papers_of
from clearing.eligibility.rules.bank_accounts import is_payable
from clearing.eligibility.rules.provider_in_force import papers_missing
from foundation.database.tables.providers import Approval, Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import state_on


@dataclass(frozen=True, slots=True)
class ProviderFilter:
    """Which of the providers that the county knows; None means no limit."""

    text: str | None = None
    service: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class CountyApproval:
    """An approval for one service with its history; `state` on the day of the query."""

    id: int
    service: str
    state: ApprovalState | None
    states: Sequence[StateOfApproval]


@dataclass(frozen=True, slots=True)
class CountyProvider:
    """A provider that has, had or applied for an approval of the county."""

    id: int
    business_id: str
    name: str
    email: str
    phone: str
    account_verified: bool
    papers: Sequence[Paper]
    approvals: Sequence[CountyApproval]

    def lacks(self, day: date) -> tuple[PaperKind, ...]:
        """Return the kinds of paper of which none is valid on the day."""
        return papers_missing(self.papers, day)


def county_providers(
    session: Session,
    county_id: int,
    filters: ProviderFilter,
    *,
    day: date,
    now: datetime,
    first: int = 0,
    count: int | None = None,
) -> tuple[list[CountyProvider], int]:
    """Return the providers of a filter by name, and how many there are."""
    query = _query(county_id, filters, day)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Provider.name, Provider.id)
    rows: Sequence[Provider] = session.scalars(ordered.offset(first).limit(count)).all()
    return _whole(session, county_id, rows, day, now), total


def county_provider(
    session: Session, county_id: int, business_id: str, *, day: date, now: datetime
) -> CountyProvider | None:
    """One provider, also one without an approval in the county; None when it is not in the register."""
    rows = session.scalars(select(Provider).where(Provider.business_id == business_id)).all()
    return next(iter(_whole(session, county_id, rows, day, now)), None)


def _query(county_id: int, filters: ProviderFilter, day: date) -> Select[Provider]:
    known = (
        select(Approval.provider_id)
        .join(Service, Service.id == Approval.service_id)
        .where(Approval.county_id == county_id)
    )
    if filters.service is not None:
        known = known.where(Service.code == filters.service)
    if filters.state is not None:
        known = known.where(approval_state_on(day) == filters.state)
    query = select(Provider).where(Provider.id.in_(known))
    if filters.text:
        named = Provider.name.icontains(filters.text, autoescape=True)
        query = query.where(named | (Provider.business_id == filters.text))
    return query


def _whole(
    session: Session, county_id: int, rows: Sequence[Provider], day: date, now: datetime
) -> list[CountyProvider]:
    ids = [row.id for row in rows]
    accounts = newest_accounts(session, ids)
    verified = {key for key, account in accounts.items() if is_payable(account, now)}
    papers, approvals = papers_of(session, ids), approvals_of(session, ids, county_id=county_id)
    return [
        CountyProvider(
            row.id,
            row.business_id,
            row.name,
            row.email,
            row.phone,
            row.id in verified,
            papers[row.id],
            [_approval(approval, day) for approval in approvals[row.id]],
        )
        for row in rows
    ]


def _approval(approval: LoadedApproval, day: date) -> CountyApproval:
    return CountyApproval(approval.id, approval.service, state_on(approval.history, day), approval.states)
