"""Tables that people upload, and files that they save."""

from flask import Response

from foundation.tabular.fault_texts import FAULT_TEXTS, values_of
from foundation.tabular.faults import TableFault
from foundation.web.languages import _


def table_fault_text(fault: TableFault) -> str:
    """Return why a table cannot be read, in the reader's language."""
    return _(FAULT_TEXTS[fault.code], **values_of(fault))


def csv_download(data: bytes, name: str) -> Response:
    """Answer with a CSV file that the browser saves under `name` (ASCII)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type="text/csv; charset=utf-8", headers=headers)
