"""The refused rows of a file as they came: small enough to keep, and written again with their reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import BinaryIO

from foundation.tabular.header import plain_name
from foundation.tabular.kept_rows import pack_document, pack_rows, unpack_document, unpack_rows
from foundation.tabular.marks import WHOLE
from foundation.tabular.own_form import write_in_form
from foundation.tabular.table import RawRow, Table
from provider_portal.reading.invoice_file import is_invoice
from provider_portal.reading.refused_lines import only_lines, with_reasons
from provider_portal.rules.charge_columns import REPORT_COLUMNS
from provider_portal.rules.refused_rows import CSV, XLSX, XML, RefusedPart, RefusedRow


def refused_part(data: bytes, table: Table, rows: Collection[int]) -> RefusedPart:
    """Return these rows of a file that has been read as this table."""
    wanted = frozenset(rows)
    if is_invoice(data):
        return RefusedPart(XML, pack_document(only_lines(data, wanted)))
    kept = (row for row in table.sent_rows() if row[0] in wanted)
    return RefusedPart(XLSX if table.form.is_spreadsheet else CSV, pack_rows(table.form, table.header, kept))


def write_refused_part(target: BinaryIO, part: RefusedPart, reasons: Iterable[RefusedRow]) -> None:
    """Write the rows as they came, each with its reasons, so that they can be mended and sent.

    Args:
        reasons: Of each row, in the order of the file; what was sent is not read of them.
    """
    if part.kind == XML:
        texts = {row.number: " · ".join([str(row.number), *row.codes, *row.sentences]) for row in reasons}
        target.write(with_reasons(unpack_document(part.content), texts))
        return
    form, sent_header, sent = unpack_rows(part.content)
    names = [plain_name(name) for name in sent_header]
    places = [place for place, name in enumerate(names) if name not in REPORT_COLUMNS]
    header = (*(sent_header[place] for place in places), *REPORT_COLUMNS)
    rows = (_row(raw, places, len(names), reason) for raw, reason in zip(sent, reasons, strict=True))
    write_in_form(target, form, header, rows)


def _row(raw: RawRow, places: Sequence[int], width: int, reason: RefusedRow) -> list[str]:
    """Return the cells with the reasons after them, and what stood beyond the header at the end."""
    number, cells = raw
    assert number == reason.number, "the rows and their reasons are in the order of the file"
    padded = [*cells, *[""] * (width - len(cells))]
    why = [f"{WHOLE}{number}", " ".join(reason.codes), " ".join(reason.sentences)]
    return [*(padded[place] for place in places), *why, *padded[width:]]
