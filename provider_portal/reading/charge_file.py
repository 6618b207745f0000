"""Charges in a file: rows ready to be decided."""

from __future__ import annotations

from foundation.tabular.mapping import Mapping
from foundation.tabular.reading import read_table
from foundation.tabular.table import MAX_ROWS, Table
from provider_portal.rules.charge_columns import CHARGE_LAYOUT


def read_charge_file(data: bytes, mapping: Mapping | None = None, *, max_rows: int = MAX_ROWS) -> Table:
    """Read a charge file (delimited text or XLSX). Raises UnreadableTableError.

    Faults of single cells are left to the rules (R-01): each row's cells go to the decision as they are,
    and a cell of a column that nobody knows is an unknown field there.
    """
    return read_table(data, CHARGE_LAYOUT, mapping=mapping, max_rows=max_rows)
