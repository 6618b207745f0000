"""Rows of a county's contacts for advice and complaints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from county_desk.rules.complaint_paths import ComplaintPathSetup
from foundation.database.tables.counties import ComplaintPath


def store_complaint_paths(session: Session, county_id: int, paths: Iterable[ComplaintPathSetup]) -> None:
    """Make the stored contacts of the county these."""
    rows = {str(path.kind): _row(path) for path in paths}
    own = ComplaintPath.county_id == county_id
    session.execute(delete(ComplaintPath).where(own, ComplaintPath.kind.not_in(rows)))
    for kind, row in rows.items():
        new = upsert(ComplaintPath).values(county_id=county_id, kind=kind, **row)
        session.execute(new.on_conflict_do_update(index_elements=["county_id", "kind"], set_=row))


def _row(path: ComplaintPathSetup) -> dict[str, Any]:
    texts = {"name": path.name, "hours": path.hours, "note": path.note}
    by_language = {
        f"{name}_{language}": getattr(each, language)
        for name, each in texts.items()
        for language in ("fi", "sv", "en")
    }
    return {
        **by_language,
        "note_selko": path.note.selko,
        "phone": path.phone,
        "email": path.email,
        "web": path.web,
        "address": path.address,
        "days": path.days,
    }
