"""Note each check of all books: payments wait while the last one found a difference."""

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.upkeep.actions.verify_books import BooksReport
from clearing.upkeep.write.job_runs import store_check


def note_check(session: Session, report: BooksReport, *, now: datetime) -> None:
    """Store whether the books agreed, and the first difference."""
    first = next(iter(report.differences), None)
    store_check(session, "" if first is None else f"{first.check} {first.name}", now=now)
