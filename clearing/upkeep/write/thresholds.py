"""Store versions of the limits of a county's warnings."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.facts.thresholds import Thresholds, ThresholdState
from foundation.database.tables.judged_courses import ThresholdChange


class Proposed(Protocol):
    """From which day limits are proposed, and why."""

    @property
    def valid_from(self) -> date:
        """The first day."""

    @property
    def why(self) -> str:
        """The reason."""


def store_version(
    session: Session,
    county_id: int,
    limits: Thresholds,
    counts: Mapping[AlertRule, tuple[int, int]],
    proposed: Proposed,
    *,
    by: int,
    at: datetime,
) -> int:
    """Store limits that wait for a second person, and return their id."""
    values = {
        "county_id": county_id,
        "valid_from": proposed.valid_from,
        "limits": asdict(limits),
        "preview": {rule.value: list(pair) for rule, pair in counts.items()},
        "why": proposed.why.strip(),
        "state": ThresholdState.WAITING.value,
        "made_at": at,
        "made_by": by,
    }
    return session.execute(insert(ThresholdChange).values(values).returning(ThresholdChange.id)).scalar_one()


def decide_version(
    session: Session, version_id: int, state: ThresholdState, *, valid_from: date, by: int, at: datetime
) -> None:
    """Store who accepted or rejected limits, and from which day they are in force."""
    values = {"state": state.value, "valid_from": valid_from, "decided_by": by, "decided_at": at}
    session.execute(update(ThresholdChange).where(ThresholdChange.id == version_id).values(values))
