"""The queue of charge files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.charges import ChargeFile
from foundation.database.tables.people import Person
from foundation.database.tables.uploads import ChargeFilePart, ChargeFileTurn, ChargeFileWork
from foundation.tabular.faults import TableFaultCode, unreadable
from foundation.vocabulary.roles import Actor, Role
from provider_portal.load.charge_files import StoredResult

MOST_WAITING = 10
"""Files of a provider that may be queued at the same time."""


@dataclass(frozen=True, slots=True)
class FileWork:
    """A queued file with its bytes and its sender; its rows are decided as of `received_at`."""

    file_id: int
    provider_id: int
    rows: int
    data: bytes
    mapping: str
    actor: Actor
    received_at: datetime
    tries: int


def claim_work(session: Session, *, most_rows: int | None = None) -> FileWork | None:
    """Return the next queued file, claimed until the transaction ends; None if there is none.

    Providers take turns: the next is the one whose last turn is longest ago, and its oldest file is taken. A
    provider whose file another worker has claimed waits. The claims are advisory locks, not row locks: the
    file's progress is written by other transactions.

    Args:
        most_rows: Leave longer files to other workers.
    """
    turn = func.coalesce(ChargeFileTurn.turn, 0)
    first = func.min(ChargeFile.id)
    waiting = (
        select(ChargeFile.provider_id, first)
        .join(ChargeFileWork, ChargeFileWork.charge_file_id == ChargeFile.id)
        .outerjoin(ChargeFileTurn, ChargeFileTurn.provider_id == ChargeFile.provider_id)
        .where(ChargeFileWork.state.in_(("waiting", "running")))
        .group_by(ChargeFile.provider_id, turn)
        .order_by(turn, first)
    )
    if most_rows is not None:
        waiting = waiting.where(ChargeFile.rows <= most_rows)
    for provider_id, file_id in session.execute(waiting).all():
        if claim(session, "charge files of a provider", provider_id) and claim_file(session, file_id):
            work = _work(session, file_id)
            if work is not None:
                return work
    return None


def claim_file(session: Session, file_id: int) -> bool:
    """Claim a file until the transaction ends; return False if it is claimed."""
    return claim(session, "charge file", file_id)


def claim(session: Session, kind: str, key: int) -> bool:
    """Claim something until the transaction ends; return False if it is claimed."""
    number = func.hashtextextended(kind, key)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(number))))


def outcomes_so_far(session: Session, file_id: int) -> Counter[str]:
    """Return how many rows of a file that is not done have which outcome (see `OUTCOMES`)."""
    results = kept_results(session, file_id)
    return Counter("duplicates" if duplicate else outcome for _, _, duplicate, outcome in results)


def kept_results(session: Session, file_id: int) -> list[StoredResult]:
    """Return the results of the rows that have been decided, slice by slice."""
    part = ChargeFilePart
    parts = select(part.results).where(part.charge_file_id == file_id).order_by(part.number)
    return [tuple(result) for results in session.scalars(parts) for result in results]


def _work(session: Session, file_id: int) -> FileWork | None:
    """Return the file; None if another worker has just finished it."""
    row = session.execute(
        select(ChargeFile, ChargeFileWork, Person.name)
        .join(ChargeFileWork, ChargeFileWork.charge_file_id == ChargeFile.id)
        .outerjoin(Person, Person.id == ChargeFile.received_by)
        .where(ChargeFile.id == file_id)
    ).one_or_none()
    if row is None:
        return None
    file, work, name = row
    actor = Actor(file.received_by, Role(work.role), name or "", provider_id=file.provider_id)
    return FileWork(
        file.id, file.provider_id, file.rows, work.data, work.mapping, actor, file.received_at, work.tries
    )


def waiting_count(session: Session, provider_id: int) -> int:
    """Return how many of the provider's files are queued, being processed, or stopped."""
    count = (
        select(func.count())
        .select_from(ChargeFileWork)
        .join(ChargeFile, ChargeFile.id == ChargeFileWork.charge_file_id)
        .where(ChargeFile.provider_id == provider_id, ChargeFileWork.state != "failed")
    )
    return session.execute(count).scalar_one()


def require_place(session: Session, provider_id: int) -> None:
    """Check that a provider may queue another file.

    Raises:
        UnreadableTableError: Too many of its files are waiting.
    """
    if waiting_count(session, provider_id) >= MOST_WAITING:
        raise unreadable(TableFaultCode.TOO_MANY_WAITING, str(MOST_WAITING))
