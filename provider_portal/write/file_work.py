"""Rows of queued charge files and their progress."""

from __future__ import annotations

from sqlalchemy import case, delete, insert, update
from sqlalchemy.orm import Session

from foundation.database.tables.uploads import ChargeFileWork
from foundation.vocabulary.roles import Actor

MOST_TRIES = 10
"""A try also counts when its process was killed."""


def queue_work(session: Session, file_id: int, *, data: bytes, mapping: str, actor: Actor) -> None:
    """Queue the bytes of a stored file."""
    values = {"charge_file_id": file_id, "data": data, "mapping": mapping, "role": actor.role}
    session.execute(insert(ChargeFileWork).values(**values))


def begin_work(session: Session, file_id: int) -> None:
    """Start another attempt, from the first row."""
    _change(session, file_id, state="running", rows_done=0, tries=ChargeFileWork.tries + 1)


def store_progress(session: Session, file_id: int, rows_done: int) -> None:
    """Store the number of decided rows."""
    _change(session, file_id, rows_done=rows_done)


def note_failure(session: Session, file_id: int) -> None:
    """Record a failed attempt: the file waits for another one or has failed."""
    left = case((ChargeFileWork.tries < MOST_TRIES, "waiting"), else_="failed")
    _change(session, file_id, state=left, rows_done=0)


def end_work(session: Session, file_id: int) -> None:
    """Remove a processed file from the queue."""
    session.execute(delete(ChargeFileWork).where(ChargeFileWork.charge_file_id == file_id))


def _change(session: Session, file_id: int, **values: object) -> None:
    session.execute(
        update(ChargeFileWork)
        .where(ChargeFileWork.charge_file_id == file_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
