"""Classes of bad files: the bytes, and the code and the field that name what is wrong."""

from __future__ import annotations

import io
from typing import NamedTuple

import openpyxl

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XML = "application/xml"
HEADER = "reference;voucher;service;service_day;quantity;unit;unit_price"
LINE = "R-1;{voucher};PERSONAL_ASSISTANCE;16.11.2026;2;hour;36"
UBL = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:c="urn:c">'
    "<c:ID>7</c:ID><c:InvoiceTypeCode>{kind}</c:InvoiceTypeCode>{more}</Invoice>"
)


class BadFile(NamedTuple):
    """A file that cannot be read at all."""

    name: str
    data: bytes
    code: str
    field: str = "file"
    kind: str = "text/csv"
    query: str = ""
    status: int = 422


def _book(*sheets: tuple[str, list[str]], hidden: bool = False) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, header in sheets:
        sheet = book.create_sheet(title)
        sheet.append(header)
        sheet.append(["x"] * len(header))
        if hidden and title != "Ohje":
            sheet.sheet_state = "hidden"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


_COLUMNS = HEADER.split(";")
_TWO_SHEETS = _book(("Loka", _COLUMNS), ("Marras", _COLUMNS))
_HIDDEN = _book(("Ohje", ["Lue tämä", ""]), ("Rivit", _COLUMNS), hidden=True)
_MANY = ";".join([*_COLUMNS, *(f"oma {at}" for at in range(25))])

BAD_FILES = [
    BadFile("nothing in it", b" \n", "file_empty"),
    BadFile("a PDF", b"%PDF-1.7\n", "file_binary"),
    BadFile("an HTML page", b"<html><body>x</body></html>", "file_binary"),
    BadFile("NUL bytes", b"a;b\n\0;1", "file_has_nul"),
    BadFile("letters of no known kind", HEADER.encode() + b"\n\x81\x8d;x", "file_not_utf8"),
    BadFile("UTF-16", "\ufeffa;b".encode("utf-16-le"), "file_utf16"),
    BadFile("no header", _csv("1;2;3", "4;5;6"), "file_no_header"),
    BadFile("no rows", _csv(HEADER), "file_no_rows"),
    BadFile("a column twice", _csv(f"{HEADER};unit", LINE + ";hour"), "column_doubled", "unit"),
    BadFile("a column missing", _csv(HEADER.replace("service;", ""), LINE), "column_missing", "service"),
    BadFile("300 columns", _csv(HEADER + ";x" * 300, LINE), "too_many_columns"),
    BadFile("25 columns of others", _csv(_MANY, LINE), "column_unknown", "oma 0"),
    BadFile("a row too many", _csv(HEADER, *["x;x;x;x;x;x;x"] * 100_001), "too_many_rows", status=413),
    BadFile("a quotation mark not closed", _csv(HEADER, '"R-1;x;x'), "quote_unclosed"),
    BadFile("a quotation mark inside", _csv(HEADER, 'R-1;"a"b;x'), "quote_misplaced"),
    BadFile("a line of a megabyte", HEADER.encode() + b"\n" + b"x" * 1_000_001, "line_too_long"),
    BadFile("an old spreadsheet", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "spreadsheet_old", kind=XLSX),
    BadFile("half a spreadsheet", _TWO_SHEETS[:900], "spreadsheet_broken", kind=XLSX),
    BadFile("two sheets alike", _TWO_SHEETS, "sheet_unsure", kind=XLSX),
    BadFile("a hidden sheet alone", _HIDDEN, "file_no_header", kind=XLSX),
    BadFile("a sheet that is not there", _TWO_SHEETS, "sheet_missing", kind=XLSX, query='{"sheet":"Joulu"}'),
    BadFile("a mapping of nothing", _csv(HEADER, LINE), "mapping_malformed", "mapping", query="{"),
    BadFile(
        "a mapping entry", _csv(HEADER, LINE), "mapping_malformed", "mapping.decimal", query='{"decimal":"x"}'
    ),
    BadFile(
        "a mapped column missing",
        _csv(HEADER, LINE),
        "column_missing",
        "pvm",
        query='{"columns":{"note":"pvm"}}',
    ),
    BadFile("XML that ends early", b"<?xml version='1.0'?><Invoice><a>", "xml_broken", kind=XML),
    BadFile("a document type", b"<!DOCTYPE x><Invoice/>", "xml_document_type", kind=XML),
    BadFile("an encoding of EBCDIC", b"<?xml version='1.0' encoding='cp037'?><a/>", "xml_encoding", kind=XML),
    BadFile("another XML", b"<?xml version='1.0'?><Order><a/></Order>", "invoice_unknown", kind=XML),
    BadFile(
        "a credit note",
        UBL.format(kind="381", more="<c:InvoiceLine><c:ID>1</c:ID></c:InvoiceLine>").encode(),
        "invoice_other_kind",
        kind=XML,
    ),
    BadFile(
        "a discount on the whole",
        UBL.format(
            kind="380",
            more="<c:AllowanceCharge><c:ChargeIndicator>false</c:ChargeIndicator><c:Amount>5</c:Amount></c:AllowanceCharge>",
        ).encode(),
        "invoice_discount",
        kind=XML,
    ),
    BadFile("an invoice without lines", UBL.format(kind="380", more="").encode(), "file_no_rows", kind=XML),
]


class BadRow(NamedTuple):
    """A row that is refused: what differs from a good one, and the code and the field of its reason."""

    cells: dict[str, str]
    code: str
    field: str


BAD_ROWS = [
    *(BadRow({name: ""}, "field_missing", name) for name in ("reference", "voucher", "service", "unit")),
    BadRow({"service_day": ""}, "field_missing", "service_day"),
    BadRow({"quantity": ""}, "field_missing", "quantity"),
    BadRow({"start": "10:00"}, "field_missing", "end"),
    BadRow({"cancel_reason": "client_ill"}, "field_missing", "notice_hours"),
    BadRow({"reference": "ä ö"}, "field_malformed", "reference"),
    BadRow({"service_day": "31.2.2026"}, "field_malformed", "service_day"),
    BadRow({"start": "8", "end": "9"}, "field_malformed", "start"),
    BadRow({"start": "8:00", "end": "25:61"}, "field_malformed", "end"),
    BadRow({"quantity": "kaksi"}, "field_malformed", "quantity"),
    BadRow({"unit": "tunti"}, "field_malformed", "unit"),
    BadRow({"unit_price": "36,005"}, "field_malformed", "unit_price"),
    BadRow({"total": "72 euroa"}, "field_malformed", "total"),
    BadRow({"note": "a" * 501}, "field_malformed", "note"),
    BadRow({"worker": "a" * 101}, "field_malformed", "worker"),
    BadRow({"visit": "huominen"}, "field_malformed", "visit"),
    BadRow({"cancel_reason": "sää"}, "field_malformed", "cancel_reason"),
    BadRow({"cancel_reason": "client_ill", "notice_hours": "-1"}, "field_malformed", "notice_hours"),
    BadRow({"oma sarake": "1"}, "field_unknown", "oma sarake"),
    BadRow({"quantity": "0"}, "amount_not_positive", "quantity"),
    BadRow({"start": "12:00", "end": "12:00"}, "times_invalid", "end"),
    BadRow({"total": "1"}, "amount_mismatch", "total"),
    BadRow({"voucher": "NOPE"}, "voucher_unknown", "voucher"),
    BadRow({"client": "C-999"}, "client_mismatch", "client"),
    BadRow({"service": "CLEANING"}, "service_not_in_voucher", "service"),
    BadRow({"unit": "km"}, "unit_mismatch", "unit"),
    BadRow({"unit_price": "99"}, "price_over_list", "unit_price"),
    BadRow({"service_day": "2026-12-24"}, "service_day_in_future", "service_day"),
    BadRow({"service_day": "2025-12-24"}, "outside_voucher_window", "service_day"),
    BadRow({"service_day": "2025-12-24"}, "too_late", "service_day"),
    BadRow({"service_day": "2020-01-01"}, "voucher_not_open", "voucher"),
    BadRow({"service_day": "2020-01-01"}, "provider_not_chosen", "voucher"),
    BadRow({"service_day": "2020-01-01"}, "provider_not_approved", "service"),
    BadRow({"service_day": "2020-01-01"}, "provider_papers_expired", ""),
    BadRow({"service_day": "2020-01-01"}, "no_price_on_day", "service_day"),
    BadRow({"quantity": "999"}, "over_amount", "quantity"),
]
