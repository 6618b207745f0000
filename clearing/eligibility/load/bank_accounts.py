"""Providers' bank accounts as facts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ARRAY, BigInteger, any_, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from clearing.eligibility.facts.bank_account import BankAccount
from foundation.database.tables import providers as tables


def newest_accounts(session: Session, provider_ids: Iterable[int]) -> dict[int, BankAccount]:
    """Return each provider's account in use, the one entered last, by provider id."""
    session.flush()
    account = tables.BankAccount
    rows = session.execute(
        select(
            account.provider_id,
            account.id,
            account.iban,
            account.bic,
            account.entered_at,
            account.entered_by,
            account.confirmed_at,
            account.confirmed_by,
        )
        .where(account.provider_id == any_(literal(list(provider_ids), ARRAY(BigInteger))))
        .ext(distinct_on(account.provider_id))
        .order_by(account.provider_id, account.id.desc())
    )
    return {row[0]: BankAccount(*row[1:]) for row in rows}
