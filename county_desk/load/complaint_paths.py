"""The stored contacts of a county for advice and complaints."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from county_desk.rules.complaint_paths import ComplaintPathSetup
from county_desk.rules.texts import Texts
from foundation.database.tables.counties import ComplaintPath
from foundation.vocabulary.complaint_kinds import ComplaintKind


def stored_complaint_paths(session: Session, county_id: int) -> tuple[ComplaintPathSetup, ...]:
    """Return the contacts of a county in the order of their kinds."""
    rows = session.scalars(select(ComplaintPath).where(ComplaintPath.county_id == county_id))
    by_kind = {row.kind: row for row in rows}
    return tuple(_path(by_kind[kind]) for kind in ComplaintKind if kind in by_kind)


def _path(row: ComplaintPath) -> ComplaintPathSetup:
    return ComplaintPathSetup(
        ComplaintKind(row.kind),
        Texts(row.name_fi, row.name_sv, row.name_en),
        phone=row.phone,
        email=row.email,
        web=row.web,
        address=row.address,
        hours=Texts(row.hours_fi, row.hours_sv, row.hours_en),
        note=Texts(row.note_fi, row.note_sv, row.note_en, row.note_selko),
        days=row.days,
    )
