"""Card payments that went back, and what providers said of them, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.orm import Session

from clearing.co_payments.facts.returns import Return
from foundation.database.columns import table_of
from foundation.database.tables.co_payments import CoPaymentReturn, CoPaymentReturnChoice

_return = table_of(CoPaymentReturn)


def store_return(session: Session, seen: Return, *, county_id: int, account_id: int) -> bool:
    """Store a refund or a dispute; False: it is known. Another transaction with the same one waits here."""
    row = {"county_id": county_id, "stripe_account_id": account_id, **_values(seen)}
    row |= {"intent": seen.intent, "object": seen.object, "kind": seen.kind.value}
    statement = insert_or_leave(_return).values(**row).on_conflict_do_nothing(index_elements=["object"])
    return session.scalar(statement.returning(_return.c.id)) is not None


def change_return(session: Session, later: Return) -> None:
    """Store what counts of a refund or a dispute now; its row is locked."""
    session.execute(update(_return).where(_return.c.object == later.object).values(**_values(later)))


def store_choice(session: Session, values: Mapping[str, Any]) -> None:
    """Store what the provider said of money that went back."""
    session.execute(insert(table_of(CoPaymentReturnChoice)).values(**values))


def _values(found: Return) -> dict[str, Any]:
    return {"cents": found.cents, "state": found.state.value, "at": found.at}
