"""A provider sends a file of charges: every good row is taken in, and the same file again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from clearing.actions.take_in_charges import ChargeAnswer, take_in_charges
from foundation.tabular.mapping_file import parse_mapping
from foundation.tabular.table import Row, Table
from foundation.vocabulary.roles import Actor
from provider_portal.load.charge_files import RowAnswer, StoredFile, file_by_sha256, row_answers
from provider_portal.reading.charge_file import read_charge_file
from provider_portal.write.charge_files import begin_file, finish_file

OUTCOMES = ("accepted", "refused", "on_hold", "duplicates")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came: its bytes, its name, and the written mapping of its columns ("" for our own)."""

    data: bytes
    name: str = ""
    mapping: str = ""

    @property
    def sha256(self) -> str:
        """What identifies the file: its bytes, and the mapping where there is one."""
        digest = sha256(self.data)
        if self.mapping.strip():
            digest.update(b"\0mapping\0" + self.mapping.encode())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What is answered of a file. `id` is None after a dry run; `is_repeated` when it had been sent before.

    The four counts add up to `rows`; a row that was a duplicate counts as a duplicate alone.
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
    header: Sequence[str] = ()
    sent: Sequence[Row] = ()
    unknown_columns: Sequence[str] = ()
    cleaned_rows: Sequence[int] = ()
    is_repeated: bool = False


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
    """Read the file and take in its rows, all in the caller's transaction. Raises UnreadableTableError.

    With `dry_run` the rows are judged as they would be and nothing is stored.
    """
    known = None if dry_run else file_by_sha256(session, provider_id, file.sha256)
    if known is not None:
        return repeated_answer(session, known, results_shown)
    mapping = parse_mapping(file.mapping) if file.mapping.strip() else None
    table = read_charge_file(file.data, mapping)
    if dry_run:
        rows = list(table.rows())
        return _answer(file, table, rows, _take_in(session, provider_id, rows, actor, now, None), None)
    file_id = begin_file(
        session,
        provider_id=provider_id,
        name=file.name,
        sha256=file.sha256,
        rows=table.row_count,
        now=now,
        by=actor.person_id,
    )
    if file_id is None:
        twin = file_by_sha256(session, provider_id, file.sha256)
        assert twin is not None
        return repeated_answer(session, twin, results_shown)
    rows = list(table.rows())
    answer = _answer(file, table, rows, _take_in(session, provider_id, rows, actor, now, file_id), file_id)
    counts = {name: getattr(answer, name) for name in OUTCOMES}
    finish_file(session, file_id, counts, [_stored(result) for result in answer.results])
    return answer


def repeated_answer(session: Session, known: StoredFile, results_shown: int | None) -> FileAnswer:
    """The first answer of a file that was sent again."""
    return FileAnswer(
        id=known.id,
        name=known.name,
        sha256=known.sha256,
        rows=known.rows,
        accepted=known.accepted,
        refused=known.refused,
        on_hold=known.on_hold,
        duplicates=known.duplicates,
        results=row_answers(session, known.id, first=0, count=results_shown or known.rows),
        is_repeated=True,
    )


def _take_in(
    session: Session, provider_id: int, rows: Sequence[Row], actor: Actor, now: datetime, file_id: int | None
) -> list[ChargeAnswer]:
    return take_in_charges(
        session,
        provider_id=provider_id,
        sent=[row.cells for row in rows],
        actor=actor,
        now=now,
        from_file=True,
        file_id=file_id,
        check=file_id is None,
    )


def _answer(
    file: SentFile, table: Table, rows: Sequence[Row], answers: Sequence[ChargeAnswer], file_id: int | None
) -> FileAnswer:
    counts = Counter("duplicates" if answer.duplicate else answer.outcome for answer in answers)
    return FileAnswer(
        id=file_id,
        name=file.name,
        sha256=file.sha256,
        rows=len(rows),
        accepted=counts["accepted"],
        refused=counts["refused"],
        on_hold=counts["on_hold"],
        duplicates=counts["duplicates"],
        results=[RowAnswer(row.number, answer) for row, answer in zip(rows, answers, strict=True)],
        header=table.header,
        sent=rows,
        unknown_columns=table.unknown_columns,
        cleaned_rows=[row.number for row in rows if row.cleaned],
    )


def _stored(result: RowAnswer) -> tuple[int, int | None, bool, str]:
    return result.row, result.answer.id, result.answer.duplicate, result.answer.outcome
