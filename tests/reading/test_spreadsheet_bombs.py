"""XLSX files that cost much to read: refused by their code, in little memory, in a child process."""

from __future__ import annotations

import io
import resource
import zipfile
from collections.abc import Callable
from threading import BoundedSemaphore

import openpyxl
import pytest

from foundation.tabular.faults import TableFaultCode, UnreadableTableError
from foundation.tabular.xlsx.process import ChildReader, read_rows, read_tops
from provider_portal.reading.charge_file import read_charge_file
from tests.reading.test_spreadsheet import HEADER, MAIN, ROW, SHEET, code_of, repacked, sheet, workbook
from tests.reading.test_spreadsheet_cells import NAMES


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return out.getvalue()


def test_another_format_in_the_container_is_refused_by_its_kind() -> None:
    types = {"[Content_Types].xml": b"<a/>"}
    for kind, parts in {
        "ODS": {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"},
        "XLSB": types | {"xl/workbook.bin": b"x"},
        "DOCX": types | {"word/document.xml": b"<a/>"},
    }.items():
        with pytest.raises(UnreadableTableError) as raised:
            read_charge_file(archive(parts))
        assert [(fault.code.value, fault.about) for fault in raised.value.faults] == [("file_binary", kind)]


def shared(text: str, rows: int) -> dict[str, bytes]:
    cells = "".join(f"<row r='{at}'><c r='A{at}' t='s'><v>0</v></c></row>" for at in range(2, rows + 2))
    return {
        "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>{text}</t></si></sst>".encode(),
        SHEET: sheet(f"<row>{NAMES}</row>{cells}"),
    }


def false_size(good: bytes) -> bytes:
    spaces = sheet("<row>" + " " * 190_000_000 + "</row>")
    sizes = (len(spaces).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    return repacked(good, {SHEET: spaces}).replace(*sizes)


BOMBS: dict[str, tuple[Callable[[bytes], bytes], tuple[str, ...]]] = {
    "one long text in many cells": (
        lambda good: repacked(good, shared("x" * 1_000_000, 10_000)),
        ("spreadsheet_too_large",),
    ),
    "a longest text in many cells": (
        lambda good: repacked(good, shared("x" * 10_000, 90_000)),
        ("spreadsheet_too_large",),
    ),
    "a long tag": (
        lambda good: repacked(good, {SHEET: sheet(f"<row><c r='{'A' * 50_000_000}'/></row>")}),
        ("spreadsheet_too_large",),
    ),
    "many members": (
        lambda _: archive({f"xl/a{at}": b"" for at in range(20_000)}),
        ("spreadsheet_too_large",),
    ),
    "empty cells": (
        lambda good: repacked(good, {SHEET: sheet("<row>" + "<c/>" * 20_000_000 + "</row>")}),
        ("spreadsheet_too_large",),
    ),
    "a false size": (false_size, ("spreadsheet_broken", "spreadsheet_too_large")),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_costs_little(kind: str) -> None:
    build, codes = BOMBS[kind]
    data = build(workbook(HEADER, ROW))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(data) in codes
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - own < 100_000


@pytest.mark.parametrize(
    "program",
    [
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 26,) * 2); bytearray(1 << 28)",
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile 1: pass",
        "print('[1,\"reference\"]', flush=True); import os; os.kill(os.getpid(), 9)",
        "while 1: print('x' * 1_000_000)",
    ],
    ids=["memory", "processor", "killed", "output"],
)
def test_a_child_that_ends_early_is_a_coded_refusal(program: str) -> None:
    assert refused_by(ChildReader(program=program)) is TableFaultCode.SPREADSHEET_TOO_LARGE


def test_a_child_that_waits_is_ended() -> None:
    waiting = ChildReader(program="import time; time.sleep(60)", wall_seconds=0.5)
    assert refused_by(waiting) is TableFaultCode.SPREADSHEET_TOO_LARGE


def test_only_so_many_children_run_at_once() -> None:
    reader = ChildReader(places=BoundedSemaphore(1), longest_wait_seconds=0.1)
    with reader.places:
        assert refused_by(reader) is TableFaultCode.READER_BUSY
    assert read_rows(workbook(HEADER, ROW), max_columns=50, last_row=100, reader=reader).lines


def refused_by(reader: ChildReader) -> TableFaultCode:
    with pytest.raises(UnreadableTableError) as raised:
        read_rows(workbook(HEADER, ROW), max_columns=50, last_row=100, reader=reader)
    (fault,) = raised.value.faults
    return fault.code


def test_the_tops_of_all_sheets_are_read_in_one_child() -> None:
    """A child for each of twelve sheets would read the texts that they share twelve times."""
    book = many_sheets(13)
    tops = read_tops(book, max_columns=50, last_row=100, most_rows=1, most_sheets=12)
    assert list(tops) == [f"a{number}" for number in range(1, 13)]
    assert all(len(lines) == 1 for lines in tops.values())


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/styles.xml": f"<styleSheet {MAIN}><cellXfs>{'<xf/>' * 65_537}</cellXfs></styleSheet>".encode()},
        {
            "xl/styles.xml": (
                f"<styleSheet {MAIN}><numFmts>"
                + "".join(f'<numFmt numFmtId="{at}" formatCode="0"/>' for at in range(65_537))
                + "</numFmts></styleSheet>"
            ).encode()
        },
        {"xl/workbook.xml": f"<workbook {MAIN}>{'<sheet/>' * 1_001}</workbook>".encode()},
    ],
    ids=["styles", "formats", "sheets"],
)
def test_more_than_a_spreadsheet_program_writes_is_refused(parts: dict[str, bytes]) -> None:
    assert code_of(repacked(workbook(HEADER, ROW), parts)) == "spreadsheet_too_large"


def many_sheets(count: int) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number in range(1, count + 1):
        sheet = book.create_sheet(f"a{number}")
        for row in (["x", "y"], ["1", "2"]):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
