"""In which database a county settles, as rows; the newest counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from foundation.database.rows import store_rows
from foundation.database.tables.payments import SettlementHome

GAPS = {"payment_run": 1_000, "settlement": 1_000_000, "payment": 1_000_000}
"""How many ids are left out after a restore: more than the lost time can have used."""


def store_home(
    session: Session, county_id: int, identity: str, *, by: int | None, why: str, now: datetime
) -> None:
    """Store that the county settles in the database with this identity."""
    row = {"county_id": county_id, "identity": identity, "noted_at": now, "noted_by": by, "why": why}
    store_rows(session, SettlementHome, [row])


def forget_homes(session: Session) -> None:
    """Forget them all: a made-up world may be copied."""
    session.execute(delete(SettlementHome))


def leave_gap(session: Session) -> None:
    """Skip ids that the lost time may have used, because identifiers at the bank are made of them."""
    for table, gap in GAPS.items():
        sequence = f"{table}_id_seq"
        session.execute(
            text("SELECT setval(CAST(:name AS regclass), nextval(CAST(:name AS regclass)) + :gap)"),
            {"name": sequence, "gap": gap},
        )
