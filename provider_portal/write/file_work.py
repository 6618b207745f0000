"""Charge files that are taken in after their answer: queued, begun, told of, ended."""

from __future__ import annotations

from sqlalchemy import case, delete, insert, update
from sqlalchemy.orm import Session

from foundation.database.tables.uploads import ChargeFileWork
from foundation.vocabulary.roles import Actor

MOST_TRIES = 10
"""A try also counts when its process was killed."""


def queue_work(session: Session, file_id: int, *, data: bytes, mapping: str, actor: Actor) -> None:
    """Keep the bytes of a stored file until its turn comes."""
    values = {"charge_file_id": file_id, "data": data, "mapping": mapping, "role": actor.role}
    session.execute(insert(ChargeFileWork).values(**values))


def begin_work(session: Session, file_id: int) -> None:
    """One more try begins, from the first row."""
    _change(session, file_id, state="running", rows_done=0, tries=ChargeFileWork.tries + 1)


def store_progress(session: Session, file_id: int, rows_done: int) -> None:
    """So many rows have been decided."""
    _change(session, file_id, rows_done=rows_done)


def note_failure(session: Session, file_id: int) -> None:
    """A try failed: another one, or given up."""
    left = case((ChargeFileWork.tries < MOST_TRIES, "waiting"), else_="failed")
    _change(session, file_id, state=left, rows_done=0)


def end_work(session: Session, file_id: int) -> None:
    """The file is taken in."""
    session.execute(delete(ChargeFileWork).where(ChargeFileWork.charge_file_id == file_id))


def _change(session: Session, file_id: int, **values: object) -> None:
    session.execute(
        update(ChargeFileWork)
        .where(ChargeFileWork.charge_file_id == file_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
