"""A provider sends a file of charges: good rows are stored, and the same file again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from clearing.charges.actions.take_in_charges import SLICE_SIZE, take_in_charges
from foundation.tabular.table import Table
from foundation.vocabulary.roles import Actor
from provider_portal.actions.check_file import KeptAnswers, check_rows
from provider_portal.actions.queued_files import take_in_at_once
from provider_portal.actions.sent_file import (
    Arrival,
    FileAnswer,
    SentFile,
    answer_of_twin,
    counted_as,
    new_answer,
    read_sent,
    repeated_answer,
    rows_of,
    store_answers,
    store_file,
)
from provider_portal.load.charge_files import RowAnswer, file_by_sha256


def take_in_file(
    session: Session,
    *,
    provider_id: int,
    file: SentFile,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
    results_shown: int | None = None,
    sessions: sessionmaker[Session] | None = None,
    on_read: Callable[[], None] = lambda: None,
) -> FileAnswer:
    """Read the file and decide its rows, all in the caller's transaction.

    With `dry_run` the rows are decided and nothing is stored. With `sessions` a file of more than
    `SLICE_SIZE` rows is committed slice by slice in a session of its own, as a queued file is.

    Args:
        results_shown: How many results the answer has at most; None: all.
        on_read: Called when the file has been read and is a table.

    Raises:
        UnreadableTableError: the file is not a table with these columns.
    """
    arrival = Arrival(provider_id, file, actor, now)
    known = None if dry_run else file_by_sha256(session, provider_id, file.sha256)
    if known is not None:
        return repeated_answer(session, known, results_shown)
    table = read_sent(file)
    on_read()
    if dry_run:
        return check_rows(session, arrival, table, KeptAnswers(results_shown))
    if sessions is not None and table.row_count > SLICE_SIZE:
        is_new = take_in_at_once(sessions, arrival, table)
        answer = answer_of_twin(session, arrival, results_shown)
        return answer.as_first(table) if is_new else answer
    file_id = store_file(session, arrival, table)
    if file_id is None:
        return answer_of_twin(session, arrival, results_shown)
    return _decide_and_store(session, arrival, table, file_id)


def _decide_and_store(session: Session, arrival: Arrival, table: Table, file_id: int) -> FileAnswer:
    answer = _decide(session, arrival, table, file_id)
    results = [result.stored for result in answer.results]
    store_answers(session, file_id, arrival.file.data, table, results)
    return answer


def _decide(session: Session, arrival: Arrival, table: Table, file_id: int) -> FileAnswer:
    rows = rows_of(table)
    answers = take_in_charges(
        session,
        provider_id=arrival.provider_id,
        sent=rows.sent,
        actor=arrival.actor,
        now=arrival.now,
        from_file=True,
        file_id=file_id,
    )
    results = [RowAnswer(number, answer) for number, answer in zip(rows.numbers, answers, strict=True)]
    return new_answer(arrival, table, rows, Counter(map(counted_as, answers)), results, file_id=file_id)
