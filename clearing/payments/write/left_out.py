"""What leaves a prepared run, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.payments.rules.left_out import Leaving
from foundation.database.rows import store_rows
from foundation.database.tables.payments import LeftOut

_RELEASE = text("""
DELETE FROM settlement_charge k USING settlement s
WHERE k.charge_id = ANY(:charges) AND s.id = k.settlement_id AND s.run_id = :run
RETURNING k.settlement_id
""")
_SUM_UP = text("""
UPDATE settlement s SET
  charge_count = (SELECT count(*) FROM settlement_charge k WHERE k.settlement_id = s.id),
  sum_cents = (SELECT coalesce(sum(k.county_pays_cents), 0) FROM settlement_charge k
    WHERE k.settlement_id = s.id)
WHERE s.id = ANY(:settlements)
""")
_DROP_EMPTY = text("""
DELETE FROM settlement s WHERE s.id = ANY(:settlements) AND s.charge_count = 0 AND s.waiting IS NOT NULL
""")


def release_some_charges(session: Session, run_id: int, charge_ids: Sequence[int]) -> None:
    """Take charges out of a prepared run and sum up the settlements that they leave."""
    if not charge_ids:
        return
    left = session.scalars(_RELEASE, {"run": run_id, "charges": list(charge_ids)}).all()
    session.execute(_SUM_UP, {"settlements": sorted(set(left))})
    session.expire_all()


def drop_empty_settlements(session: Session, settlement_ids: Sequence[int]) -> None:
    """Delete settlements of a prepared run that have neither charges nor a payment any more."""
    session.execute(_DROP_EMPTY, {"settlements": list(settlement_ids)})
    session.expire_all()


def store_left_out(
    session: Session, *, run_id: int, county_id: int, lines: Sequence[Leaving], now: datetime
) -> None:
    """Store what left a run."""
    rows = [
        {
            "county_id": county_id,
            "run_id": run_id,
            "provider_id": line.provider_id,
            "charge_id": line.charge_id,
            "cents": line.cents,
            "reason": str(line.reason),
            "left_at": now,
        }
        for line in lines
    ]
    store_rows(session, LeftOut, rows)
