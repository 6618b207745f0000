"""Whether this is the database in which a county settles, or a restored copy of it (docs/decisions/0103)."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from foundation.database.tables.payments import SettlementHome

_IDENTITY = text("""
SELECT concat_ws(':', s.system_identifier, d.oid,
  ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int)
FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()
""")
"""The timeline is that of the log which is written now. A promoted standby writes its first checkpoint, and
with it the timeline of `pg_control_checkpoint()`, up to some minutes later."""


def database_identity(session: Session) -> str:
    """Return what a copy does not share: the cluster's identifier, the database's number, the timeline.

    A dump that is restored has another cluster or number; a backup that is recovered has another timeline.
    """
    return str(session.scalar(_IDENTITY))


def home_of(session: Session, county_id: int) -> str | None:
    """Return the identity of the database that the county settles in; None: it has sent nothing yet."""
    query = select(SettlementHome.identity).where(SettlementHome.county_id == county_id)
    return session.scalar(query.order_by(SettlementHome.id.desc()).limit(1))


def is_frozen(session: Session, county_id: int) -> bool:
    """Return whether this database is a copy of the one that the county settles in."""
    home = home_of(session, county_id)
    return home is not None and home != database_identity(session)
