"""The versions of the limits of a county's warnings."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.facts.thresholds import Thresholds, ThresholdState
from clearing.upkeep.load.judged import thresholds_from
from foundation.database.tables.judged_courses import ThresholdChange
from foundation.database.tables.people import Person


@dataclass(frozen=True, slots=True)
class ThresholdVersion:
    """Limits from a day on: who proposed them and why, what that person saw, and who decided.

    `preview` is how many warnings of each rule were open, and would have been.
    """

    id: int
    valid_from: date
    limits: Thresholds
    preview: dict[AlertRule, tuple[int, int]]
    why: str
    state: ThresholdState
    made_at: datetime
    made_by: int
    made_by_name: str
    decided_by_name: str | None


_Maker, _Decider = aliased(Person), aliased(Person)


def threshold_versions(session: Session, county_id: int) -> list[ThresholdVersion]:
    """Return every version of a county's limits, the newest first."""
    query = (
        select(ThresholdChange, _Maker.name, _Decider.name)
        .join(_Maker, _Maker.id == ThresholdChange.made_by)
        .outerjoin(_Decider, _Decider.id == ThresholdChange.decided_by)
        .where(ThresholdChange.county_id == county_id)
        .order_by(ThresholdChange.id.desc())
        .execution_options(populate_existing=True)
    )
    return [_version(row, maker, decider) for row, maker, decider in session.execute(query)]


def waiting_version(session: Session, county_id: int) -> ThresholdVersion | None:
    """Return the version that waits for a second person; None if none does."""
    found = threshold_versions(session, county_id)
    return next((each for each in found if each.state is ThresholdState.WAITING), None)


def locked_version(session: Session, county_id: int, version_id: int) -> ThresholdVersion | None:
    """Lock a version until the transaction ends, and return it; None if the county has none with this id."""
    query = select(ThresholdChange).where(
        ThresholdChange.id == version_id, ThresholdChange.county_id == county_id
    )
    row = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    return None if row is None else _version(row, "", None)


def _version(row: ThresholdChange, maker: str, decider: str | None) -> ThresholdVersion:
    return ThresholdVersion(
        id=row.id,
        valid_from=row.valid_from,
        limits=thresholds_from(row.limits),
        preview={AlertRule(rule): (old, new) for rule, (old, new) in row.preview.items()},
        why=row.why,
        state=ThresholdState(row.state),
        made_at=row.made_at,
        made_by=row.made_by,
        made_by_name=maker,
        decided_by_name=decider,
    )
