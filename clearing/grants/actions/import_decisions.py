"""Import a file of decisions, one funding a row: the same grants as by the API, row by row."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from clearing.grants.actions.receive_decision import Answer, DecisionReceived, RandomBits, receive_decision
from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.reading.decision_rows import DecisionRow, HashCode, column_of
from clearing.grants.rules.grant_faults import GRANT_FAULTS
from foundation.tabular.import_report import ImportReport, RefusedRow, RowFault
from foundation.tabular.table import Row, Table
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def import_decisions(
    session: Session,
    table: Table,
    *,
    county: str,
    hash_code: HashCode,
    dry_run: bool,
    actor: Actor,
    now: datetime,
    random_bits: RandomBits,
    acknowledged: Collection[str] = (),
) -> ImportReport:
    """Grant the rows of each decision together; if one of them is wrong, the others are still granted.

    Args:
        acknowledged: Codes of warnings that a person has read and grants nevertheless.
    """
    receive = partial(
        receive_decision, session, actor=actor, now=now, random_bits=random_bits, acknowledged=acknowledged
    )
    refused: list[RefusedRow] = []
    imported = unchanged = 0
    with session.begin_nested() as point:
        for rows in _by_decision(table, county, hash_code, refused):
            good, stored = _receive(receive, rows, refused)
            imported += good if stored else 0
            unchanged += 0 if stored else good
        if dry_run:
            session.flush()
            point.rollback()
    refused.sort(key=lambda row: row.number)
    return ImportReport(table.header, table.delimiter, table.row_count, imported, unchanged, tuple(refused))


Read = tuple[Row, DecisionDocument]


def _by_decision(
    table: Table, county: str, hash_code: HashCode, refused: list[RefusedRow]
) -> Iterator[list[Read]]:
    """Yield the readable rows of each decision, in order of its first row."""
    decisions: dict[str, list[Read]] = {}
    for row in table.rows():
        reader = DecisionRow(row.cells, hash_code)
        document = reader.document(county)
        faults = [RowFault.of_cell(found) for found in row.faults] or reader.faults
        if faults:
            refused.append(RefusedRow(row.number, row.sent, faults))
        else:
            decisions.setdefault(document.number, []).append((row, document))
    yield from decisions.values()


def _receive(
    receive: Callable[[DecisionDocument], Answer], rows: list[Read], refused: list[RefusedRow]
) -> tuple[int, bool]:
    """Return how many of the decision's rows are right, and whether they changed anything."""
    while rows:
        answer = receive(document_of_rows(rows))
        if isinstance(answer, DecisionReceived):
            return len(rows), answer.stored
        wrong = {place for fault in answer.reasons for place in rows_of_fault(fault, len(rows))}
        for place in wrong:
            row = rows[place][0]
            faults = [
                fault_of_row(fault) for fault in answer.reasons if place in rows_of_fault(fault, len(rows))
            ]
            refused.append(RefusedRow(row.number, row.sent, faults))
        rows = [read for place, read in enumerate(rows) if place not in wrong]
    return 0, False


def document_of_rows(rows: list[Read]) -> DecisionDocument:
    """Return one document of all rows; what they say of the decision itself is taken from the first.

    What any row replaces is replaced by the decision.
    """
    replaced = dict.fromkeys(entry for _, document in rows for entry in document.replaces)
    fundings = tuple(document.fundings[0] for _, document in rows)
    return replace(rows[0][1], fundings=fundings, replaces=tuple(replaced))


def rows_of_fault(fault: Refusal, count: int) -> range:
    """Return the rows that a fault is about: one funding's, or all."""
    if not fault.field.startswith("fundings."):
        return range(count)
    place = int(fault.field.split(".")[1])
    return range(place, place + 1)


def fault_of_row(fault: Refusal) -> RowFault:
    """Return what is wrong with a decision as what is wrong with a row."""
    return RowFault(column_of(fault.field), fault.code, GRANT_FAULTS[fault.code])
