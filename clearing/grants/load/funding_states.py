"""The state of fundings on a day, for queries."""

from datetime import date
from typing import Any

from sqlalchemy import select

from foundation.database.tables.grants import Funding, FundingState


def funding_state_on(day: date) -> Any:
    """Return the state of each funding of a query on the day, as a subquery."""
    newest = (
        select(FundingState.state)
        .where(FundingState.funding_id == Funding.id, FundingState.from_day <= day)
        .order_by(FundingState.from_day.desc(), FundingState.id.desc())
        .limit(1)
    )
    return newest.correlate(Funding).scalar_subquery()
