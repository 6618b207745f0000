"""The queue of calls to Stripe, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.orm import Session

from foundation.database.columns import table_of
from foundation.database.tables.stripe import StripeCall

_call = table_of(StripeCall)
_QUEUE = text("""
INSERT INTO stripe_call (county_id, payment_id, kind, state, key_number, attempts, due_at)
SELECT county_id, id, 'transfer', 'queued', 1, 0, :due_at
FROM payment WHERE run_id = :run AND rail = 'stripe' ORDER BY id
""")


def queue_transfers(session: Session, run_id: int, *, due_at: datetime) -> None:
    """Queue a transfer for each payment of the run that goes by Stripe."""
    session.execute(_QUEUE, {"run": run_id, "due_at": due_at})


def queue_payout(session: Session, payment_id: int, county_id: int, *, due_at: datetime) -> None:
    """Queue the payout of a transfer that was made, once."""
    row = {"county_id": county_id, "payment_id": payment_id, "kind": "payout", "state": "queued"}
    row |= {"key_number": 1, "attempts": 0, "due_at": due_at}
    session.execute(insert_or_leave(_call).values(row).on_conflict_do_nothing())


def ask_call(session: Session, values: Mapping[str, Any]) -> None:
    """Store a reversal that another person must approve."""
    session.execute(insert_or_leave(_call).values(state="asked", key_number=1, attempts=0, **values))


def change_call(session: Session, call_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a call that the caller has locked."""
    session.execute(update(_call).where(_call.c.id == call_id).values(**values))
    session.expire_all()


def note_object(session: Session, payment_id: int, kind: str, object_id: str, *, now: datetime) -> None:
    """Record that Stripe has done a call, also when its own answer was lost and an event says so."""
    statement = (
        update(_call)
        .where(_call.c.payment_id == payment_id, _call.c.kind == kind, _call.c.state != "done")
        .values(state="done", object_id=object_id, done_at=now, error=None)
    )
    session.execute(statement)
    session.expire_all()
