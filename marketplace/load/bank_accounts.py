"""Providers' bank accounts that wait to be confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from foundation.database.tables.people import Person
from foundation.database.tables.providers import Approval, BankAccount, Provider


@dataclass(frozen=True, slots=True)
class WaitingAccount:
    """The newest account of a provider, which nobody has confirmed. `confirmed_iban` is the one before."""

    id: int
    provider_id: int
    business_id: str
    provider: str
    phone: str
    iban: str
    bic: str
    entered_at: datetime
    entered_by: int | None
    entered_by_name: str | None
    confirmed_iban: str | None


def waiting_accounts(
    session: Session, county_id: int, account_id: int | None = None, *, lock: bool = False
) -> list[WaitingAccount]:
    """Return the accounts to confirm of the providers that the county knows, the oldest first."""
    other, former = aliased(BankAccount), aliased(BankAccount)
    newest = select(func.max(other.id)).where(other.provider_id == Provider.id).scalar_subquery()
    before = (
        select(former.iban)
        .where(former.provider_id == Provider.id, former.confirmed_at.is_not(None))
        .order_by(former.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    known = exists().where(Approval.provider_id == Provider.id, Approval.county_id == county_id)
    query = (
        select(BankAccount, Provider.business_id, Provider.name, Provider.phone, Person.name, before)
        .join(Provider, Provider.id == BankAccount.provider_id)
        .outerjoin(Person, Person.id == BankAccount.entered_by)
        .where(BankAccount.id == newest, BankAccount.confirmed_at.is_(None), known)
        .order_by(BankAccount.id)
    )
    if account_id is not None:
        query = query.where(BankAccount.id == account_id)
    rows = session.execute(query.with_for_update(of=Provider) if lock else query)
    return [
        WaitingAccount(
            account.id,
            account.provider_id,
            business_id,
            name,
            phone,
            account.iban,
            account.bic,
            account.entered_at,
            account.entered_by,
            entered_by,
            iban,
        )
        for account, business_id, name, phone, entered_by, iban in rows
    ]


def newest_iban(session: Session, provider_id: int) -> str | None:
    """Lock the provider and return the IBAN of its newest account; None without one."""
    session.execute(select(Provider.id).where(Provider.id == provider_id).with_for_update())
    query = select(BankAccount.iban).where(BankAccount.provider_id == provider_id)
    return session.scalars(query.order_by(BankAccount.id.desc()).limit(1)).first()
