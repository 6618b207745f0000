"""Everything that storing decided charges writes, as data for either transport.

Nothing here needs the database, so a worker process builds it.
"""

from typing import NamedTuple

from clearing.ledger.write.posting_rows import Changes
from foundation.database.copy_text import CopyText, copy_text
from foundation.database.statements import BoundStatement
from foundation.database.table_rows import TableRows


class WriteSet(NamedTuple):
    """The rows of each table, in the order in which foreign keys allow them, and the changes of balances and
    holds. `marks` marks fundings to be planned again, if there are any."""

    tables: tuple[TableRows, ...]
    changes: Changes
    marks: BoundStatement | None = None


class CopySet(NamedTuple):
    """A write set with its rows as COPY text."""

    tables: tuple[CopyText, ...]
    changes: Changes
    marks: BoundStatement | None = None


def copy_set(write_set: WriteSet) -> CopySet:
    """Return the write set for the transport by COPY."""
    return CopySet(
        tuple(copy_text(rows) for rows in write_set.tables if rows.rows), write_set.changes, write_set.marks
    )
