"""Long files of charges: kept first, then decided slice by slice, each in a transaction of its own.

A worker does it (`commands.file_worker`), or the request that sent the file. If the process ends, a worker
goes on with the rows that are left (docs/decisions/0080 and 0097).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session, sessionmaker

from clearing.charges.actions.take_in_charges import COMMITTED_SLICE_SIZE, take_in_file_slices
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.reading.intake import Intake
from foundation.tabular.table import Table
from foundation.vocabulary.roles import Actor
from provider_portal.actions.sent_file import (
    Arrival,
    FileAnswer,
    FileRows,
    SentFile,
    answer_of_twin,
    read_sent,
    rows_of,
    store_answers,
    store_file,
)
from provider_portal.load.charge_files import RowAnswer, file_by_sha256
from provider_portal.load.file_work import FileWork, claim_file, kept_results, require_place
from provider_portal.write.file_work import begin_work, end_work, keep_results, queue_work


def queue_file(
    session: Session, *, provider_id: int, file: SentFile, actor: Actor, now: datetime
) -> FileAnswer:
    """Check that the file can be read, and queue it.

    The same bytes again are answered with their progress.

    Raises:
        UnreadableTableError: the file is not a table with these columns, or too many files wait.
    """
    arrival = Arrival(provider_id, file, actor, now)
    known = file_by_sha256(session, provider_id, file.sha256)
    if known is None:
        require_place(session, provider_id)
    is_new = known is None and _queue(session, arrival, read_sent(file)) is not None
    answer = answer_of_twin(session, arrival, 0)
    return replace(answer, is_repeated=False) if is_new else answer


def take_in_at_once(sessions: sessionmaker[Session], arrival: Arrival, table: Table) -> bool:
    """Queue a file and decide it here. Return False if its bytes have been sent before."""
    with sessions() as claim:
        with sessions() as session:
            file_id = _queue(session, arrival, table)
            if file_id is None:
                return False
            claim_file(claim, file_id)  # before a worker can see it
            session.commit()
        file = arrival.file
        work = FileWork(
            file_id,
            arrival.provider_id,
            table.row_count,
            file.data,
            file.mapping,
            arrival.actor,
            arrival.now,
            0,
        )
        take_in_queued(sessions, work, table)
    return True


def take_in_queued(
    sessions: sessionmaker[Session],
    work: FileWork,
    table: Table | None = None,
    *,
    slice_size: int = COMMITTED_SLICE_SIZE,
) -> None:
    """Decide the rows of a queued file that are left, as of the moment it was received, and end its work.

    Each slice is committed with its results. If the provider stops the file, nothing is decided after the
    slice at work, and the file keeps its bytes for the rows that are left.
    """
    table = table or read_sent(SentFile(work.data, "", work.mapping))
    rows = rows_of(table)
    with sessions() as session, sessions() as other:
        newest_id = begin_work(session, work.file_id)
        if newest_id is None:
            return
        place_of = {number: place for place, number in enumerate(rows.numbers)}
        done = {place_of[row] for row, *_ in kept_results(session, work.file_id)}
        session.commit()
        if take_in_file_slices(
            (session, other),
            _intake(work, rows),
            done=done,
            newest_id=newest_id,
            keep=partial(_keep, work.file_id, rows),
            slice_size=slice_size,
        ):
            _finish(session, work, table)


def _intake(work: FileWork, rows: FileRows) -> Intake:
    return Intake(
        work.provider_id, rows.sent, work.actor, work.received_at, from_file=True, file_id=work.file_id
    )


def _queue(session: Session, arrival: Arrival, table: Table) -> int | None:
    file_id = store_file(session, arrival, table)
    if file_id is not None:
        file = arrival.file
        queue_work(session, file_id, data=file.data, mapping=file.mapping, actor=arrival.actor)
    return file_id


def _keep(
    file_id: int, rows: FileRows, session: Session, places: Sequence[int], answers: Sequence[ChargeAnswer]
) -> bool:
    """Keep the results of a slice and commit. Return whether the provider has stopped the file."""
    pairs = zip(places, answers, strict=True)
    results = [RowAnswer(rows.numbers[place], answer).stored for place, answer in pairs]
    stopped_at = keep_results(session, file_id, results)
    session.commit()
    return stopped_at is not None and stopped_at < len(rows.numbers)


def _finish(session: Session, work: FileWork, table: Table) -> None:
    results = sorted(kept_results(session, work.file_id))
    store_answers(session, work.file_id, work.data, table, results)
    end_work(session, work.file_id)
    session.commit()
