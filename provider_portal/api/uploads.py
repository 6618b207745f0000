"""Reads an uploaded table: `multipart/form-data` with `file`, or the table as the request body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from foundation.tabular.faults import TableFault, TableFaultCode, UnreadableTableError
from foundation.web.api import FieldError, Problem, read_query
from foundation.web.api.bodies import LANGUAGE_ARGUMENTS, load
from foundation.web.files import table_fault_text
from foundation.web.languages import N_
from foundation.web.large_bodies import read_large_body
from foundation.web.transaction import db
from provider_portal.actions.sent_file import SentFile
from provider_portal.api.schemas import FileQuery
from provider_portal.load.uploads import saved_mappings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BARE_TYPES = frozenset(
    {
        "text/csv",
        "text/tab-separated-values",
        "text/plain",
        "application/csv",
        "application/octet-stream",
        "application/xml",
        "text/xml",
        XLSX,
    }
)
TOO_LARGE = frozenset(
    {TableFaultCode.FILE_TOO_LARGE, TableFaultCode.SPREADSHEET_TOO_LARGE, TableFaultCode.TOO_MANY_ROWS}
)
OF_A_COLUMN = frozenset(
    {TableFaultCode.COLUMN_DOUBLED, TableFaultCode.COLUMN_MISSING, TableFaultCode.COLUMN_UNKNOWN}
)
TRY_LATER = {TableFaultCode.READER_BUSY: 503, TableFaultCode.TOO_MANY_WAITING: 429}
RETRY_SECONDS = 60


def read_upload(provider_id: int) -> tuple[SentFile, bool]:
    """Return the uploaded file, and whether it is a dry run.

    Raises:
        Problem: 413, 415 or 422.
    """
    if request.mimetype == "multipart/form-data":
        options = _form_values()
        upload = request.files["file"]
        data, name = upload.stream.read(), upload.filename or ""
    elif request.mimetype in BARE_TYPES:
        options = read_query(FileQuery)
        data, name = read_large_body(), options["name"]
    else:
        detail = N_("Send multipart/form-data, or CSV, XLSX or an invoice as XML with its content type")
        raise Problem(415, detail=detail)
    mapping = saved_mappings(db(), provider_id).get(options["mapping"], options["mapping"])
    return SentFile(data, name[:200], mapping), options["dry_run"]


def _form_values() -> dict[str, Any]:
    request.max_form_memory_size = None
    faults = [FieldError(name, "field_unknown") for name in request.files if name != "file"]
    faults += [FieldError("file", "field_duplicated")] * (len(request.files.getlist("file")) > 1)
    faults += [FieldError("file", "field_required")] * ("file" not in request.files)
    if faults:
        raise Problem(422, errors=faults)
    options: dict[str, Any] = load(FileQuery(), without_language(request.args) | request.form.to_dict())
    return options


def without_language(query: Mapping[str, str]) -> dict[str, str]:
    """Return the query without the language, which any address may have."""
    return {name: value for name, value in query.items() if name not in LANGUAGE_ARGUMENTS}


def unreadable_file(error: UnreadableTableError) -> Problem:
    """Return the faults of the file as a problem, each with its own code."""
    first = error.faults[0]
    errors = [
        FieldError(field_of(fault), fault.code.value, table_fault_text(fault)) for fault in error.faults
    ]
    if first.code in TRY_LATER:
        headers = {"Retry-After": str(RETRY_SECONDS)}
        status = TRY_LATER[first.code]
        return Problem(
            status, first.code.value, N_("The file cannot be read"), errors=errors, headers=headers
        )
    status = 413 if first.code in TOO_LARGE else 422
    return Problem(status, first.code.value, N_("The file cannot be read"), errors=errors)


def field_of(fault: TableFault) -> str:
    """Return what must be corrected: an entry of the mapping, a column, or the file itself."""
    if fault.code is TableFaultCode.MAPPING_MALFORMED:
        return f"mapping.{fault.about}".rstrip(".")
    return fault.about if fault.code in OF_A_COLUMN else "file"
