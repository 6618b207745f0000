"""Rows of free hours, closed days, and of what is free."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from clearing.plans.facts.free_times import FreeHours, FreeSlot
from foundation.database.columns import any_of
from foundation.database.tables.free_times import ClosedDays, FreeTimes
from foundation.database.tables.free_times import FreeHours as HoursRow
from foundation.database.tables.free_times import FreeHoursOffering as HoursOffering
from foundation.vocabulary.dates import DateWindow


def insert_hours(session: Session, provider_id: int, hours: FreeHours) -> int:
    """Store hours with the offerings that are given in them; return their id."""
    values = asdict(hours)
    offering_ids = values.pop("offering_ids")
    row = insert(HoursRow).values(provider_id=provider_id, **values)
    key: int = session.execute(row.returning(HoursRow.id)).scalar_one()
    links = [
        {"free_hours_id": key, "offering_id": offering_id, "provider_id": provider_id}
        for offering_id in sorted(offering_ids)
    ]
    session.execute(insert(HoursOffering), links)
    return key


def delete_hours(session: Session, ids: Collection[int]) -> None:
    """Delete hours; their links to offerings go with them."""
    session.execute(delete(HoursRow).where(HoursRow.id == any_of(ids)))


def replace_closed_days(session: Session, provider_id: int, windows: Iterable[DateWindow]) -> None:
    """Store the windows in place of those that are stored."""
    session.execute(delete(ClosedDays).where(ClosedDays.provider_id == provider_id))
    for window in windows:
        session.add(ClosedDays(provider_id=provider_id, first_day=window.first, last_day=window.last))
    session.flush()


def store_slots(session: Session, provider_id: int, offering_id: int, slots: Sequence[FreeSlot]) -> None:
    """Store what is free of an offering."""
    shown = [[slot.day.isoformat(), slot.start_minute, slot.end_minute] for slot in slots]
    first = slots[0].day if slots else None
    values = {"provider_id": provider_id, "first_free_on": first, "slots": shown}
    row = upsert(FreeTimes).values(offering_id=offering_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["offering_id"], set_=values))


def forget_slots(session: Session, offering_ids: Collection[int]) -> None:
    """Delete what is free of offerings for which no hours are given any more."""
    session.execute(delete(FreeTimes).where(FreeTimes.offering_id == any_of(offering_ids)))
