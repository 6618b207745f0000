"""Store the last run of each job, and every check of the books."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.upkeep import BooksCheck, JobRun


def store_job_run(session: Session, name: str, **values: Any) -> None:
    """Store these values of the job's last run; what is not given stays."""
    row = {"name": name, "result": "", **values}
    statement = insert(JobRun).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))


def store_check(session: Session, first_difference: str, *, now: datetime) -> None:
    """Store a check: it agrees if there is no first difference."""
    row = {"checked_at": now, "agrees": not first_difference, "first_difference": first_difference}
    session.execute(plain_insert(BooksCheck).values(row))
