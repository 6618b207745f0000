"""Reading a file of either kind into rows of our columns. Start reading here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from foundation.tabular.columns import Columns
from foundation.tabular.delimited import open_delimited, top_of_text
from foundation.tabular.faults import TableFaultCode, unreadable
from foundation.tabular.header import IsHeader, header_of, likely_header, no_header
from foundation.tabular.mapping import Mapping
from foundation.tabular.spreadsheet import is_spreadsheet, open_spreadsheet, sheets_of, top_of_sheet
from foundation.tabular.table import MAX_FILE_BYTES, MAX_ROWS, Layout, RawTable, Row, Table

_PLAIN = Mapping(unknown_columns="report")


def read_table(
    data: bytes, layout: Layout, *, mapping: Mapping | None = None, max_rows: int = MAX_ROWS
) -> Table:
    """Read delimited text or XLSX.

    Faults of cells are in their rows, and such cells keep the text that was sent. If `unknown_columns` is
    "report", as it is without a mapping, cells of unknown columns have the column's name in the file.

    Raises:
        UnreadableTableError: The file cannot be read. It has all the faults that could be found.
    """
    raw = _opened(data, mapping or _PLAIN, max_rows, header_of(layout, mapping))
    columns = Columns.match(raw, layout, mapping)
    totals_row = columns.totals_row(raw) if layout.leaves_totals_out else None
    row_count = raw.row_count - (totals_row is not None)
    if not row_count:
        raise unreadable(TableFaultCode.FILE_NO_ROWS)

    def rows() -> Iterator[Row]:
        return map(columns.row, islice(raw.rows(), row_count))

    return Table(
        raw.header,
        rows,
        row_count,
        raw.delimiter,
        columns.unknown_names,
        totals_row,
        raw.form,
        lambda: islice(raw.rows(), row_count),
    )


def read_layout(data: bytes, mapping: Mapping) -> tuple[tuple[str, ...], int]:
    """Return the visible sheets of a spreadsheet, none of text, and the likely row of the column names.

    Raises:
        UnreadableTableError: The file cannot be read.
    """
    if is_spreadsheet(data):
        return sheets_of(data), likely_header(top_of_sheet(data, mapping.sheet))
    return (), likely_header(top_of_text(data, mapping.encoding, mapping.delimiter))


def read_top(data: bytes, mapping: Mapping) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the column names and the first row as they are in the file, by the mapping's sheet and row.

    Raises:
        UnreadableTableError: The file cannot be read.
    """
    raw = _opened(data, mapping, MAX_ROWS, no_header)
    _number, first = next(raw.rows(), (0, []))
    width = len(raw.header)
    return tuple(name.strip() for name in raw.header), tuple([*first, *[""] * width][:width])


def _opened(data: bytes, mapping: Mapping, max_rows: int, is_header: IsHeader) -> RawTable:
    if len(data) > MAX_FILE_BYTES:
        raise unreadable(TableFaultCode.FILE_TOO_LARGE, f"{MAX_FILE_BYTES // 1_000_000} MB")
    if is_spreadsheet(data):
        return open_spreadsheet(
            data, sheet=mapping.sheet, header_row=mapping.header_row, is_header=is_header, max_rows=max_rows
        )
    return open_delimited(
        data,
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        header_row=mapping.header_row,
        is_header=is_header,
        max_rows=max_rows,
    )
