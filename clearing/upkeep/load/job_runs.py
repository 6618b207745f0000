"""The last run of each job, and the last check of the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables import upkeep as tables


@dataclass(frozen=True, slots=True)
class LastRun:
    """When a job last ran, and with what result. `succeeded` is None while it runs."""

    name: str
    started_at: datetime
    ended_at: datetime | None
    succeeded: bool | None
    result: str
    succeeded_at: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The last check of the books, and its first difference."""

    checked_at: datetime
    agrees: bool
    first_difference: str


def last_runs(session: Session) -> list[LastRun]:
    """Return the jobs in order of name."""
    query = select(tables.JobRun).order_by(tables.JobRun.name)
    return [
        LastRun(
            row.name, row.started_at, row.ended_at, row.succeeded, row.result, row.succeeded_at, row.next_at
        )
        for row in session.scalars(query)
    ]


def last_check(session: Session) -> LastCheck | None:
    """Return the last check; None if the books were never checked."""
    row = session.scalars(select(tables.BooksCheck).order_by(tables.BooksCheck.id.desc()).limit(1)).first()
    return None if row is None else LastCheck(row.checked_at, row.agrees, row.first_difference)


def jobs_and_books(session: Session, now: datetime) -> dict[str, Any]:
    """Return the age of each job's last success in seconds, and the last check of the books, as JSON."""
    check = last_check(session)
    jobs = {
        run.name: {
            "succeeded": run.succeeded,
            "seconds_since_success": run.succeeded_at and int((now - run.succeeded_at).total_seconds()),
        }
        for run in last_runs(session)
    }
    books = check and {"agrees": check.agrees, "checked_at": check.checked_at.isoformat()}
    return {"jobs": jobs, "books": books}
