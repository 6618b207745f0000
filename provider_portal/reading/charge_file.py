"""Charge files, read into rows."""

from __future__ import annotations

from foundation.tabular.mapping import Mapping
from foundation.tabular.reading import read_table
from foundation.tabular.table import MAX_ROWS, Table
from provider_portal.reading.invoice_file import is_invoice, read_invoice_file
from provider_portal.rules.charge_columns import CHARGE_LAYOUT


def read_charge_file(data: bytes, mapping: Mapping | None = None, *, max_rows: int = MAX_ROWS) -> Table:
    """Read a charge file (delimited text, XLSX, or invoices as XML).

    Faults of single cells are left to the rules (R-01): cells are passed on as they are, and a cell of an
    unknown column is an unknown field.

    Raises:
        UnreadableTableError: the file is not a table with these columns.
    """
    if is_invoice(data):
        return read_invoice_file(data, mapping, max_rows=max_rows)
    return read_table(data, CHARGE_LAYOUT, mapping=mapping, max_rows=max_rows)
