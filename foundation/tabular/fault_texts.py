"""The texts of the faults of a file."""

from __future__ import annotations

from foundation.tabular.faults import TableFault, TableFaultCode
from foundation.vocabulary.labels import N_

FAULT_TEXTS: dict[TableFaultCode, str] = {
    TableFaultCode.FILE_EMPTY: N_("The file is empty."),
    TableFaultCode.FILE_TOO_LARGE: N_(
        "The file is too large. The largest allowed is %(about)s. Split the file."
    ),
    TableFaultCode.FILE_BINARY: N_(
        "This is not a table but a file of the kind %(about)s. Save the table as CSV or XLSX."
    ),
    TableFaultCode.FILE_HAS_NUL: N_(
        "The file holds NUL bytes, so it is damaged or not text. Save it again as CSV UTF-8."
    ),
    TableFaultCode.FILE_NOT_UTF8: N_(
        "Row %(row)s has letters that are not UTF-8. Save the file as CSV UTF-8, "
        "or choose the character set of the file."
    ),
    TableFaultCode.FILE_UTF16: N_("The file is Unicode text (UTF-16). Save it as CSV UTF-8."),
    TableFaultCode.FILE_NO_HEADER: N_("The first row does not name the columns. Add the header row."),
    TableFaultCode.FILE_NO_ROWS: N_("There are no rows below the header."),
    TableFaultCode.COLUMN_DOUBLED: N_("The column %(about)s is there twice. Leave one out."),
    TableFaultCode.COLUMN_MISSING: N_("The column %(about)s is missing."),
    TableFaultCode.TOO_MANY_COLUMNS: N_("There are more than %(about)s columns."),
    TableFaultCode.TOO_MANY_ROWS: N_("There are more than %(about)s rows. Split the file."),
    TableFaultCode.CELL_TOO_LONG: N_("A cell on row %(row)s is longer than %(about)s characters."),
    TableFaultCode.QUOTE_UNCLOSED: N_(
        "A quotation mark is opened and never closed, so the end of the file is unclear."
    ),
    TableFaultCode.QUOTE_MISPLACED: N_("A quotation mark on row %(row)s is in the wrong place."),
    TableFaultCode.SPREADSHEET_OLD: N_(
        "The spreadsheet is of an old kind or has a password. Save it as XLSX without a password."
    ),
    TableFaultCode.SPREADSHEET_BROKEN: N_("The spreadsheet cannot be opened. Save it again as XLSX."),
    TableFaultCode.SPREADSHEET_TOO_LARGE: N_("The spreadsheet is too large when unpacked. Split it."),
    TableFaultCode.COLUMN_UNKNOWN: N_("The column %(about)s is not known. Leave it out or map it."),
    TableFaultCode.COLUMNS_UNKNOWN: N_("And %(about)s more columns are not known."),
    TableFaultCode.LINE_TOO_LONG: N_(
        "A line has more than %(about)s bytes, so this is not a table. Save the table as CSV or XLSX."
    ),
    TableFaultCode.TOO_MANY_WAITING: N_(
        "%(about)s of your files are waiting to be processed. Send the next one when they are done."
    ),
    TableFaultCode.READER_BUSY: N_(
        "Many spreadsheets are being read just now. Send the file again in a minute."
    ),
    TableFaultCode.SHEET_UNSURE: N_("Several sheets have these columns: %(about)s. Choose one of them."),
    TableFaultCode.SHEET_MISSING: N_("The file has no visible sheet with the name %(about)s."),
    TableFaultCode.XML_BROKEN: N_("The XML file cannot be read: it is not well-formed. Export it again."),
    TableFaultCode.XML_DOCUMENT_TYPE: N_(
        "The XML file has a document type, which is not allowed. Export it without one."
    ),
    TableFaultCode.XML_ENCODING: N_("The XML file has letters of an unknown encoding. Export it as UTF-8."),
    TableFaultCode.INVOICE_UNKNOWN: N_("This XML file is neither a UBL invoice nor Finvoice 3.0."),
    TableFaultCode.INVOICE_OTHER_KIND: N_(
        "%(about)s is not an ordinary invoice. Leave credit notes out: "
        "to lower or take back a charge, correct it on its page."
    ),
    TableFaultCode.INVOICE_DISCOUNT: N_(
        "The invoice %(about)s has a discount or a prepayment on the whole. Put discounts on their lines."
    ),
    TableFaultCode.MAPPING_MALFORMED: N_("The column mapping cannot be read: %(about)s."),
}
"""The text of each fault (msgids), with the values `about` and `row`."""


def values_of(fault: TableFault) -> dict[str, str]:
    """Return the values for the text of a fault."""
    return {"about": fault.about, "row": "" if fault.row is None else str(fault.row)}
