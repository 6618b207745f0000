"""The child process: reads an XLSX file from standard input and writes its rows as JSON lines.

Each row is a line `[number, cell, …]`. The last line is an object: the names of the
sheets, or the fault. A file that ends without it was cut: the process died. When several sheets are looked
at, the name of each is a line, a text, before its rows.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from contextlib import suppress
from typing import BinaryIO, TextIO

from foundation.tabular.xlsx.archive import Archive
from foundation.tabular.xlsx.limits import CHILD_MEMORY_BYTES, CHILD_PROCESSOR_SECONDS, FaultError
from foundation.tabular.xlsx.sheet import Emit, read_sheet
from foundation.tabular.xlsx.workbook import Workbook, read_workbook


def main(max_columns: int, last_row: int, sheet: str, most_rows: int, most_sheets: int) -> None:
    """Read standard input within the limits of memory and processor time."""
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_PROCESSOR_SECONDS, CHILD_PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    gc.disable()
    limits = {"max_columns": max_columns, "last_row": last_row, "most_rows": most_rows}
    limits["most_sheets"] = most_sheets
    write_rows(sys.stdin.buffer, sys.stdout, sheet, **limits)


class _EnoughError(Exception):
    """As many rows were read as were asked for."""


def write_rows(
    file: BinaryIO,
    out: TextIO,
    sheet: str = "",
    *,
    max_columns: int,
    last_row: int,
    most_rows: int = 0,
    most_sheets: int = 0,
) -> None:
    """Write the rows of a sheet, all or the first ones, and how it ended.

    Args:
        most_sheets: Write the first rows of so many visible sheets instead, each after its name. The parts
            that they share are read once.
    """
    encode = json.JSONEncoder(separators=(",", ":")).encode
    limits = {"max_columns": max_columns, "last_row": last_row}
    end: dict[str, object] = {}
    try:
        archive = Archive(file)
        book = read_workbook(archive, sheet)
        end = {"sheets": book.sheets}
        if not most_sheets:
            _read_first(archive, book, _writer(out, most_rows), limits)
        for name, member in list(zip(book.sheets, book.members, strict=True))[:most_sheets]:
            book.sheet = member
            out.write(f"{encode(name)}\n")
            _read_first(archive, book, _writer(out, most_rows), limits)
    except FaultError as fault:
        end = {"code": fault.code, "about": fault.about, "row": fault.row}
    except (MemoryError, RecursionError):
        end = {"code": "spreadsheet_too_large", "about": "", "row": None}
    out.write(f"{encode(end)}\n")
    out.flush()


def _read_first(archive: Archive, book: Workbook, emit: Emit, limits: dict[str, int]) -> None:
    """Read the sheet of the book until `emit` has enough. Raises FaultError."""
    with suppress(_EnoughError):
        read_sheet(archive, book, emit, **limits)


def _writer(out: TextIO, most_rows: int) -> Emit:
    """Return what writes rows, and raises _EnoughError after `most_rows`; 0: after none."""
    encode = json.JSONEncoder(separators=(",", ":")).encode
    left = most_rows

    def emit(number: int, cells: list[str]) -> None:
        nonlocal left
        out.write(f"{encode([number, *cells])}\n")
        left -= 1
        if left == 0:
            raise _EnoughError

    return emit
