"""Writing XLSX workbooks that people open: numbers are numbers, days are days, and no text is a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from foundation.tabular.harmless import harmless

Cell: TypeAlias = str | date | Decimal | None
DAY_FORMAT = "mm-dd-yy"
"""The built-in format 14: spreadsheets show it as the reader's own short date."""
NUMBER_FORMAT = "#,##0.00"
"""Spreadsheets show it with the reader's own separators."""
WIDTH = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its title, the names of its columns (none: a sheet of labels and values), and its rows."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def write_workbook(sheets: Sequence[Sheet], *, made_at: datetime | None) -> bytes:
    """Return a workbook. The first column of a sheet without a head, and every head, is bold."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    if made_at is not None:
        book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    for sheet in sheets:
        written = book.create_sheet(sheet.title)
        for number, width in enumerate(sheet.widths or [WIDTH] * len(sheet.head), 1):
            written.column_dimensions[get_column_letter(number)].width = width
        if sheet.head:
            written.freeze_panes = "A2"
            written.append([_cell(written, name, bold=True) for name in sheet.head])
        for row in sheet.rows:
            bold_first = not sheet.head
            written.append([_cell(written, cell, bold=bold_first and not at) for at, cell in enumerate(row)])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _cell(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell.value = harmless(value)
        cell.data_type = "s"  # a text that begins with = stays a text
    elif value is not None:
        cell.value = value
        cell.number_format = DAY_FORMAT if isinstance(value, date) else NUMBER_FORMAT
    if bold:
        cell.font = Font(bold=True)
    return cell
