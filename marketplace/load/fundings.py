"""A client's fundings as the client sees them: the facts that rules read, the balance, and who decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.grants.load.fundings import fundings
from clearing.ledger.load.balances import Balance, balances_of
from foundation.database.tables import grants
from foundation.database.tables.providers import Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money
from marketplace.load.catalogue import CountyEntry, counties
from marketplace.load.mandates import ClientEntry, clients
from marketplace.load.names import Names


@dataclass(frozen=True, slots=True)
class MyFunding:
    """One funding with all that its client sees.

    `units` are those of its services by code; `unit` is the unit of all of them, None if they differ.
    """

    facts: Funding
    balance: Balance
    client: ClientEntry
    county: CountyEntry
    services: dict[str, Names]
    units: dict[str, str]
    unit: str | None
    decision_number: str
    decided_on: date
    decided_by: str
    legal_basis: str
    provider: str | None
    provider_business_id: str | None

    @property
    def client_id(self) -> int:
        """The id of the funding's client."""
        return self.client.id

    @property
    def left_cents(self) -> Money:
        """What the client can still use: free and booked."""
        return Money(self.balance.free_cents + self.balance.held_cents)

    @property
    def county_id(self) -> int:
        """The id of the funding's county."""
        return self.facts.county_id

    @property
    def voucher(self) -> str:
        """The funding's code."""
        return self.facts.voucher


@dataclass(frozen=True, slots=True)
class VoucherHolder:
    """Whose voucher a code is: enough to decide whether a reader may see it."""

    funding_id: int
    client_id: int
    county_id: int


def fundings_of_clients(session: Session, client_ids: Iterable[int]) -> list[MyFunding]:
    """The clients' fundings, those that end first before the others."""
    ids = session.scalars(select(grants.Funding.id).where(grants.Funding.client_id.in_(list(client_ids))))
    found = _whole(session, list(ids))
    return sorted(found, key=lambda funding: (funding.facts.window.last, funding.facts.id))


def funding_by_voucher(session: Session, voucher: str) -> MyFunding | None:
    """The funding with this (normalised) code, whoever's it is; the caller checks the right to see it."""
    key = session.scalar(select(grants.Funding.id).where(grants.Funding.voucher == voucher))
    return None if key is None else _whole(session, [key])[0]


def holder_of_voucher(session: Session, voucher: str) -> VoucherHolder | None:
    """Return whose voucher has this (normalised) code; None if there is none.

    A reader without the right to see it, and one who queries a code that does not exist, cause this query
    and no other: the time of an answer does not say which codes exist.
    """
    columns = (grants.Funding.id, grants.Funding.client_id, grants.Funding.county_id)
    row = session.execute(select(*columns).where(grants.Funding.voucher == voucher)).one_or_none()
    return None if row is None else VoucherHolder(*row)


def funding_with_id(session: Session, funding_id: int) -> MyFunding:
    """Return a funding that exists; the caller has checked the right to see it."""
    return _whole(session, [funding_id])[0]


def _whole(session: Session, ids: list[int]) -> list[MyFunding]:
    facts = fundings(session, ids, lock=False)
    balances = balances_of(session, ids)
    rows = session.execute(
        select(grants.Funding, Provider.name, Provider.business_id)
        .outerjoin(Provider, Provider.id == grants.Funding.provider_id)
        .where(grants.Funding.id.in_(ids))
        .order_by(grants.Funding.id)
    ).all()
    people = clients(session, {row.Funding.client_id for row in rows})
    places = counties(session, {row.Funding.county_id for row in rows})
    names, decisions = _services(session, ids), _decisions(session, ids)
    return [
        MyFunding(
            facts=facts[row.Funding.id],
            balance=balances[row.Funding.id],
            client=people[row.Funding.client_id],
            county=places[row.Funding.county_id],
            services={code: name for code, (name, _) in names[row.Funding.id].items()},
            units={code: unit for code, (_, unit) in names[row.Funding.id].items()},
            unit=_shared_unit(names[row.Funding.id].values()),
            decision_number=row.Funding.decision_number,
            decided_on=decisions[row.Funding.id].decided_on,
            decided_by=decisions[row.Funding.id].decided_by,
            legal_basis=decisions[row.Funding.id].legal_basis,
            provider=row.name,
            provider_business_id=row.business_id,
        )
        for row in rows
    ]


def _shared_unit(services: Iterable[tuple[Names, str]]) -> str | None:
    units = {unit for _, unit in services}
    return units.pop() if len(units) == 1 else None


def _services(session: Session, ids: list[int]) -> dict[int, dict[str, tuple[Names, str]]]:
    rows = session.execute(
        select(grants.FundingService.funding_id, Service)
        .join(Service, Service.id == grants.FundingService.service_id)
        .where(grants.FundingService.funding_id.in_(ids))
        .order_by(Service.name_fi)
    )
    found: dict[int, dict[str, tuple[Names, str]]] = {key: {} for key in ids}
    for key, row in rows:
        found[key][row.code] = (Names(row.name_fi, row.name_sv, row.name_en), row.unit)
    return found


def _decisions(session: Session, ids: list[int]) -> dict[int, grants.GrantDecision]:
    """The newest version of each funding's decision."""
    decision, funding = grants.GrantDecision, grants.Funding
    rows = session.execute(
        select(funding.id, decision)
        .join(
            decision, (decision.county_id == funding.county_id) & (decision.number == funding.decision_number)
        )
        .where(funding.id.in_(ids))
        .order_by(funding.id, decision.version)
    )
    return {key: row for key, row in rows}  # noqa: C416  # later versions replace earlier ones


def client_of_funding(session: Session, funding_id: int) -> ClientEntry:
    """Whose funding it is; KeyError when there is no such funding."""
    client_id = session.scalar(select(grants.Funding.client_id).where(grants.Funding.id == funding_id))
    return clients(session, [client_id or 0])[client_id or 0]
