"""The rows of a stopped file that were not taken in, and the stopped files whose last day has passed."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.facts.answers import ChargeAnswer
from foundation.database.tables.uploads import ChargeFileLeft, ChargeFileWork
from provider_portal.load.charge_files import RowAnswer
from provider_portal.rules.stopped_files import NOT_TAKEN_IN, WHY_LEFT


def left_rows(session: Session, file_id: int) -> list[RowAnswer]:
    """Return the rows of an ended file that were not taken in, in the order of the file."""
    rows = session.scalar(select(ChargeFileLeft.rows).where(ChargeFileLeft.charge_file_id == file_id))
    return [_left(number, reference) for number, reference in rows or ()]


def with_left(decided: Iterable[RowAnswer], left: Iterable[RowAnswer]) -> Iterator[RowAnswer]:
    """Yield the rows that were decided and those that were not, in the order of the file."""
    return heapq.merge(decided, left, key=lambda row: row.row)


def overdue_files(session: Session, today: date) -> Sequence[int]:
    """Return the ids of the stopped files whose last day to go on has passed, the first stopped first."""
    work = ChargeFileWork
    overdue = select(work.charge_file_id).where(work.state == "stopped", work.go_on_until < today)
    return session.scalars(overdue.order_by(work.go_on_until, work.charge_file_id)).all()


def lock_overdue(session: Session, file_id: int, today: date) -> tuple[bytes, str, date] | None:
    """Lock such a file, and return its bytes, its mapping and its last day; None if it is none any more."""
    work = ChargeFileWork
    overdue = (work.charge_file_id == file_id, work.state == "stopped", work.go_on_until < today)
    query = select(work.data, work.mapping, work.go_on_until).where(*overdue).with_for_update()
    row = session.execute(query).one_or_none()
    return None if row is None else (row.data, row.mapping, row.go_on_until)


def _left(number: int, reference: str) -> RowAnswer:
    answer = ChargeAnswer(None, reference or None, NOT_TAKEN_IN, (WHY_LEFT,), None, None, None, None)
    return RowAnswer(number, answer)
