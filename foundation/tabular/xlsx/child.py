"""The child process: reads an XLSX file from standard input and writes its rows as JSON lines.

Each row is a line `[number, cell, …]`. The last line is an object: the names of the
sheets, or the fault. A file that ends without it was cut: the process died.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from typing import BinaryIO, TextIO

from foundation.tabular.xlsx.archive import Archive
from foundation.tabular.xlsx.limits import CHILD_MEMORY_BYTES, CHILD_PROCESSOR_SECONDS, FaultError
from foundation.tabular.xlsx.sheet import read_sheet
from foundation.tabular.xlsx.workbook import read_workbook


def main(max_columns: int, last_row: int, sheet: str, most_rows: int) -> None:
    """Read standard input within the limits of memory and processor time."""
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_PROCESSOR_SECONDS, CHILD_PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    gc.disable()
    limits = {"max_columns": max_columns, "last_row": last_row, "most_rows": most_rows}
    write_rows(sys.stdin.buffer, sys.stdout, sheet, **limits)


class _EnoughError(Exception):
    """As many rows were read as were asked for."""


def write_rows(
    file: BinaryIO, out: TextIO, sheet: str = "", *, max_columns: int, last_row: int, most_rows: int = 0
) -> None:
    """Write the rows of a sheet, all or the first ones, and how it ended."""
    encode = json.JSONEncoder(separators=(",", ":")).encode

    left = most_rows

    def emit(number: int, cells: list[str]) -> None:
        nonlocal left
        out.write(f"{encode([number, *cells])}\n")
        left -= 1
        if left == 0:
            raise _EnoughError

    end: dict[str, object] = {}
    try:
        archive = Archive(file)
        book = read_workbook(archive, sheet)
        end = {"sheets": book.sheets}
        read_sheet(archive, book, emit, max_columns=max_columns, last_row=last_row)
    except _EnoughError:
        pass
    except FaultError as fault:
        end = {"code": fault.code, "about": fault.about, "row": fault.row}
    except (MemoryError, RecursionError):
        end = {"code": "spreadsheet_too_large", "about": "", "row": None}
    out.write(f"{encode(end)}\n")
    out.flush()
