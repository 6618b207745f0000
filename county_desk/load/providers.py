"""The provider register as a county sees it: approvals, papers, account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.bank_accounts import newest_accounts
from clearing.eligibility.rules.bank_accounts import is_payable
from foundation.database.columns import first_and_last
from foundation.database.tables.providers import Approval, Provider, ProviderPaper
from foundation.database.tables.providers import ApprovalState as StateRow
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import state_on


@dataclass(frozen=True, slots=True)
class ProviderFilter:
    """Which of the providers that the county knows; None means no limit."""

    text: str | None = None
    service: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class StateOfApproval:
    """A state from a day on, and why."""

    state: str
    from_day: date
    why: str


@dataclass(frozen=True, slots=True)
class CountyApproval:
    """An approval for one service with its history; `state` on the day asked for."""

    id: int
    service: str
    state: str | None
    states: Sequence[StateOfApproval]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper and its days."""

    kind: str
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class CountyProvider:
    """A provider that has, had or asked for an approval of the county."""

    id: int
    business_id: str
    name: str
    email: str
    phone: str
    account_verified: bool
    papers: Sequence[Paper]
    approvals: Sequence[CountyApproval]

    def lacks(self, day: date) -> list[str]:
        """Kinds of papers that are not valid on the day."""
        kinds = ("register_entry", "insurance", "prepayment_register")
        return [
            kind
            for kind in kinds
            if not any(
                paper.kind == kind
                and paper.first_day <= day
                and (paper.last_day is None or day <= paper.last_day)
                for paper in self.papers
            )
        ]


def county_providers(
    session: Session,
    county_id: int,
    wanted: ProviderFilter,
    *,
    day: date,
    now: datetime,
    first: int = 0,
    count: int | None = None,
) -> tuple[list[CountyProvider], int]:
    """The wanted providers by name, and how many there are."""
    query = _wanted(county_id, wanted, day)
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


def _wanted(county_id: int, wanted: ProviderFilter, day: date) -> Select[Provider]:
    known = (
        select(Approval.provider_id)
        .join(Service, Service.id == Approval.service_id)
        .where(Approval.county_id == county_id)
    )
    if wanted.service is not None:
        known = known.where(Service.code == wanted.service)
    if wanted.state is not None:
        known = known.where(_state_on(day) == wanted.state)
    query = select(Provider).where(Provider.id.in_(known))
    if wanted.text:
        named = Provider.name.icontains(wanted.text, autoescape=True)
        query = query.where(named | (Provider.business_id == wanted.text))
    return query


def _state_on(day: date) -> Any:
    newest = (
        select(StateRow.state)
        .where(StateRow.approval_id == Approval.id, StateRow.from_day <= day)
        .order_by(StateRow.from_day.desc(), StateRow.id.desc())
        .limit(1)
    )
    return newest.correlate(Approval).scalar_subquery()


def _whole(
    session: Session, county_id: int, rows: Sequence[Provider], day: date, now: datetime
) -> list[CountyProvider]:
    ids = [row.id for row in rows]
    accounts = newest_accounts(session, ids)
    verified = {key for key, account in accounts.items() if is_payable(account, now)}
    papers, approvals = _papers(session, ids), _approvals(session, county_id, ids, day)
    return [
        CountyProvider(
            row.id,
            row.business_id,
            row.name,
            row.email,
            row.phone,
            row.id in verified,
            papers[row.id],
            approvals[row.id],
        )
        for row in rows
    ]


def _papers(session: Session, ids: Sequence[int]) -> defaultdict[int, list[Paper]]:
    found: defaultdict[int, list[Paper]] = defaultdict(list)
    of_providers = select(ProviderPaper).where(ProviderPaper.provider_id.in_(ids))
    for row in session.scalars(of_providers.order_by(ProviderPaper.kind, ProviderPaper.id)):
        found[row.provider_id].append(Paper(row.kind, *first_and_last(row.valid)))
    return found


def _approvals(
    session: Session, county_id: int, ids: Sequence[int], day: date
) -> defaultdict[int, list[CountyApproval]]:
    rows = session.execute(
        select(Approval.id, Approval.provider_id, Service.code)
        .join(Service, Service.id == Approval.service_id)
        .where(Approval.county_id == county_id, Approval.provider_id.in_(ids))
        .order_by(Service.code)
    ).all()
    history: defaultdict[int, list[StateOfApproval]] = defaultdict(list)
    states = select(StateRow).where(StateRow.approval_id.in_([row.id for row in rows]))
    for state in session.scalars(states.order_by(StateRow.from_day, StateRow.id)):
        history[state.approval_id].append(StateOfApproval(state.state, state.from_day, state.why))
    found: defaultdict[int, list[CountyApproval]] = defaultdict(list)
    for row in rows:
        findings = [(one.from_day, ApprovalState(one.state)) for one in history[row.id]]
        now_in = state_on(findings, day)
        found[row.provider_id].append(
            CountyApproval(row.id, row.code, now_in.value if now_in else None, tuple(history[row.id]))
        )
    return found
