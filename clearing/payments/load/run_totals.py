"""How many payments the runs have in each state, and how many wait for a decision."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.payments import Payment
from foundation.vocabulary.money import Money


def run_totals(session: Session, run_ids: Sequence[int]) -> dict[int, dict[str, tuple[int, Money]]]:
    """Return count and sum (cents) of each run's payments, by run id and payment state."""
    rows = session.execute(
        select(Payment.run_id, Payment.state, func.count(), func.sum(Payment.sum_cents))
        .where(Payment.run_id.in_(list(run_ids)))
        .group_by(Payment.run_id, Payment.state)
    )
    totals: dict[int, dict[str, tuple[int, Money]]] = {run_id: {} for run_id in run_ids}
    for run_id, state, count, cents in rows:
        totals[run_id][state] = (count, Money(int(cents)))
    return totals


def open_answer_counts(session: Session, run_ids: Sequence[int]) -> dict[int, int]:
    """Return how many of the bank's answers wait for a decision, by run id; only runs that have any."""
    query = (
        select(Payment.run_id, func.count())
        .where(Payment.run_id.in_(list(run_ids)), Payment.open_code.is_not(None))
        .group_by(Payment.run_id)
    )
    return {row.run_id: row[1] for row in session.execute(query)}
