"""A provider's company: its people, places, papers, approvals and bank accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState as State
from clearing.eligibility.load.approvals import approvals_in_county
from foundation.database.tables.counties import County
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.providers import Approval, ApprovalState, BankAccount
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import state_on
from marketplace.load.names import Names


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account; payouts go to the newest once a second person has confirmed it."""

    iban: str
    bic: str
    entered_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApprovedService:
    """A county's approval of the provider for a service, with its state on a day."""

    county: Names
    service: Names
    state: str
    from_day: date
    why: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person who acts for the provider."""

    name: str
    email: str | None
    role: str


def accounts(session: Session, provider_id: int) -> list[Account]:
    """Return the bank accounts, newest first."""
    rows = session.execute(
        select(BankAccount.iban, BankAccount.bic, BankAccount.entered_at, BankAccount.confirmed_at)
        .where(BankAccount.provider_id == provider_id)
        .order_by(BankAccount.id.desc())
    )
    return [Account(*row) for row in rows]


def colleagues(session: Session, provider_id: int, *, today: date) -> list[Colleague]:
    """Return the people who act for the provider today."""
    rows = session.execute(
        select(Person.name, Person.email, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.provider_id == provider_id, RoleGrant.valid.contains(today))
        .order_by(RoleGrant.role, Person.name, Person.id, RoleGrant.id)
    )
    return [Colleague(*row) for row in rows]


def approvals(session: Session, provider_id: int, *, today: date) -> list[ApprovedService]:
    """Return each approval with its state today; a future one with its first state."""
    rows = session.execute(
        select(
            Approval.id,
            County.name_fi,
            County.name_sv,
            County.name_en,
            Service.name_fi,
            Service.name_sv,
            Service.name_en,
            ApprovalState.state,
            ApprovalState.from_day,
            ApprovalState.why,
        )
        .join(ApprovalState, ApprovalState.approval_id == Approval.id)
        .join(County, County.id == Approval.county_id)
        .join(Service, Service.id == Approval.service_id)
        .where(Approval.provider_id == provider_id)
        .order_by(County.code, Service.name_fi, ApprovalState.from_day, ApprovalState.id)
    )
    found: dict[int, ApprovedService] = {}
    for row in rows:
        if row.id not in found or row.from_day <= today:
            found[row.id] = _approved(row[1:])
    return list(found.values())


def is_approved(session: Session, provider_id: int, county: str, service: str, *, today: date) -> bool:
    """Return whether a county, by its code, has approved the provider for a service today."""
    county_id = session.scalar(select(County.id).where(County.code == county))
    if county_id is None:
        return False
    approval = approvals_in_county(session, provider_id, county_id).get(service)
    return approval is not None and state_on(approval.history, today) is State.APPROVED


def unapproved(session: Session, provider_id: int, *, today: date) -> list[ApprovedService]:
    """Return the approvals that are pending, suspended or ended."""
    return [
        approval for approval in approvals(session, provider_id, today=today) if approval.state != "approved"
    ]


def _approved(row: Sequence[Any]) -> ApprovedService:
    return ApprovedService(Names(*row[:3]), Names(*row[3:6]), *row[6:])
