"""The account that a county pays from, and its changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from county_desk.rules.payer_account import PayerAccount
from foundation.database.tables.counties import County
from foundation.database.tables.payer_accounts import PayerAccountChange
from foundation.database.tables.people import Person

_Enterer, _Confirmer = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """A change: what was entered, by whom and why, and what became of it."""

    id: int
    account: PayerAccount
    why: str
    entered_at: datetime
    entered_by: int | None
    entered_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str
    withdrawn_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        """Return whether it waits for another person."""
        return self.confirmed_at is None and self.withdrawn_at is None


def account_in_use(session: Session, county_id: int, *, lock: bool = False) -> PayerAccount:
    """Return the account of a county; with `lock` other changes of it wait."""
    query = select(County.iban, County.bic, County.bank_letters).where(County.id == county_id)
    row = session.execute(query.with_for_update(key_share=True) if lock else query).one()
    return PayerAccount(*row)


def account_changes(session: Session, county_id: int) -> list[StoredAccount]:
    """Return the changes of a county, the newest first."""
    query = (
        select(PayerAccountChange, _Enterer.name, _Confirmer.name)
        .outerjoin(_Enterer, _Enterer.id == PayerAccountChange.entered_by)
        .outerjoin(_Confirmer, _Confirmer.id == PayerAccountChange.confirmed_by)
        .where(PayerAccountChange.county_id == county_id)
        .order_by(PayerAccountChange.id.desc())
        .execution_options(populate_existing=True)
    )
    return [
        StoredAccount(
            row.id,
            PayerAccount(row.iban, row.bic, row.letters),
            row.why,
            row.entered_at,
            row.entered_by,
            entered or "",
            row.confirmed_at,
            confirmed or "",
            row.withdrawn_at,
        )
        for row, entered, confirmed in session.execute(query)
    ]


def waiting_account(session: Session, county_id: int) -> StoredAccount | None:
    """Return the change that waits for another person."""
    return next((each for each in account_changes(session, county_id) if each.is_waiting), None)
