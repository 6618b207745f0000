"""Invoices as charge files: UBL 2.1 (EN 16931) and Finvoice 3.0, each line as a row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from foundation.documents.elements import name_of
from foundation.documents.outside_xml import OutsideXmlError, XmlFault, children_of_root, refuse_hostile
from foundation.tabular.clean_text import clean_cell
from foundation.tabular.columns import Columns
from foundation.tabular.faults import TableFaultCode, unreadable
from foundation.tabular.mapping import Mapping
from foundation.tabular.table import MAX_FILE_BYTES, MAX_ROWS, RawRow, RawTable, Row, Table
from provider_portal.reading.finvoice import invoices_in, is_finvoice, lines_of_finvoice
from provider_portal.reading.ubl import ROOTS, lines_of_ubl
from provider_portal.rules.charge_columns import CHARGE_LAYOUT, FILE_COLUMNS
from provider_portal.rules.invoice_amounts import InvoiceLine
from provider_portal.rules.invoice_lines import LINE_COLUMNS, columns_of_line, row_of_line

_FAULTS = {
    XmlFault.BROKEN: TableFaultCode.XML_BROKEN,
    XmlFault.DOCUMENT_TYPE: TableFaultCode.XML_DOCUMENT_TYPE,
    XmlFault.ENCODING: TableFaultCode.XML_ENCODING,
    XmlFault.TOO_LARGE: TableFaultCode.INVOICE_UNKNOWN,
}
MOST_OTHERS = 10_000
"""Children of an invoice that are not its lines: parties, terms, attachments and the like."""
MOST_LINES = MAX_ROWS + 1_000
"""Lines of a file with those of text alone, which are no rows; one row too many still has its own code."""
MOST_OTHERS_OF_FILE = 2 * MAX_ROWS
_LINES = frozenset({"InvoiceLine", "InvoiceRow", "AllowanceCharge"})
_SPACES = b"\xef\xbb\xbf \t\r\n"


def is_invoice(data: bytes) -> bool:
    """Return whether the bytes begin like XML. HTML is left to the readers of tables, which name it."""
    start = data[:200].lstrip(_SPACES).lower()
    return start.startswith(b"<") and not start.startswith((b"<!doctype html", b"<html"))


def read_invoice_file(data: bytes, mapping: Mapping | None = None, *, max_rows: int = MAX_ROWS) -> Table:
    """Read the invoices of a file; the first line is row 1.

    A mapping may read `LINE_COLUMNS` beside our own columns. The file is parsed again each time its rows are
    read, so that a long one needs little memory.

    Raises:
        UnreadableTableError: The file is not XML, not an invoice, or an invoice that cannot be charged.
    """
    if len(data) > MAX_FILE_BYTES:
        raise unreadable(TableFaultCode.FILE_TOO_LARGE, f"{MAX_FILE_BYTES // 1_000_000} MB")
    header = FILE_COLUMNS if mapping is None else (*FILE_COLUMNS, *LINE_COLUMNS)

    def raw_rows() -> Iterator[RawRow]:
        for number, line in zip(count(1), _lines(data), strict=False):
            if number > max_rows:
                raise unreadable(TableFaultCode.TOO_MANY_ROWS, f"{max_rows:,}")
            cells = row_of_line(line) | ({} if mapping is None else columns_of_line(line))
            yield number, [clean_cell(cells.get(name, "")) for name in header]

    row_count = sum(1 for _ in raw_rows())
    if not row_count:
        raise unreadable(TableFaultCode.FILE_NO_ROWS)
    columns = Columns.match(RawTable(header, raw_rows, row_count), CHARGE_LAYOUT, mapping)

    def rows() -> Iterator[Row]:
        return map(columns.row, raw_rows())

    return Table(header, rows, row_count, ";", columns.unknown_names)


def _lines(data: bytes) -> Iterator[InvoiceLine]:
    try:
        refuse_hostile(data)  # all of it: the invoices of a Finvoice file are cut out of what is around them
        if is_finvoice(data):
            children = _Children()
            for invoice in invoices_in(data):
                yield from lines_of_finvoice(children.of(invoice))
        else:
            yield from lines_of_ubl(_of_an_invoice(data))
    except OutsideXmlError as error:
        raise unreadable(_FAULTS[error.fault]) from error


def _of_an_invoice(data: bytes) -> Iterator[tuple[str, object]]:
    """Yield the children of the root, if it is that of a UBL invoice or credit note."""
    for root, element in _Children().of(data.lstrip(_SPACES)):
        if root not in ROOTS:
            raise unreadable(TableFaultCode.INVOICE_UNKNOWN)
        yield root, element


class _Children:
    """Yields the children of invoices, of which no limit of rows ends those that are no rows."""

    def __init__(self) -> None:
        self.lines = self.others = 0

    @property
    def _is_full(self) -> bool:
        return self.lines > MOST_LINES or self.others > MOST_OTHERS_OF_FILE

    def of(self, invoice: bytes) -> Iterator[tuple[str, Any]]:
        """Yield the root's name with each of its children.

        Raises:
            OutsideXmlError: The XML cannot be read, or it or the file has too many children.
        """
        before = self.others
        for root, element in children_of_root(invoice):
            if name_of(element) in _LINES:
                self.lines += 1
            else:
                self.others += 1
            if self.others - before > MOST_OTHERS or self._is_full:
                raise OutsideXmlError(XmlFault.TOO_LARGE)
            yield root, element
