"""Why payments of a county are stopped: this is a restored copy, or the last check of the books failed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.payments.load.home import is_frozen
from clearing.payments.rules.settling import RunRefusalCode
from foundation.database.tables.upkeep import BooksCheck


def why_stopped(session: Session, county_id: int) -> RunRefusalCode | None:
    """Return why no run is prepared, approved or sent now; None if payments go on."""
    if is_frozen(session, county_id):
        return RunRefusalCode.FROZEN
    last = select(BooksCheck.agrees).order_by(BooksCheck.id.desc()).limit(1)
    return RunRefusalCode.CHECK_FAILED if session.scalar(last) is False else None
