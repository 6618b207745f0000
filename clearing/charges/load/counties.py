"""Counties' settings and calendars as facts."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.facts.book import CountySettings, Sampling
from clearing.eligibility.load.calendars import calendars
from foundation.database.tables.counties import County


def county_settings(session: Session, county_ids: Iterable[int] | None = None) -> dict[int, CountySettings]:
    """Return the settings for deciding charges, by county id; of all counties unless some are named."""
    query = select(County.id, County.code, County.late_days, County.sampling)
    if county_ids is not None:
        query = query.where(County.id.in_(list(county_ids)))
    counties = session.execute(query).all()
    ranges = calendars(session, [county.id for county in counties])
    return {
        county.id: CountySettings(
            id=county.id,
            code=county.code,
            late_days=county.late_days,
            calendar=tuple(ranges[county.id]),
            sampling=None if county.sampling is None else Sampling(**county.sampling),
        )
        for county in counties
    }
