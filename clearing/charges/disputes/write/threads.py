"""Store disputes and their entries."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clearing.charges.disputes.facts.thread import Act, Statement, Turn
from foundation.database.tables.disputes import Dispute, DisputeEntry


def open_dispute(
    session: Session, *, county_id: int, charge_id: int, provider_id: int, answer_by: date, now: datetime
) -> None:
    """Store the dispute of a charge, or open the earlier one again, for the claim that follows."""
    values = {
        "county_id": county_id,
        "charge_id": charge_id,
        "provider_id": provider_id,
        "turn": Turn.PROVIDER.value,
        "answer_by": answer_by,
        "claimed_at": now,
    }
    again = {name: values[name] for name in ("turn", "answer_by", "claimed_at")}
    new = insert(Dispute).values(values | {"entries": 1})
    session.execute(
        new.on_conflict_do_update(index_elements=["charge_id"], set_=again | {"entries": Dispute.entries + 1})
    )


def store_entry(
    session: Session,
    charge_id: int,
    statement: Statement,
    *,
    by: int | None,
    now: datetime,
    correction_id: int | None = None,
) -> int:
    """Store the next entry of a charge's dispute; return its number.

    The caller holds the lock of the funding's balance. The entry of a claim is counted by `open_dispute`.
    """
    if statement.act is not Act.CLAIM:
        of_charge = Dispute.charge_id == charge_id
        session.execute(update(Dispute).where(of_charge).values(entries=Dispute.entries + 1))
    found = session.execute(
        select(Dispute.id, Dispute.county_id, Dispute.entries).where(Dispute.charge_id == charge_id)
    ).one()
    session.add(
        DisputeEntry(
            county_id=found.county_id,
            dispute_id=found.id,
            number=found.entries,
            party=statement.party.value,
            act=statement.act.value,
            claim=None if statement.claim is None else statement.claim.value,
            quantity_hundredths=statement.quantity,
            words=statement.words,
            written_at=now,
            written_by=by,
            correction_id=correction_id,
        )
    )
    session.flush()
    return int(found.entries)


def set_turn(session: Session, charge_id: int, turn: Turn, *, answer_by: date | None) -> None:
    """Set whose turn it is in a charge's dispute, and until which day."""
    values = {"turn": turn.value, "answer_by": answer_by}
    session.execute(update(Dispute).where(Dispute.charge_id == charge_id).values(values))
