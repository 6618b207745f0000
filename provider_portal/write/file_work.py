"""Rows of queued charge files and their progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.charges import Charge
from foundation.database.tables.uploads import ChargeFilePart, ChargeFileTurn, ChargeFileWork
from foundation.vocabulary.roles import Actor

MOST_TRIES = 10
"""A try also counts when its process was killed."""


def queue_work(session: Session, file_id: int, *, data: bytes, mapping: str, actor: Actor) -> None:
    """Queue the bytes of a stored file."""
    values = {"charge_file_id": file_id, "data": data, "mapping": mapping, "role": actor.role}
    session.execute(insert(ChargeFileWork).values(**values))


def begin_work(session: Session, file_id: int) -> int | None:
    """Start an attempt, and return the newest charge id before the first one; None if the file is stopped."""
    work = ChargeFileWork
    newest = func.coalesce(select(func.max(Charge.id)).scalar_subquery(), 0)
    begun = (
        update(work)
        .where(work.charge_file_id == file_id, work.state != "stopped")
        .values(
            state="running",
            tries=work.tries + 1,
            newest_charge_id=func.coalesce(work.newest_charge_id, newest),
            begun_at=func.clock_timestamp(),
            rows_before=work.rows_done,
        )
        .returning(work.newest_charge_id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(begun).scalar_one_or_none()


def take_turn(session: Session, provider_id: int) -> None:
    """Note that the provider has had its turn: those who had theirs before come first."""
    latest = select(func.coalesce(func.max(ChargeFileTurn.turn), 0) + 1).scalar_subquery()
    turn = insert(ChargeFileTurn).values(provider_id=provider_id, turn=latest)
    session.execute(
        turn.on_conflict_do_update(index_elements=["provider_id"], set_={"turn": turn.excluded.turn})
    )


def keep_results(session: Session, file_id: int, results: Sequence[Sequence[Any]]) -> int | None:
    """Store the results of a slice, as `finish_file` takes them.

    Failed attempts before it no longer count: the file has come further. If the provider has stopped the file
    meanwhile, the count of rows that are decided is returned.
    """
    work, number = ChargeFileWork, ChargeFileWork.rows_done
    values = {"charge_file_id": file_id, "results": list(map(list, results))}
    done = select(number).where(work.charge_file_id == file_id).scalar_subquery()
    session.execute(insert(ChargeFilePart).values(number=done, **values))
    _change(session, file_id, rows_done=work.rows_done + len(results), tries=1)
    stopped = work.charge_file_id == file_id, work.state == "stopped"
    return session.scalar(select(work.rows_done).where(*stopped))


def stop_work(session: Session, file_id: int, *, go_on_until: date) -> bool:
    """Stop a file after the slice at work; return False if it is neither waiting nor at work."""
    is_at_work = ChargeFileWork.state.in_(("waiting", "running"))
    return _turn(session, file_id, is_at_work, state="stopped", go_on_until=go_on_until)


def resume_work(session: Session, file_id: int, *, today: date) -> bool:
    """Queue a stopped file again for the rows that are left; return False if it may not be gone on with."""
    may_go_on = (ChargeFileWork.state == "stopped") & (ChargeFileWork.go_on_until >= today)
    return _turn(session, file_id, may_go_on, state="waiting", tries=0, go_on_until=None)


def _turn(session: Session, file_id: int, which: ColumnElement[bool], **values: object) -> bool:
    work = ChargeFileWork
    turned = update(work).where(work.charge_file_id == file_id, which).values(**values)
    turned = turned.returning(work.charge_file_id).execution_options(synchronize_session=False)
    return session.scalar(turned) is not None


def note_failure(session: Session, file_id: int) -> None:
    """Record a failed attempt: the file waits for another one or has failed, unless it was stopped."""
    work = ChargeFileWork
    left = case((work.state == "stopped", "stopped"), (work.tries < MOST_TRIES, "waiting"), else_="failed")
    _change(session, file_id, state=left)


def end_work(session: Session, file_id: int) -> None:
    """Remove a processed file and its parts from the queue."""
    session.execute(delete(ChargeFilePart).where(ChargeFilePart.charge_file_id == file_id))
    session.execute(delete(ChargeFileWork).where(ChargeFileWork.charge_file_id == file_id))


def _change(session: Session, file_id: int, **values: object) -> None:
    session.execute(
        update(ChargeFileWork)
        .where(ChargeFileWork.charge_file_id == file_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
