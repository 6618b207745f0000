"""Writing a sheet (XLSX): numbers stay numbers, days days, and every text is a text and never a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from foundation.tabular.marks import AUTOMATIC, NUMBER, WHOLE, without_marks
from foundation.tabular.table import FileForm

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_CLOCK = re.compile(r"^(\d+):(\d\d)(?::(\d\d))?$", re.ASCII)
_LONGEST_TITLE, _LONGEST_TEXT = 31, 32_767
_DAY, _MOMENT, _TIME, _ELAPSED, _TEXT = "d.m.yyyy", "d.m.yyyy h:mm", "h:mm", "[h]:mm", "@"


def write_sheet(
    target: BinaryIO, form: FileForm, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write a workbook of one sheet with the name of the form, and the header in its row.

    Cells have the marks of `foundation.tabular.marks`, as a spreadsheet that was read has them.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_TITLES.sub(" ", form.sheet)[:_LONGEST_TITLE] or None)
    above = dict(form.top)
    for number in range(1, form.header_row):
        sheet.append([_cell(sheet, text) for text in above.get(number, [])])
    sheet.append([_text_cell(sheet, name) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    book.save(target)


def _cell(sheet: Any, text: str) -> Any:
    mark, meant = text[:1], text[1:]
    if mark == WHOLE:
        return int(meant)
    if mark == NUMBER:
        return float(meant)
    if mark == AUTOMATIC and (moment := _moment(meant)) is not None:
        value, shown_as = moment
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = shown_as
        return cell
    return _text_cell(sheet, without_marks(text)) if text else None


def _text_cell(sheet: Any, text: str) -> Any:
    """Return a cell that stays a text also when it is edited: its format is that of texts."""
    cell = WriteOnlyCell(sheet, "")
    cell.value = _NOT_IN_XML.sub("", text)[:_LONGEST_TEXT]
    cell.data_type = "s"  # openpyxl takes a text with = for a formula, and #N/A for an error
    cell.number_format = _TEXT
    return cell


def _moment(text: str) -> tuple[Any, str] | None:
    """Return what a spreadsheet made of what was typed, and the format that shows it, if known."""
    if text in ("true", "false"):
        return text == "true", "General"
    if clock := _CLOCK.match(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        if hours < 24:
            return time(hours, minutes, seconds), _TIME
        return timedelta(hours=hours, minutes=minutes, seconds=seconds), _ELAPSED
    try:
        if "T" in text:
            return datetime.fromisoformat(text), _MOMENT  # no time zone, as in the sheet
        return date.fromisoformat(text), _DAY
    except ValueError:
        return None
