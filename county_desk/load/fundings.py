"""A county's fundings, for its list and its workers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from clearing.grants.load.funding_states import funding_state_on
from clearing.ledger.load.balances import Balance, balances_of
from foundation.database.columns import first_and_last
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding, FundingService
from foundation.database.tables.providers import Provider
from foundation.database.tables.services import Service


@dataclass(frozen=True, slots=True)
class FundingFilter:
    """Which of the county's fundings; None means no limit."""

    client: str | None = None
    client_id: int | None = None
    voucher: str | None = None
    service: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class CountyFunding:
    """One funding as its county lists it; `state` on the day of the query."""

    id: int
    county_id: int
    voucher: str
    client_id: int
    client: str
    client_name: str | None
    kind: str
    services: Sequence[str]
    first_day: date
    last_day: date
    state: str | None
    provider: str | None
    provider_name: str | None
    decision: str
    external_id: str
    balance: Balance

    @property
    def window(self) -> tuple[date, date]:
        """The first and the last day."""
        return self.first_day, self.last_day


def county_fundings(
    session: Session,
    county_id: int,
    filters: FundingFilter,
    *,
    day: date,
    first: int = 0,
    count: int | None = None,
) -> tuple[list[CountyFunding], int]:
    """Return the fundings of a filter in order of id, and how many there are."""
    query = _query(county_id, filters, day)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(Funding.id).offset(first).limit(count)).all()
    ids = [row.Funding.id for row in rows]
    services, balances = _services(session, ids), balances_of(session, ids)
    return [_listed(row, services[row.Funding.id], balances[row.Funding.id]) for row in rows], total


def county_funding(session: Session, county_id: int, voucher: str, *, day: date) -> CountyFunding | None:
    """The county's funding with this code (normalised); None when it is not there or another county's."""
    found, _ = county_fundings(session, county_id, FundingFilter(voucher=voucher), day=day)
    return found[0] if found else None


def keys_of_voucher(session: Session, county_id: int, voucher: str) -> tuple[int, int] | None:
    """Return the ids of the funding and the client of the county's voucher (normalised), or None."""
    keys = select(Funding.id, Funding.client_id)
    row = session.execute(keys.where(Funding.county_id == county_id, Funding.voucher == voucher))
    found = row.one_or_none()
    return None if found is None else (found[0], found[1])


def _query(county_id: int, filters: FundingFilter, day: date) -> Select[*tuple[Any, ...]]:
    state = funding_state_on(day)
    query = (
        select(
            Funding,
            Client.number,
            Client.name.label("client_name"),
            Provider.business_id,
            Provider.name.label("provider_name"),
            state.label("state"),
        )
        .join(Client, Client.id == Funding.client_id)
        .outerjoin(Provider, Provider.id == Funding.provider_id)
        .where(Funding.county_id == county_id)
    )
    if filters.client is not None:
        query = query.where(Client.number == filters.client)
    if filters.client_id is not None:
        query = query.where(Funding.client_id == filters.client_id)
    if filters.voucher is not None:
        query = query.where(Funding.voucher == filters.voucher)
    if filters.state is not None:
        query = query.where(state == filters.state)
    if filters.service is not None:
        of_service = select(FundingService.funding_id).join(Service, Service.id == FundingService.service_id)
        query = query.where(Funding.id.in_(of_service.where(Service.code == filters.service)))
    return query


def _services(session: Session, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    rows = session.execute(
        select(FundingService.funding_id, Service.code)
        .join(Service, Service.id == FundingService.service_id)
        .where(FundingService.funding_id.in_(ids))
        .order_by(Service.code)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for funding_id, code in rows:
        found[funding_id].append(code)
    return found


def _listed(row: Any, services: Sequence[str], balance: Balance) -> CountyFunding:
    funding: Funding = row.Funding
    first, last = first_and_last(funding.valid)
    return CountyFunding(
        id=funding.id,
        county_id=funding.county_id,
        voucher=funding.voucher,
        client_id=funding.client_id,
        client=row.number,
        client_name=row.client_name,
        kind=funding.kind,
        services=tuple(services),
        first_day=first,
        last_day=last or date.max,
        state=row.state,
        provider=row.business_id,
        provider_name=row.provider_name,
        decision=funding.decision_number,
        external_id=funding.external_id,
        balance=balance,
    )
