"""The dry runs of long files: a provider's own, and the queue of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from foundation.database.tables.people import Person
from foundation.database.tables.uploads import ChargeFileTurn, FileTrial, WaitingFile
from foundation.tabular.faults import TableFaultCode, unreadable
from foundation.vocabulary.roles import Actor, Role
from provider_portal.load.elapsed import milliseconds_since
from provider_portal.load.file_work import claim
from provider_portal.rules.kept_files import MOST_TRIALS
from provider_portal.rules.time_left import Pace

_AT_WORK = FileTrial.state.in_(("waiting", "running"))


@dataclass(frozen=True, slots=True)
class Trial:
    """The dry run of an uploaded file: `waiting`, `running`, `stopped`, `failed` or `done`."""

    id: int
    name: str
    sha256: str
    rows: int
    state: str
    rows_done: int
    elapsed_ms: int
    uploaded_at: datetime

    @property
    def seconds_left(self) -> int | None:
        """How long the rows that are left will take; None if nothing is known of it."""
        pace = Pace(self.rows, self.rows_done, 0, self.elapsed_ms)
        return pace.seconds_left if self.state == "running" else None


@dataclass(frozen=True, slots=True)
class TrialWork:
    """A queued dry run with its bytes and who asked; its rows are decided as of `asked_at`."""

    file_id: int
    provider_id: int
    sha256: str
    name: str
    data: bytes
    mapping: str
    actor: Actor
    asked_at: datetime
    tries: int


_TRIAL: Select[*tuple[Any, ...]] = select(
    WaitingFile.id,
    WaitingFile.name,
    FileTrial.sha256,
    FileTrial.rows,
    FileTrial.state,
    FileTrial.rows_done,
    milliseconds_since(FileTrial.begun_at),
    WaitingFile.uploaded_at,
).join(FileTrial, FileTrial.waiting_file_id == WaitingFile.id)


def trial_of(session: Session, provider_id: int, file_id: int) -> Trial | None:
    """Return the dry run of one of the provider's uploaded files; None if it has none."""
    own = _TRIAL.where(WaitingFile.id == file_id, WaitingFile.provider_id == provider_id)
    row = session.execute(own).one_or_none()
    return None if row is None else Trial(*row)


def newest_trials(session: Session, provider_id: int) -> list[Trial]:
    """Return the dry runs of the provider's uploaded files, newest first."""
    query = _TRIAL.where(WaitingFile.provider_id == provider_id).order_by(WaitingFile.id.desc())
    return [Trial(*row) for row in session.execute(query)]


def kept_report(session: Session, file_id: int) -> Mapping[str, Any] | None:
    """Return the report of a dry run as it is kept; None if it is not done."""
    return session.scalar(select(FileTrial.report).where(FileTrial.waiting_file_id == file_id))


def require_place_for_trial(session: Session, provider_id: int) -> None:
    """Check that a provider may queue another dry run.

    Raises:
        UnreadableTableError: Too many of its dry runs are waiting.
    """
    waiting = select(func.count()).select_from(FileTrial).join(WaitingFile).where(_AT_WORK)
    if session.execute(waiting.where(WaitingFile.provider_id == provider_id)).scalar_one() >= MOST_TRIALS:
        raise unreadable(TableFaultCode.TOO_MANY_WAITING, str(MOST_TRIALS))


def claim_trial(session: Session) -> TrialWork | None:
    """Return the next dry run, claimed until the transaction ends; None if there is none.

    Providers take turns, as with files that are stored (`claim_work`), and one of a provider is at work at a
    time.
    """
    turn, first = func.coalesce(ChargeFileTurn.turn, 0), func.min(FileTrial.waiting_file_id)
    waiting = (
        select(WaitingFile.provider_id, first)
        .select_from(FileTrial)
        .join(WaitingFile, WaitingFile.id == FileTrial.waiting_file_id)
        .outerjoin(ChargeFileTurn, ChargeFileTurn.provider_id == WaitingFile.provider_id)
        .where(_AT_WORK)
        .group_by(WaitingFile.provider_id, turn)
        .order_by(turn, first)
    )
    for provider_id, file_id in session.execute(waiting).all():
        if claim(session, "dry runs of a provider", provider_id):
            work = _work(session, file_id)
            if work is not None:
                return work
    return None


def _work(session: Session, file_id: int) -> TrialWork | None:
    """Return the dry run; None if it has just ended."""
    row = session.execute(
        select(WaitingFile, FileTrial, Person.name)
        .join(FileTrial, FileTrial.waiting_file_id == WaitingFile.id)
        .outerjoin(Person, Person.id == FileTrial.asked_by)
        .where(WaitingFile.id == file_id, _AT_WORK)
    ).one_or_none()
    if row is None:
        return None
    file, trial, name = row
    actor = Actor(trial.asked_by, Role(trial.role), name or "", provider_id=file.provider_id)
    sent = file.id, file.provider_id, trial.sha256, file.name, file.data, file.mapping
    return TrialWork(*sent, actor, trial.asked_at, trial.tries)
