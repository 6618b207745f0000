"""Writing rows in the form of the file that they came from, so that the sender's program reads them again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from foundation.tabular.harmless import harmless
from foundation.tabular.marks import without_marks
from foundation.tabular.sheet_writing import write_sheet
from foundation.tabular.table import FileForm


def write_in_form(
    target: BinaryIO, form: FileForm, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write what stood above the header, the header and the rows: a sheet, or delimited text.

    Cells are as in the file, with the marks of `foundation.tabular.marks`; in text each is made harmless.
    """
    if form.is_spreadsheet:
        write_sheet(target, form, header, rows)
        return
    text = io.TextIOWrapper(target, form.encoding, errors="replace", newline="")
    writer = csv.writer(text, delimiter=form.delimiter, lineterminator=form.line_end)
    writer.writerows([harmless(without_marks(cell)) for cell in cells] for _number, cells in form.top)
    writer.writerow(map(harmless, header))
    writer.writerows([harmless(without_marks(cell)) for cell in row] for row in rows)
    text.flush()
    text.detach()
