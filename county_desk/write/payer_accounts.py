"""Rows of the changes of the account that a county pays from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from county_desk.rules.payer_account import PayerAccount
from foundation.database.tables.counties import County
from foundation.database.tables.payer_accounts import PayerAccountChange


def store_change(
    session: Session, county_id: int, account: PayerAccount, *, why: str, by: int | None, now: datetime
) -> None:
    """Store an account that waits to be confirmed."""
    session.execute(
        insert(PayerAccountChange).values(
            county_id=county_id,
            iban=account.iban,
            bic=account.bic,
            letters=account.letters,
            why=why,
            entered_at=now,
            entered_by=by,
        )
    )


def store_confirmed(
    session: Session, county_id: int, change_id: int, account: PayerAccount, *, by: int, now: datetime
) -> None:
    """Let the county pay from a confirmed account."""
    own = PayerAccountChange.id == change_id
    session.execute(update(PayerAccountChange).where(own).values(confirmed_at=now, confirmed_by=by))
    values = {"iban": account.iban, "bic": account.bic, "bank_letters": account.letters}
    session.execute(update(County).where(County.id == county_id).values(values))


def store_withdrawn(session: Session, change_id: int, *, now: datetime) -> None:
    """Let a change wait no longer."""
    own = PayerAccountChange.id == change_id
    session.execute(update(PayerAccountChange).where(own).values(withdrawn_at=now))
