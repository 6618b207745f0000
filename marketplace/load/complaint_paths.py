"""Whom a county's clients turn to for advice and with complaints, as pages show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import ComplaintPath, County
from foundation.vocabulary.complaint_kinds import ComplaintKind
from marketplace.load.names import Names


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact of a county; an empty text is not given. `days`: in how many a correction is claimed."""

    name: Names
    phone: str
    email: str
    web: str
    address: str
    hours: Names
    note: Names
    days: int | None


@dataclass(frozen=True, slots=True)
class CountyContacts:
    """The contacts of a county by kind (`ComplaintKind`); none if the county has not given them."""

    county: Names
    contacts: Mapping[str, Contact] = field(default_factory=dict)


def county_contacts(session: Session, county_ids: Collection[int] | None = None) -> list[CountyContacts]:
    """Return the contacts of each of these counties, or of all, in the order of their codes."""
    counties = select(County).order_by(County.code)
    if county_ids is not None:
        counties = counties.where(County.id.in_(county_ids))
    by_county: dict[int, dict[str, Contact]] = defaultdict(dict)
    for row in session.scalars(select(ComplaintPath)):
        by_county[row.county_id][row.kind] = _contact(row)
    return [
        CountyContacts(Names(each.name_fi, each.name_sv, each.name_en), by_county[each.id])
        for each in session.scalars(counties)
    ]


def correction_contact(session: Session, county_id: int) -> Contact | None:
    """Return where a correction of a decision is claimed; None if the county has not said it."""
    (county,) = county_contacts(session, [county_id])
    return county.contacts.get(ComplaintKind.CORRECTION)


def _contact(row: ComplaintPath) -> Contact:
    return Contact(
        name=Names(row.name_fi, row.name_sv, row.name_en),
        phone=row.phone,
        email=row.email,
        web=row.web,
        address=row.address,
        hours=Names(row.hours_fi, row.hours_sv, row.hours_en),
        note=Names(row.note_fi, row.note_sv, row.note_en, row.note_selko),
        days=row.days,
    )
