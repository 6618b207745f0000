"""A file of charges as it was sent, its rows, and the answer to it."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from clearing.charges.facts.answers import ChargeAnswer
from foundation.tabular.mapping_file import parse_mapping
from foundation.tabular.table import Row, Table
from foundation.vocabulary.roles import Actor
from provider_portal.load.charge_files import (
    RowAnswer,
    StoredFile,
    StoredResult,
    file_by_sha256,
    row_answers,
)
from provider_portal.reading.charge_file import read_charge_file
from provider_portal.reading.refused_part import refused_part
from provider_portal.write.charge_files import begin_file, finish_file, keep_refused

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

    The four counts add up to `rows`; a duplicate row counts as a duplicate only. A file whose `state` is
    not `done` is `waiting`, `running`, `stopped` or `failed`: its counts are 0, `rows_done` rows have
    been decided, and the others will take `seconds_left` if that is known. Of one that was stopped see
    `StoredFile`. `table` can be read again for the rows as they were sent. Of a dry run, `to_check`
    counts the rows that were not accepted. `totals_row` is the number of a last row that only summed up
    the others.
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
    to_check: int = 0
    totals_row: int | None = None
    seconds_left: int | None = None
    go_on_until: date | None = None
    not_taken_in: int = 0

    def as_first(self, table: Table) -> FileAnswer:
        """Return the answer as the first one to this file, with what only its table says."""
        cleaned = [row.number for row in table.rows() if row.cleaned]
        return replace(
            self,
            table=table,
            unknown_columns=table.unknown_columns,
            cleaned_rows=cleaned,
            totals_row=table.totals_row,
            is_repeated=False,
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file, who sent it and when."""

    provider_id: int
    file: SentFile
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of a file: their numbers, the charges in them, and the numbers of rows that were cleaned."""

    numbers: array[int] = field(default_factory=lambda: array("q"))
    sent: list[Mapping[str, object]] = field(default_factory=list)
    cleaned: list[int] = field(default_factory=list)


def read_sent(file: SentFile) -> Table:
    """Read the file as a table.

    Raises:
        UnreadableTableError: The file is not a table with these columns.
    """
    return read_charge_file(file.data, parse_mapping(file.mapping) if file.mapping.strip() else None)


def rows_of(table: Table) -> FileRows:
    """Return the rows of a table."""
    rows = FileRows()
    for row in _sharing_words(table.rows()):
        rows.numbers.append(row.number)
        rows.sent.append(row.cells)
        if row.cleaned:
            rows.cleaned.append(row.number)
    return rows


def counted_as(answer: ChargeAnswer) -> str:
    """Return the count of the file's answer in which a row is."""
    return "duplicates" if answer.duplicate else answer.outcome


def new_answer(
    arrival: Arrival,
    table: Table,
    rows: FileRows,
    counts: Mapping[str, int],
    results: Sequence[RowAnswer],
    *,
    file_id: int | None = None,
    to_check: int = 0,
) -> FileAnswer:
    """Return the answer to a file whose rows have been decided; `counts` are those of `counted_as`."""
    return FileAnswer(
        id=file_id,
        name=arrival.file.name,
        sha256=arrival.file.sha256,
        rows=len(rows.numbers),
        accepted=counts.get("accepted", 0),
        refused=counts.get("refused", 0),
        on_hold=counts.get("on_hold", 0),
        duplicates=counts.get("duplicates", 0),
        results=results,
        table=table,
        unknown_columns=table.unknown_columns,
        cleaned_rows=rows.cleaned,
        totals_row=table.totals_row,
        rows_done=len(rows.numbers),
        to_check=to_check,
    )


def store_file(session: Session, arrival: Arrival, table: Table) -> int | None:
    """Store the file's row and return its id; None if the provider has sent the same bytes before."""
    return begin_file(
        session,
        provider_id=arrival.provider_id,
        name=arrival.file.name,
        sha256=arrival.file.sha256,
        rows=table.row_count,
        now=arrival.now,
        by=arrival.actor.person_id,
    )


def store_answers(
    session: Session,
    file_id: int,
    data: bytes,
    table: Table,
    results: Sequence[StoredResult],
    *,
    left: Sequence[int] = (),
) -> None:
    """Store the answers to the rows of a file in its order, and as they came those to be sent again: refused
    ones, and those that are `left`."""
    counts = Counter("duplicates" if duplicate else outcome for _, _, duplicate, outcome in results)
    finish_file(session, file_id, {name: counts[name] for name in OUTCOMES}, results)
    refused = [row for row, _, _, outcome in results if outcome == "refused"]
    if refused or left:
        keep_refused(session, file_id, refused_part(data, table, [*refused, *left]))


def answer_of_twin(session: Session, arrival: Arrival, results_shown: int | None) -> FileAnswer:
    """Return the answer to the stored file with the same bytes."""
    twin = file_by_sha256(session, arrival.provider_id, arrival.file.sha256)
    assert twin is not None
    return repeated_answer(session, twin, results_shown)


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
        seconds_left=known.seconds_left,
        go_on_until=known.go_on_until,
        not_taken_in=known.not_taken_in,
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
