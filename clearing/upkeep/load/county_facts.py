"""All that a county's warnings are judged by."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.upkeep.facts.thresholds import Thresholds
from clearing.upkeep.load.judged import judged_fundings, unreported_by_provider
from clearing.upkeep.load.providers_at_work import providers_at_work
from clearing.upkeep.load.vouchers import ending_vouchers, idle_vouchers
from clearing.upkeep.rules.county_warnings import CountyFacts
from foundation.database.tables.counties import County


def county_after(session: Session, after: int) -> int | None:
    """Return the id of the next county after an id; None if there is none."""
    return session.scalar(select(func.min(County.id)).where(County.id > after))


def county_facts(session: Session, county_id: int, today: date, limits: Thresholds) -> CountyFacts:
    """Return all that a county's warnings are judged by on a day."""
    fundings = judged_fundings(session, county_id)
    providers = providers_at_work(
        session,
        county_id,
        today,
        unreported=unreported_by_provider(fundings),
        cut_off_days=limits.cut_off_days,
    )
    return CountyFacts(
        today,
        tuple(fundings),
        tuple(idle_vouchers(session, county_id, today)),
        tuple(ending_vouchers(session, county_id, today)),
        tuple(providers),
    )
