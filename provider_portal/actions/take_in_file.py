"""A provider sends a file of charges: good rows are stored, and the same file again changes nothing.

A long file may be answered first and processed by a worker afterwards (docs/decisions/0080).
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from foundation.tabular.mapping_file import parse_mapping
from foundation.tabular.table import Row, Table
from foundation.vocabulary.roles import Actor
from provider_portal.load.charge_files import RowAnswer, StoredFile, file_by_sha256, row_answers
from provider_portal.load.file_work import FileWork, require_place
from provider_portal.reading.charge_file import read_charge_file
from provider_portal.write.charge_files import begin_file, finish_file
from provider_portal.write.file_work import end_work, queue_work

WORDS_SHARED = 10_000
OUTCOMES = ("accepted", "refused", "on_hold", "duplicates")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent: its bytes, its name, and the mapping of its columns ("": our own columns)."""

    data: bytes
    name: str = ""
    mapping: str = ""

    @property
    def sha256(self) -> str:
        """The hash that identifies the file: of its bytes, and of the mapping if there is one."""
        digest = sha256(self.data)
        if self.mapping.strip():
            digest.update(b"\0mapping\0" + self.mapping.encode())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """The answer to a file. `id` is None after a dry run; `is_repeated` if the file had been sent before.

    The four counts add up to `rows`; a duplicate row counts as a duplicate only. A file whose `state` is not
    `done` is `waiting`, `running` or `failed`: its counts are 0, and `rows_done` rows have been decided.
    `table` can be read again for the rows as they were sent.
    """

    id: int | None
    name: str
    sha256: str
    rows: int
    accepted: int
    refused: int
    on_hold: int
    duplicates: int
    results: Sequence[RowAnswer]
    table: Table | None = None
    unknown_columns: Sequence[str] = ()
    cleaned_rows: Sequence[int] = ()
    is_repeated: bool = False
    state: str = "done"
    rows_done: int = 0


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A file, who sent it and when; `on_progress` is called with the number of decided rows."""

    provider_id: int
    file: SentFile
    actor: Actor
    now: datetime
    on_progress: Callable[[int], None] | None = None


def take_in_file(
    session: Session,
    *,
    provider_id: int,
    file: SentFile,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
    results_shown: int | None = None,
) -> FileAnswer:
    """Read the file and decide its rows, all in the caller's transaction.

    With `dry_run` the rows are decided and nothing is stored.

    Raises:
        UnreadableTableError: the file is not a table with these columns.
    """
    arrival = _Arrival(provider_id, file, actor, now)
    if dry_run:
        return _decide(session, arrival, _read(file), None)
    known = file_by_sha256(session, provider_id, file.sha256)
    if known is not None:
        return repeated_answer(session, known, results_shown)
    table = _read(file)
    file_id = _begin(session, arrival, table)
    if file_id is None:
        return _answer_of_twin(session, arrival, results_shown)
    return _decide_and_store(session, arrival, table, file_id)


def queue_file(
    session: Session, *, provider_id: int, file: SentFile, actor: Actor, now: datetime
) -> FileAnswer:
    """Check that the file can be read, and queue it.

    The same bytes again are answered with their progress.

    Raises:
        UnreadableTableError: the file is not a table with these columns, or too many files wait.
    """
    arrival = _Arrival(provider_id, file, actor, now)
    known = file_by_sha256(session, provider_id, file.sha256)
    if known is None:
        require_place(session, provider_id)
    file_id = None if known is not None else _begin(session, arrival, _read(file))
    if file_id is None:
        return _answer_of_twin(session, arrival, 0)
    queue_work(session, file_id, data=file.data, mapping=file.mapping, actor=actor)
    return replace(_answer_of_twin(session, arrival, 0), is_repeated=False)


def take_in_queued(session: Session, work: FileWork, *, on_progress: Callable[[int], None]) -> None:
    """Decide the rows of a queued file as of the moment it was received, and end its work.

    `on_progress` is called now and then with the number of decided rows.
    """
    file = SentFile(work.data, "", work.mapping)
    arrival = _Arrival(work.provider_id, file, work.actor, work.received_at, on_progress)
    _decide_and_store(session, arrival, _read(file), work.file_id)
    end_work(session, work.file_id)


def _read(file: SentFile) -> Table:
    return read_charge_file(file.data, parse_mapping(file.mapping) if file.mapping.strip() else None)


def _begin(session: Session, arrival: _Arrival, table: Table) -> int | None:
    return begin_file(
        session,
        provider_id=arrival.provider_id,
        name=arrival.file.name,
        sha256=arrival.file.sha256,
        rows=table.row_count,
        now=arrival.now,
        by=arrival.actor.person_id,
    )


def _answer_of_twin(session: Session, arrival: _Arrival, results_shown: int | None) -> FileAnswer:
    twin = file_by_sha256(session, arrival.provider_id, arrival.file.sha256)
    assert twin is not None
    return repeated_answer(session, twin, results_shown)


def _decide_and_store(session: Session, arrival: _Arrival, table: Table, file_id: int) -> FileAnswer:
    answer = _decide(session, arrival, table, file_id)
    counts = {name: getattr(answer, name) for name in OUTCOMES}
    finish_file(session, file_id, counts, [_stored(result) for result in answer.results])
    return answer


def repeated_answer(session: Session, known: StoredFile, results_shown: int | None) -> FileAnswer:
    """Return the first answer to a file that was sent again."""
    return FileAnswer(
        id=known.id,
        name=known.name,
        sha256=known.sha256,
        rows=known.rows,
        accepted=known.accepted,
        refused=known.refused,
        on_hold=known.on_hold,
        duplicates=known.duplicates,
        results=row_answers(
            session, known.id, first=0, count=known.rows if results_shown is None else results_shown
        ),
        is_repeated=True,
        state=known.state,
        rows_done=known.rows_done,
    )


def _decide(session: Session, arrival: _Arrival, table: Table, file_id: int | None) -> FileAnswer:
    numbers, cleaned, sent = array("q"), [], []
    for row in _sharing_words(table.rows()):
        numbers.append(row.number)
        sent.append(row.cells)
        if row.cleaned:
            cleaned.append(row.number)
    answers = take_in_charges(
        session,
        provider_id=arrival.provider_id,
        sent=sent,
        actor=arrival.actor,
        now=arrival.now,
        from_file=True,
        file_id=file_id,
        check=file_id is None,
        on_progress=arrival.on_progress,
    )
    counts = Counter("duplicates" if answer.duplicate else answer.outcome for answer in answers)
    return FileAnswer(
        id=file_id,
        name=arrival.file.name,
        sha256=arrival.file.sha256,
        rows=len(answers),
        accepted=counts["accepted"],
        refused=counts["refused"],
        on_hold=counts["on_hold"],
        duplicates=counts["duplicates"],
        results=[RowAnswer(number, answer) for number, answer in zip(numbers, answers, strict=True)],
        table=table,
        unknown_columns=table.unknown_columns,
        cleaned_rows=cleaned,
        rows_done=len(answers),
    )


def _sharing_words(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows with one object for equal texts (days, units, prices), to save memory."""
    known: dict[str, str] = {}
    for row in rows:
        cells = row.cells
        for name, text in cells.items():
            if text in known:
                cells[name] = known[text]
            elif len(known) < WORDS_SHARED:
                known[text] = text
        yield row


def _stored(result: RowAnswer) -> tuple[int, int | None, bool, str]:
    return result.row, result.answer.id, result.answer.duplicate, result.answer.outcome
