"""Rows of the dry runs of long files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, null, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.uploads import FileTrial
from foundation.vocabulary.roles import Actor

MOST_TRIES = 3
"""A try also counts when its process was killed."""
_AT_WORK, _RUNNING = ("waiting", "running"), ("running",)


def queue_trial(
    session: Session, file_id: int, *, sha256: str, rows: int, actor: Actor, now: datetime
) -> None:
    """Queue the dry run of an uploaded file, or again one that was stopped or failed."""
    values = {
        "sha256": sha256,
        "rows": rows,
        "role": actor.role,
        "asked_by": actor.person_id,
        "asked_at": now,
        "state": "waiting",
        "rows_done": 0,
        "tries": 0,
        "begun_at": None,
        "report": null(),
    }
    queued = insert(FileTrial).values(waiting_file_id=file_id, **values)
    is_over = FileTrial.state.in_(("stopped", "failed"))
    session.execute(
        queued.on_conflict_do_update(index_elements=["waiting_file_id"], set_=values, where=is_over)
    )


def begin_trial(session: Session, file_id: int) -> bool:
    """Start an attempt from the first row; return False if the dry run is not wanted any more."""
    begun: dict[str, Any] = {"state": "running", "tries": FileTrial.tries + 1, "rows_done": 0}
    return _change(session, file_id, **begun, begun_at=func.clock_timestamp())


def note_progress(session: Session, file_id: int, rows: int) -> bool:
    """Count rows as decided; return False if it was stopped, asked for again, or its file is gone."""
    return _change(session, file_id, _RUNNING, rows_done=FileTrial.rows_done + rows)


def finish_trial(session: Session, file_id: int, report: Mapping[str, Any]) -> bool:
    """Store the report; return False if nobody waits for it any more (see `note_progress`)."""
    return _change(session, file_id, _RUNNING, state="done", rows_done=FileTrial.rows, report=dict(report))


def stop_trial(session: Session, file_id: int) -> bool:
    """Stop a dry run after the slice at work; return False if it is neither waiting nor at work."""
    return _change(session, file_id, state="stopped")


def note_failed_trial(session: Session, file_id: int) -> None:
    """Record a failed attempt: the dry run waits for another one or has failed."""
    _change(session, file_id, state=case((FileTrial.tries < MOST_TRIES, "waiting"), else_="failed"))


def forget_trial(session: Session, file_id: int) -> None:
    """Delete the dry run of an uploaded file, which was of other columns."""
    session.execute(delete(FileTrial).where(FileTrial.waiting_file_id == file_id))


def _change(session: Session, file_id: int, states: Sequence[str] = _AT_WORK, **values: object) -> bool:
    changed = (
        update(FileTrial)
        .where(FileTrial.waiting_file_id == file_id, FileTrial.state.in_(states))
        .values(**values)
        .returning(FileTrial.waiting_file_id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(changed) is not None
