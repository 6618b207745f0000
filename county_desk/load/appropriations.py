"""Where a county's money is: by cost centre, by service and by municipality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.clients import Client
from foundation.database.tables.counties import CostCentre, Municipality
from foundation.database.tables.grants import Balance, Funding, FundingService
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money
from marketplace.load.names import Names

SUMS = ("granted", "free", "held", "charged", "settled", "returned")


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """The money of fundings that share something; whole cents."""

    name: Names
    granted_cents: Money
    free_cents: Money
    held_cents: Money
    charged_cents: Money
    settled_cents: Money
    returned_cents: Money

    @property
    def used_cents(self) -> Money:
        """Charged and settled."""
        return Money(self.charged_cents + self.settled_cents)


@dataclass(frozen=True, slots=True)
class AppropriationLine:
    """A cost centre: its appropriation, and what is granted from it and not given back."""

    code: str
    name: Names
    appropriation_cents: Money
    money: MoneyLine

    @property
    def bound_cents(self) -> Money:
        """Granted less what has come back."""
        return Money(self.money.granted_cents - self.money.returned_cents)

    @property
    def left_cents(self) -> Money:
        """What can still be granted; below zero where more is granted than was given."""
        return Money(self.appropriation_cents - self.bound_cents)


@dataclass(frozen=True, slots=True)
class CountyMoney:
    """All of it. A funding of several services has a line of its own."""

    appropriations: Sequence[AppropriationLine]
    services: Sequence[MoneyLine]
    municipalities: Sequence[MoneyLine]


_SUMS = [func.coalesce(func.sum(getattr(Balance, f"{name}_cents")), 0) for name in SUMS]


def county_money(session: Session, county_id: int, *, several: Names, protected: Names) -> CountyMoney:
    """Sums as the balances stand now.

    `several` names the line of fundings with many services, `protected` that of clients with a protected
    address: it is in no municipality.
    """
    return CountyMoney(
        appropriations=_appropriations(session, county_id),
        services=_services(session, county_id, several),
        municipalities=_municipalities(session, county_id, protected),
    )


def _line(name: Names, sums: Sequence[int]) -> MoneyLine:
    return MoneyLine(name, *(Money(int(cents)) for cents in sums))


def _appropriations(session: Session, county_id: int) -> list[AppropriationLine]:
    centre = CostCentre
    rows = session.execute(
        select(
            centre.code, centre.name_fi, centre.name_sv, centre.name_en, centre.appropriation_cents, *_SUMS
        )
        .outerjoin(Funding, Funding.cost_centre_id == centre.id)
        .outerjoin(Balance, Balance.funding_id == Funding.id)
        .where(centre.county_id == county_id)
        .group_by(centre.id)
        .order_by(centre.code)
    ).all()
    return [
        AppropriationLine(row[0], name := Names(row[1], row[2], row[3]), Money(row[4]), _line(name, row[5:]))
        for row in rows
    ]


def _services(session: Session, county_id: int, several: Names) -> list[MoneyLine]:
    first = (
        select(
            FundingService.funding_id,
            func.min(FundingService.service_id).label("service_id"),
            func.count().label("services"),
        )
        .join(Funding, Funding.id == FundingService.funding_id)
        .where(Funding.county_id == county_id)
        .group_by(FundingService.funding_id)
        .subquery()
    )
    names = (Service.name_fi, Service.name_sv, Service.name_en)
    alone = (
        select(*names, *_SUMS)
        .join(first, (first.c.service_id == Service.id) & (first.c.services == 1))
        .join(Balance, Balance.funding_id == first.c.funding_id)
        .group_by(Service.id)
    )
    together = (
        select(func.count(), *_SUMS)
        .join(first, (first.c.funding_id == Balance.funding_id) & (first.c.services > 1))
        .select_from(Balance)
    )
    lines = [_line(Names(row[0], row[1], row[2]), row[3:]) for row in session.execute(alone)]
    lines.sort(key=lambda line: line.granted_cents, reverse=True)
    rest = session.execute(together).one()
    return [*lines, _line(several, rest[1:])] if rest[0] else lines


def _municipalities(session: Session, county_id: int, protected: Names) -> list[MoneyLine]:
    rows = session.execute(
        select(Municipality.name_fi, Municipality.name_sv, *_SUMS)
        .select_from(Client)
        .outerjoin(Municipality, (Municipality.code == Client.municipality_code) & ~Client.protected_address)
        .join(Funding, Funding.client_id == Client.id)
        .join(Balance, Balance.funding_id == Funding.id)
        .where(Funding.county_id == county_id)
        .group_by(Municipality.code)
    ).all()
    lines = [_line(Names(row[0], row[1], row[0]) if row[0] else protected, row[2:]) for row in rows]
    return sorted(lines, key=lambda line: line.granted_cents, reverse=True)
