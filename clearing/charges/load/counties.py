"""Counties' settings and calendars as facts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.facts.book import CountySettings, Sampling
from clearing.eligibility.load.calendars import calendars
from foundation.database.tables.counties import County, LateDaysChange


def county_settings(session: Session, county_ids: Iterable[int] | None = None) -> dict[int, CountySettings]:
    """Return the settings for deciding charges, by county id; of all counties unless some are named."""
    query = select(County.id, County.code, County.late_days, County.sampling)
    if county_ids is not None:
        query = query.where(County.id.in_(list(county_ids)))
    counties = session.execute(query).all()
    ids = [county.id for county in counties]
    ranges, changes = calendars(session, ids), late_days_changes(session, ids)
    return {
        county.id: CountySettings(
            id=county.id,
            code=county.code,
            late_days=county.late_days,
            calendar=tuple(ranges[county.id]),
            sampling=None if county.sampling is None else Sampling(**county.sampling),
            late_days_changes=tuple(changes[county.id]),
        )
        for county in counties
    }


def late_days_changes(
    session: Session, county_ids: Iterable[int]
) -> defaultdict[int, list[tuple[date, int]]]:
    """Return the changes of late days of these counties by county id, each list in order of the days."""
    query = select(LateDaysChange).where(LateDaysChange.county_id.in_(list(county_ids)))
    found: defaultdict[int, list[tuple[date, int]]] = defaultdict(list)
    for row in session.scalars(query.order_by(LateDaysChange.county_id, LateDaysChange.from_day)):
        found[row.county_id].append((row.from_day, row.late_days))
    return found
