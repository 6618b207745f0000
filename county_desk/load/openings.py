"""Files of opening balances, and what their rows name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from county_desk.rules.opening import OpeningState, OpeningTotal
from foundation.database.tables import openings as tables
from foundation.database.tables.grants import Funding
from foundation.database.tables.people import Person
from marketplace.load.offerings import offerings_of_provider
from marketplace.load.register import provider_id_of
from marketplace.rules.choice_query import OfferingFacts


@dataclass(frozen=True, slots=True)
class StoredOpening:
    """A submitted file. `content` is deleted when it is decided."""

    id: int
    file_name: str
    opens_on: date
    state: OpeningState
    totals: tuple[OpeningTotal, ...]
    made_at: datetime
    made_by: int | None
    made_by_name: str
    decided_at: datetime | None
    decided_by_name: str
    why: str
    content: bytes | None = None


def openings_of(session: Session, county_id: int) -> list[StoredOpening]:
    """Return the county's files, the newest first, without their content."""
    query = (
        select(tables.Opening, Person.name)
        .outerjoin(Person, Person.id == tables.Opening.decided_by)
        .where(tables.Opening.county_id == county_id)
        .options(defer(tables.Opening.content))  # up to 25 MB each
        .order_by(tables.Opening.id.desc())
    )
    return [_stored(row, name or "") for row, name in session.execute(query)]


def locked_opening(session: Session, county_id: int, opening_id: int) -> StoredOpening | None:
    """Lock the file until the transaction ends, and return it; None if the county has none with this id."""
    query = select(tables.Opening).where(
        tables.Opening.id == opening_id, tables.Opening.county_id == county_id
    )
    row = session.scalars(query.with_for_update()).one_or_none()
    return None if row is None else _stored(row, "", row.content)


def funding_with_voucher(session: Session, voucher: str) -> int:
    """Return the id of the funding with this voucher, which exists."""
    return session.execute(select(Funding.id).where(Funding.voucher == voucher)).scalar_one()


def offerings_of_business(
    session: Session, business_id: str, county_id: int, services: Collection[str], day: date
) -> list[OfferingFacts] | None:
    """Return what the provider offers of these services in the county on the day; None if it is unknown."""
    provider_id = provider_id_of(session, business_id)
    if provider_id is None:
        return None
    return [
        entry.facts
        for entry in offerings_of_provider(session, provider_id, day)
        if entry.facts.county_id == county_id and entry.facts.service in services
    ]


def _stored(row: tables.Opening, decided_by_name: str, content: bytes | None = None) -> StoredOpening:
    return StoredOpening(
        id=row.id,
        file_name=row.file_name,
        opens_on=row.opens_on,
        state=OpeningState(row.state),
        totals=tuple(OpeningTotal(**total) for total in row.totals),
        made_at=row.made_at,
        made_by=row.made_by,
        made_by_name=row.made_by_name,
        decided_at=row.decided_at,
        decided_by_name=decided_by_name,
        why=row.why,
        content=content,
    )
