"""Starts the child process that reads an XLSX file, and takes its rows: bounded, plain data."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore, Timer

from foundation.tabular.faults import TableFaultCode, UnreadableTableError, unreadable
from foundation.tabular.xlsx.limits import CHILD_WALL_SECONDS, MAX_OUTPUT_BYTES

CHILDREN_AT_ONCE = 2
LONGEST_WAIT_SECONDS = 20.0
_PIECE_BYTES = 1 << 20
_ROOT = str(Path(__file__).resolve().parents[3])
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from foundation.tabular.xlsx.child import main; "
    "main(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]), int(sys.argv[6]))"
)


@dataclass(frozen=True, slots=True)
class ChildReader:
    """The program that a child process runs, and the limits of time and number of the children."""

    program: str = _PROGRAM
    wall_seconds: float = CHILD_WALL_SECONDS
    longest_wait_seconds: float = LONGEST_WAIT_SECONDS
    places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(CHILDREN_AT_ONCE))


READER = ChildReader()


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a sheet, each as a JSON list of its number and its cells, and the visible sheets' names."""

    lines: list[bytes]
    sheets: tuple[str, ...]


def read_rows(
    data: bytes,
    *,
    max_columns: int,
    last_row: int,
    sheet: str = "",
    most_rows: int = 0,
    reader: ChildReader = READER,
) -> SheetRows:
    """Return the rows of a visible sheet: of the named one, else of the first.

    Args:
        most_rows: How many rows are read; 0: all.

    Raises:
        UnreadableTableError: The file is broken or too large, or too many files are being read.
    """
    lines, sheets = _read(data, (str(max_columns), str(last_row), sheet, str(most_rows), "0"), reader)
    return SheetRows(lines, sheets)


def read_tops(
    data: bytes,
    *,
    max_columns: int,
    last_row: int,
    most_rows: int,
    most_sheets: int,
    reader: ChildReader = READER,
) -> dict[str, list[bytes]]:
    """Return the first rows of the first visible sheets, by their names, in one reading.

    Raises:
        UnreadableTableError: The file is broken or too large, or too many files are being read.
    """
    arguments = (str(max_columns), str(last_row), "", str(most_rows), str(most_sheets))
    tops: dict[str, list[bytes]] = {}
    rows: list[bytes] = []
    for line in _read(data, arguments, reader)[0]:
        if line.startswith(b"["):
            rows.append(line)
        else:
            rows = tops.setdefault(json.loads(line), [])
    return tops


def _read(
    data: bytes, arguments: tuple[str, ...], reader: ChildReader
) -> tuple[list[bytes], tuple[str, ...]]:
    """Return the lines that a child writes, and the names of the visible sheets."""
    if not reader.places.acquire(timeout=reader.longest_wait_seconds):
        raise unreadable(TableFaultCode.READER_BUSY)
    try:
        lines = _output(data, arguments, reader).splitlines()
    finally:
        reader.places.release()
    end = lines.pop() if lines else b""
    if not end.startswith(b"{"):
        raise unreadable(TableFaultCode.SPREADSHEET_TOO_LARGE)
    ended = json.loads(end)
    if "code" in ended:
        raise _fault(ended)
    return lines, tuple(ended["sheets"])


def _output(data: bytes, arguments: tuple[str, ...], reader: ChildReader) -> bytes:
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", reader.program, _ROOT, *arguments]
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        child = subprocess.Popen(
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, close_fds=True
        )
    timer = Timer(reader.wall_seconds, child.kill)
    timer.start()
    try:
        return _bounded(child)
    finally:
        timer.cancel()
        child.kill()
        child.wait()


def _bounded(child: subprocess.Popen[bytes]) -> bytes:
    """Return what the child writes; too much of it ends the reading."""
    assert child.stdout is not None
    out = bytearray()
    with child.stdout as stream:
        while piece := stream.read(_PIECE_BYTES):
            out += piece
            if len(out) > MAX_OUTPUT_BYTES:
                raise unreadable(TableFaultCode.SPREADSHEET_TOO_LARGE)
    return bytes(out)


def _fault(fault: dict[str, str | int | None]) -> UnreadableTableError:
    row = fault["row"]
    return unreadable(
        TableFaultCode(str(fault["code"])), str(fault["about"]), row if isinstance(row, int) else None
    )
