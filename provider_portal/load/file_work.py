"""The queue of charge files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.charges import ChargeFile
from foundation.database.tables.people import Person
from foundation.database.tables.uploads import ChargeFileWork
from foundation.tabular.faults import TableFaultCode, unreadable
from foundation.vocabulary.roles import Actor, Role

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


def claim_work(session: Session) -> FileWork | None:
    """Return the oldest queued file that no other worker has claimed, claimed until the transaction ends.

    The claim is an advisory lock, not a row lock: the file's progress is written by another transaction.
    """
    open_work = select(ChargeFileWork.charge_file_id).where(ChargeFileWork.state != "failed")
    for file_id in session.scalars(open_work.order_by(ChargeFileWork.charge_file_id)).all():
        number = func.hashtextextended("charge file", file_id)
        if session.scalar(select(func.pg_try_advisory_xact_lock(number))):
            work = _work(session, file_id)
            if work is not None:
                return work
    return None


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
    """Return how many of the provider's files are queued or being processed."""
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
