"""The confirmation of a bank account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from foundation.database.tables.providers import BankAccount
from foundation.vocabulary.roles import Actor


def confirm_account(session: Session, account_id: int, actor: Actor, now: datetime) -> None:
    """Record who confirmed an account; the database refuses the person who entered it."""
    values = {"confirmed_at": now, "confirmed_by": actor.person_id}
    session.execute(update(BankAccount).where(BankAccount.id == account_id).values(values))
