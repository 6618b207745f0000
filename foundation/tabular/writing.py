"""Writing delimited text that spreadsheets open correctly and safely (UTF-8 with BOM, CRLF)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from foundation.tabular.harmless import harmless


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str = ";") -> bytes:
    """Return the header and the rows as a file, with every cell made harmless."""
    data = io.BytesIO()
    write_table_to(data, header, rows, delimiter=delimiter)
    return data.getvalue()


def write_table_to(
    target: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str = ";"
) -> None:
    """Write the header and the rows to a file, one row after the other, with every cell made harmless."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()
