"""A county's clients: search, and one client's whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.columns import first_and_last
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client, ClientAbsence
from foundation.database.tables.counties import Municipality
from foundation.database.tables.grants import Balance, Funding, GrantDecision, PersonalBudget
from foundation.database.tables.people import Mandate, Person
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money
from marketplace.load.names import Names


@dataclass(frozen=True, slots=True)
class ClientLine:
    """A client as a search lists it."""

    id: int
    county_id: int
    number: str
    name: str
    municipality: Names | None
    has_protected_address: bool
    language: str
    ended_on: date | None

    @property
    def client_id(self) -> int:
        """The client's id, as other rows about a client name it."""
        return self.id


@dataclass(frozen=True, slots=True)
class LiveChoice:
    """A provider that the client has chosen, now or for later."""

    voucher: str
    provider: str
    business_id: str
    service: Names
    starts_on: date
    ends_on: date | None
    held_cents: Money


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """The newest version of a decision."""

    number: str
    version: int
    decided_on: date
    decided_by: str


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A personal budget, and what of it is granted further."""

    decision: str
    amount_cents: Money
    granted_cents: Money
    first_day: date
    last_day: date | None
    may_move_up_to_cents: Money


@dataclass(frozen=True, slots=True)
class HelperLine:
    """Somebody who acts for the client."""

    name: str
    kind: str
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class ClientWhole:
    """What a worker sees of one client, fundings and charges apart."""

    line: ClientLine
    decisions: Sequence[DecisionLine]
    budgets: Sequence[BudgetLine]
    choices: Sequence[LiveChoice]
    helpers: Sequence[HelperLine]
    absences: Sequence[tuple[date, date | None]]


def search_clients(
    session: Session, county_id: int, text: str, *, first: int, count: int
) -> tuple[list[ClientLine], int]:
    """Clients whose number is this, or whose name has it; by name, and how many there are."""
    named = Client.name.icontains(text, autoescape=True) | (func.lower(Client.number) == text.lower())
    found = select(Client.id).where(Client.county_id == county_id, named)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return _lines(
        session, county_id, found.order_by(Client.name, Client.id).offset(first).limit(count)
    ), total


def client_line(session: Session, county_id: int, client_id: int) -> ClientLine | None:
    """One client; None when it is not there or another county's."""
    found = _lines(session, county_id, select(Client.id).where(Client.id == client_id))
    return found[0] if found else None


def is_client_of(session: Session, county_id: int, client_id: int) -> bool:
    """Return whether the county has a client with this id."""
    found = select(Client.id).where(Client.county_id == county_id, Client.id == client_id)
    return session.scalar(select(found.exists())) or False


def client_by_number(session: Session, county_id: int, number: str) -> ClientLine | None:
    """The county's client with this number."""
    found = _lines(session, county_id, select(Client.id).where(Client.number == number))
    return found[0] if found else None


def _lines(session: Session, county_id: int, ids: object) -> list[ClientLine]:
    rows = session.execute(
        select(
            Client.id,
            Client.county_id,
            Client.number,
            Client.name,
            Client.protected_address,
            Client.language,
            Client.ended_on,
            Municipality.name_fi,
            Municipality.name_sv,
        )
        .join(Municipality, Municipality.code == Client.municipality_code)
        .where(Client.county_id == county_id, Client.id.in_(ids))  # type: ignore[arg-type]
        .order_by(Client.name, Client.id)
    )
    return [ClientLine(*row[:4], Names(row.name_fi, row.name_sv, row.name_fi), *row[4:7]) for row in rows]


def client_whole(session: Session, line: ClientLine, *, day: date) -> ClientWhole:
    """Everything of one client that is not its fundings and charges."""
    return ClientWhole(
        line=line,
        decisions=_decisions(session, line.id),
        budgets=_budgets(session, line.id),
        choices=_choices(session, line.id, day),
        helpers=_helpers(session, line.id, day),
        absences=_absences(session, line.id),
    )


def _decisions(session: Session, client_id: int) -> list[DecisionLine]:
    rows = session.scalars(
        select(GrantDecision).where(GrantDecision.client_id == client_id).order_by(GrantDecision.version)
    )
    newest = {
        row.number: DecisionLine(row.number, row.version, row.decided_on, row.decided_by) for row in rows
    }
    return sorted(newest.values(), key=lambda line: line.decided_on, reverse=True)


def _budgets(session: Session, client_id: int) -> list[BudgetLine]:
    granted = (
        select(func.coalesce(func.sum(Balance.granted_cents), 0))
        .join(Funding, Funding.id == Balance.funding_id)
        .where(Funding.personal_budget_id == PersonalBudget.id)
        .correlate(PersonalBudget)
        .scalar_subquery()
    )
    rows = session.execute(select(PersonalBudget, granted).where(PersonalBudget.client_id == client_id))
    return [
        BudgetLine(
            row.decision_number,
            Money(row.amount_cents),
            Money(int(cents)),
            *first_and_last(row.valid),
            Money(row.may_move_up_to_cents),
        )
        for row, cents in rows
    ]


def _choices(session: Session, client_id: int, day: date) -> list[LiveChoice]:
    rows = session.execute(
        select(
            Funding.voucher,
            Provider.name,
            Provider.business_id,
            Service.name_fi,
            Service.name_sv,
            Service.name_en,
            Choice.starts_on,
            Choice.ends_on,
            Choice.held_cents,
        )
        .join(Funding, Funding.id == Choice.funding_id)
        .join(Provider, Provider.id == Choice.provider_id)
        .join(Offering, Offering.id == Choice.offering_id)
        .join(Service, Service.id == Offering.service_id)
        .where(Funding.client_id == client_id, Choice.ended_at.is_(None))
        .where((Choice.ends_on.is_(None)) | (Choice.ends_on >= day))
        .order_by(Choice.starts_on, Choice.id)
    )
    return [
        LiveChoice(row[0], row[1], row[2], Names(row[3], row[4], row[5]), row[6], row[7], Money(row[8]))
        for row in rows
    ]


def _helpers(session: Session, client_id: int, day: date) -> list[HelperLine]:
    rows = session.execute(
        select(Person.name, Mandate.kind, Mandate.valid)
        .join(Person, Person.id == Mandate.person_id)
        .where(Mandate.client_id == client_id, Mandate.revoked_at.is_(None), Mandate.valid.contains(day))
        .order_by(Mandate.id)
    )
    return [HelperLine(row.name, row.kind, *first_and_last(row.valid)) for row in rows]


def _absences(session: Session, client_id: int) -> list[tuple[date, date | None]]:
    rows = session.scalars(select(ClientAbsence).where(ClientAbsence.client_id == client_id))
    return [first_and_last(row.away) for row in rows]
