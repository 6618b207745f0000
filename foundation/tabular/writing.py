"""Writing delimited text that spreadsheets open correctly and safely (UTF-8 with BOM, CRLF)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from foundation.tabular.harmless import harmless

_BOM = "\ufeff"


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str = ";") -> bytes:
    """Write the header and the rows, with every cell made harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return (_BOM + text.getvalue()).encode()
