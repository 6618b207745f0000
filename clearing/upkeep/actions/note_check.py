"""Note each check of all books: payments wait while the last one found a difference in them."""

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.upkeep.actions.verify_books import WITHOUT_MONEY, BooksReport
from clearing.upkeep.write.job_runs import store_check


def note_check(session: Session, report: BooksReport, *, now: datetime) -> None:
    """Store whether the books agreed, and the first difference that concerns money."""
    first = next((found for found in report.differences if found.check not in WITHOUT_MONEY), None)
    store_check(session, "" if first is None else f"{first.check} {first.name}", now=now)
