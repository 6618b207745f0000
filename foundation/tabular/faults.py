"""Faults of a file or of its cells. The codes are public and do not change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TableFaultCode(StrEnum):
    """Why a file cannot be read. Nothing of such a file is imported."""

    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_BINARY = "file_binary"
    FILE_HAS_NUL = "file_has_nul"
    FILE_NOT_UTF8 = "file_not_utf8"
    FILE_UTF16 = "file_utf16"
    FILE_NO_HEADER = "file_no_header"
    FILE_NO_ROWS = "file_no_rows"
    COLUMN_DOUBLED = "column_doubled"
    COLUMN_MISSING = "column_missing"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MANY_ROWS = "too_many_rows"
    CELL_TOO_LONG = "cell_too_long"
    QUOTE_UNCLOSED = "quote_unclosed"
    QUOTE_MISPLACED = "quote_misplaced"
    SPREADSHEET_OLD = "spreadsheet_old"
    SPREADSHEET_BROKEN = "spreadsheet_broken"
    SPREADSHEET_TOO_LARGE = "spreadsheet_too_large"
    MAPPING_MALFORMED = "mapping_malformed"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMNS_UNKNOWN = "columns_unknown"
    LINE_TOO_LONG = "line_too_long"
    TOO_MANY_WAITING = "too_many_files_waiting"
    READER_BUSY = "file_reader_busy"
    SHEET_UNSURE = "sheet_unsure"
    SHEET_MISSING = "sheet_missing"
    XML_BROKEN = "xml_broken"
    XML_DOCUMENT_TYPE = "xml_document_type"
    XML_ENCODING = "xml_encoding"
    INVOICE_UNKNOWN = "invoice_unknown"
    INVOICE_OTHER_KIND = "invoice_other_kind"
    INVOICE_DISCOUNT = "invoice_discount"


class CellFaultCode(StrEnum):
    """Why a cell is not a value of its column (rulebook R-01)."""

    FIELD_MISSING = "field_missing"
    FIELD_MALFORMED = "field_malformed"
    TOO_MANY_DECIMALS = "too_many_decimals"
    WORD_UNKNOWN = "word_unknown"


@dataclass(frozen=True, slots=True)
class TableFault:
    """A fault of a file: its code, what it is about (a column, a limit), and the row, numbered as in a
    spreadsheet."""

    code: TableFaultCode
    about: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class CellFault:
    """A fault of a cell: our column, the code, and the text of the cell."""

    field: str
    code: CellFaultCode
    text: str = ""


class UnreadableTableError(ValueError):
    """Raised if a file cannot be read, with every fault that could be found."""

    def __init__(self, *faults: TableFault) -> None:
        super().__init__(", ".join(f"{fault.code} {fault.about}".strip() for fault in faults))
        self.faults = faults


def unreadable(code: TableFaultCode, about: str = "", row: int | None = None) -> UnreadableTableError:
    """Return an `UnreadableTableError` with one fault."""
    return UnreadableTableError(TableFault(code, about, row))
