"""Work out what is free of each offering whose provider gives hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from clearing.plans.load.free_times import (
    closed_days_of,
    hours_of,
    lock_provider,
    next_with_hours,
    slots_of_provider,
    taken_times,
)
from clearing.plans.rules.free_times import DAYS_AHEAD, free_slots
from clearing.plans.write.free_times import forget_slots, store_slots
from foundation.vocabulary.dates import HELSINKI, DateWindow


def work_out_free_times(session: Session, provider_id: int, *, now: datetime) -> int:
    """Store what is free now of the provider's offerings; return how many changed. Safe to repeat."""
    lock_provider(session, provider_id)
    hours = tuple(hours_of(session, provider_id).values())
    closed = tuple(closed_days_of(session, provider_id).values())
    here = now.astimezone(HELSINKI).replace(tzinfo=None)
    offering_ids = {key for each in hours for key in each.offering_ids}
    window = DateWindow(here.date(), here.date() + timedelta(days=DAYS_AHEAD))
    taken = taken_times(session, offering_ids, window)
    before = slots_of_provider(session, provider_id)
    after = {key: free_slots(key, hours, closed, taken, here) for key in sorted(offering_ids)}
    changed = [key for key, slots in after.items() if before.get(key) != slots]
    for key in changed:
        store_slots(session, provider_id, key, after[key])
    gone = before.keys() - after.keys()
    if gone:
        forget_slots(session, gone)
    return len(changed) + len(gone)


def work_out_next(session: Session, *, after: int, now: datetime) -> int | None:
    """Work out the free times of the next provider after an id; return its id, None if there is none."""
    provider_id = next_with_hours(session, after)
    if provider_id is not None:
        work_out_free_times(session, provider_id, now=now)
    return provider_id
