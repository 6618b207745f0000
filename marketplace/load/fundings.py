"""A client's fundings as the client sees them: the facts that rules read, the balance, and who decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from clearing.grants.facts.funding import Funding
from clearing.grants.load.fundings import fundings
from clearing.ledger.load.balances import Balance, balances_of
from foundation.database.columns import any_of_parameter
from foundation.database.tables import grants
from foundation.database.tables.counties import County
from foundation.database.tables.providers import Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money
from marketplace.load.catalogue import CountyEntry
from marketplace.load.mandates import ClientEntry, clients
from marketplace.load.names import Names
from marketplace.rules.said_sums import said_sums


@dataclass(frozen=True, slots=True)
class PayingFunding:
    """A funding with its money and its client: what prices read."""

    facts: Funding
    balance: Balance
    client: ClientEntry

    @property
    def client_id(self) -> int:
        """The id of the funding's client."""
        return self.client.id

    @property
    def left_cents(self) -> Money:
        """What the client can still use: free and booked."""
        return Money(self.balance.free_cents + self.balance.held_cents)

    def said_free(self, free_cents: Money) -> Money:
        """Return what would be free of what is left, as it is said beside the bar of the voucher."""
        return said_sums(Money(self.left_cents - free_cents), free_cents).free_cents

    @property
    def county_id(self) -> int:
        """The id of the funding's county."""
        return self.facts.county_id

    @property
    def voucher(self) -> str:
        """The funding's code."""
        return self.facts.voucher


@dataclass(frozen=True, slots=True)
class MyFunding(PayingFunding):
    """One funding with all that its client sees.

    `units` are those of its services by code; `unit` is the unit of all of them, None if they differ.
    """

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


@dataclass(frozen=True, slots=True)
class VoucherHolder:
    """Whose voucher a code is: enough to decide whether a reader may see it."""

    funding_id: int
    client_id: int
    county_id: int


_OF_CLIENTS = select(grants.Funding.id).where(grants.Funding.client_id == any_of_parameter())


def fundings_of_clients(session: Session, client_ids: Iterable[int]) -> list[MyFunding]:
    """The clients' fundings, those that end first before the others."""
    found = _whole(session, list(session.scalars(_OF_CLIENTS, {"ids": list(client_ids)})))
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


def paying_funding(session: Session, holder: VoucherHolder) -> PayingFunding:
    """Return what prices read of a funding that exists; the caller has checked the right to see it."""
    ids = [holder.funding_id]
    facts, balances = fundings(session, ids, lock=False), balances_of(session, ids)
    client = clients(session, {holder.client_id})[holder.client_id]
    return PayingFunding(facts[holder.funding_id], balances[holder.funding_id], client)


def _whole(session: Session, ids: list[int]) -> list[MyFunding]:
    facts, balances = fundings(session, ids, lock=False), balances_of(session, ids)
    rows = session.execute(_WITH_DECISIONS, {"ids": ids}).all()
    people, names = clients(session, {row.client_id for row in rows}), _services(session, ids)
    return [
        MyFunding(
            facts=facts[row.id],
            balance=balances[row.id],
            client=people[row.client_id],
            county=CountyEntry(
                row.county_id, row.code, Names(row.name_fi, row.name_sv, row.name_en), row.phone
            ),
            services={code: name for code, (name, _) in names[row.id].items()},
            units={code: unit for code, (_, unit) in names[row.id].items()},
            unit=_shared_unit(names[row.id].values()),
            decision_number=row.decision_number,
            decided_on=row.decided_on,
            decided_by=row.decided_by,
            legal_basis=row.legal_basis,
            provider=row.provider,
            provider_business_id=row.business_id,
        )
        for row in rows
    ]


def _with_decisions() -> Select[*tuple[Any, ...]]:
    """Return the statement of the fundings with their county, provider and newest version of the decision."""
    funding, decision, newer = grants.Funding, grants.GrantDecision, aliased(grants.GrantDecision)
    newest = select(func.max(newer.version)).where(
        newer.county_id == funding.county_id, newer.number == funding.decision_number
    )
    return (
        select(
            *(funding.id, funding.client_id, funding.county_id, funding.decision_number),
            *(decision.decided_on, decision.decided_by, decision.legal_basis),
            *(County.code, County.name_fi, County.name_sv, County.name_en, County.phone),
            *(Provider.name.label("provider"), Provider.business_id),
        )
        .join(County, County.id == funding.county_id)
        .join(
            decision, (decision.county_id == funding.county_id) & (decision.number == funding.decision_number)
        )
        .outerjoin(Provider, Provider.id == funding.provider_id)
        .where(funding.id == any_of_parameter(), decision.version == newest.scalar_subquery())
        .order_by(funding.id)
    )


_WITH_DECISIONS = _with_decisions()


def _shared_unit(services: Iterable[tuple[Names, str]]) -> str | None:
    units = {unit for _, unit in services}
    return units.pop() if len(units) == 1 else None


_SERVICES = (
    select(
        grants.FundingService.funding_id,
        Service.code,
        Service.name_fi,
        Service.name_sv,
        Service.name_en,
        Service.unit,
    )
    .join(Service, Service.id == grants.FundingService.service_id)
    .where(grants.FundingService.funding_id == any_of_parameter())
    .order_by(Service.name_fi)
)


def _services(session: Session, ids: list[int]) -> dict[int, dict[str, tuple[Names, str]]]:
    rows = session.execute(_SERVICES, {"ids": ids})
    found: dict[int, dict[str, tuple[Names, str]]] = {key: {} for key in ids}
    for key, code, fi, sv, en, unit in rows:
        found[key][code] = (Names(fi, sv, en), unit)
    return found


def client_of_funding(session: Session, funding_id: int) -> ClientEntry:
    """Whose funding it is; KeyError when there is no such funding."""
    client_id = session.scalar(select(grants.Funding.client_id).where(grants.Funding.id == funding_id))
    return clients(session, [client_id or 0])[client_id or 0]
