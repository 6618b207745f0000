"""Rows of the dry runs of long files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.uploads import FileTrial, WaitingFile
from foundation.vocabulary.roles import Actor

MOST_TRIES = 3
"""A try also counts when its process was killed."""
_AT_WORK, _RUNNING, _OVER = ("waiting", "running"), ("running",), ("stopped", "failed")


@dataclass(frozen=True, slots=True)
class TrialRequest:
    """What a dry run was asked for: the hash of the file's bytes and columns, and when.

    The same file may be asked for again at any time, so whoever works on a dry run changes only the row
    that still is of this request.
    """

    file_id: int
    sha256: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class TrialAttempt:
    """One attempt at a request. A later attempt at the same request has another `begun_at`."""

    request: TrialRequest
    begun_at: datetime


def queue_trial(
    session: Session, file_id: int, *, mapping: str, sha256: str, rows: int, actor: Actor, now: datetime
) -> None:
    """Queue the dry run of an uploaded file whose columns were read by `mapping`.

    If they have been matched anew since, or a dry run is queued or done already, nothing changes. The file's
    row is locked, so that its columns stay until the transaction ends.
    """
    file = select(WaitingFile.mapping).where(WaitingFile.id == file_id).with_for_update(key_share=True)
    if session.scalar(file) == mapping:
        values = {"waiting_file_id": file_id, "sha256": sha256, "rows": rows} | _asked(actor, now)
        session.execute(insert(FileTrial).values(**values).on_conflict_do_nothing())


def queue_trial_again(session: Session, file_id: int, *, sha256: str, actor: Actor, now: datetime) -> None:
    """Queue a dry run of this hash again that was stopped or failed, from the first row."""
    _change(session, _of_file(file_id, _OVER) & (FileTrial.sha256 == sha256), **_asked(actor, now))


def begin_trial(session: Session, request: TrialRequest) -> TrialAttempt | None:
    """Start an attempt from the first row; return None if this is not wanted any more."""
    begun: dict[str, Any] = {"state": "running", "tries": FileTrial.tries + 1, "rows_done": 0}
    begun_at = _change(session, _of_request(request, _AT_WORK), **begun, begun_at=func.clock_timestamp())
    return None if begun_at is None else TrialAttempt(request, begun_at)


def note_progress(session: Session, attempt: TrialAttempt, rows: int) -> bool:
    """Count rows as decided; return False if it was stopped, asked for again, or its file is gone."""
    return _change(session, _of_attempt(attempt), rows_done=FileTrial.rows_done + rows) is not None


def finish_trial(session: Session, attempt: TrialAttempt, report: Mapping[str, Any]) -> bool:
    """Store the report; return False if nobody waits for it any more (see `note_progress`)."""
    done = {"state": "done", "rows_done": FileTrial.rows, "report": dict(report)}
    return _change(session, _of_attempt(attempt), **done) is not None


def stop_trial(session: Session, file_id: int) -> bool:
    """Stop a dry run after the slice at work; return False if it is neither waiting nor at work."""
    stopped = update(FileTrial).where(_of_file(file_id, _AT_WORK)).values(state="stopped")
    return session.scalar(stopped.returning(FileTrial.waiting_file_id)) is not None


def note_failed_trial(session: Session, request: TrialRequest) -> None:
    """Record a failed attempt: the dry run waits for another one or has failed."""
    state = case((FileTrial.tries < MOST_TRIES, "waiting"), else_="failed")
    _change(session, _of_request(request, _AT_WORK), state=state)


def forget_trial(session: Session, file_id: int) -> None:
    """Delete the dry run of an uploaded file, which was of other columns."""
    session.execute(delete(FileTrial).where(FileTrial.waiting_file_id == file_id))


def _asked(actor: Actor, now: datetime) -> dict[str, Any]:
    asked = {"role": actor.role, "asked_by": actor.person_id, "asked_at": now}
    return {**asked, "state": "waiting", "rows_done": 0, "tries": 0, "begun_at": None, "report": null()}


def _of_file(file_id: int, states: Sequence[str]) -> ColumnElement[bool]:
    return (FileTrial.waiting_file_id == file_id) & FileTrial.state.in_(states)


def _of_request(request: TrialRequest, states: Sequence[str]) -> ColumnElement[bool]:
    is_same = (FileTrial.sha256 == request.sha256) & (FileTrial.asked_at == request.asked_at)
    return _of_file(request.file_id, states) & is_same


def _of_attempt(attempt: TrialAttempt) -> ColumnElement[bool]:
    return _of_request(attempt.request, _RUNNING) & (FileTrial.begun_at == attempt.begun_at)


def _change(session: Session, which: ColumnElement[bool], **values: object) -> datetime | None:
    """Change a row, and return when its attempt began; None if there is no such row."""
    changed = (
        update(FileTrial)
        .where(which)
        .values(**values)
        .returning(FileTrial.begun_at)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(changed)
