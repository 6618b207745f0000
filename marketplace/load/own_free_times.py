"""The hours that a provider gives and its closed days, as it reads and changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.plans.facts.free_times import FreeHours, FreeSlot
from clearing.plans.load.free_times import closed_days_of, hours_of, lock_provider, slots_of_provider
from foundation.database.tables.providers import Offering
from foundation.vocabulary.dates import DateWindow


@dataclass(frozen=True, slots=True)
class OwnFreeTimes:
    """The hours and the closed days of a provider by id, and what is free of each offering."""

    hours: Mapping[int, FreeHours]
    closed: Mapping[int, DateWindow]
    free: Mapping[int, tuple[FreeSlot, ...]]

    @property
    def version(self) -> str:
        """Return the ETag: a digest of what the provider has given."""
        hours = sorted(
            f"{each.weekday} {each.start_minute} {each.end_minute} {each.first_day} {each.last_day} "
            f"{each.at_once} {sorted(each.offering_ids)}"
            for each in self.hours.values()
        )
        closed = sorted(f"{window.first} {window.last}" for window in self.closed.values())
        return sha256("\n".join([*hours, "", *closed]).encode()).hexdigest()[:16]


def own_free_times(session: Session, provider_id: int) -> OwnFreeTimes:
    """Return what a provider has given."""
    return OwnFreeTimes(
        hours_of(session, provider_id),
        closed_days_of(session, provider_id),
        slots_of_provider(session, provider_id),
    )


def lock_free_times(session: Session, provider_id: int) -> OwnFreeTimes:
    """Let one at a time change what a provider gives; return it as it is then."""
    lock_provider(session, provider_id)
    session.expire_all()
    return own_free_times(session, provider_id)


def own_offering_titles(session: Session, provider_id: int) -> dict[int, str]:
    """Return the titles of a provider's offerings by id, in order of title."""
    query = select(Offering.id, Offering.title).where(Offering.provider_id == provider_id)
    return {row.id: row.title for row in session.execute(query.order_by(Offering.title, Offering.id))}
