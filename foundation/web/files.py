"""Tables that people upload, and files that they save."""

import os
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import BinaryIO

from flask import Response, request
from werkzeug.wsgi import wrap_file

from foundation.tabular.fault_texts import FAULT_TEXTS, values_of
from foundation.tabular.faults import TableFault
from foundation.web.languages import _

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "csv": "text/csv",
    "xlsx": XLSX,
    "xml": "application/xml",
}
"""The content types of files that are given back in the form in which they came, by their suffix. The
encoding is that of the sender, and is not named."""


def table_fault_text(fault: TableFault) -> str:
    """Return why a table cannot be read, in the reader's language."""
    return _(FAULT_TEXTS[fault.code], **values_of(fault))


def csv_download(data: bytes, name: str) -> Response:
    """Answer with a CSV file that the browser saves under `name` (ASCII)."""
    return Response(data, content_type=CSV, headers=_saved_as(name))


def large_csv_download(write: Callable[[BinaryIO], None], name: str) -> Response:
    """Answer with a CSV file of any length, which `write` writes row by row."""
    return large_download(write, name, CSV)


def large_download(write: Callable[[BinaryIO], None], name: str, content_type: str) -> Response:
    """Answer with a file of any length, which `write` writes.

    It is written to a temporary file in the request's transaction and sent from there, so the answer is never
    in memory and no error comes after its beginning.
    """
    file: BinaryIO = TemporaryFile()  # noqa: SIM115 - the server closes it when it has been sent
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    headers = {"Content-Length": str(size), **_saved_as(name)}
    body = wrap_file(request.environ, file)
    return Response(body, content_type=content_type, headers=headers, direct_passthrough=True)


def pdf_download(data: bytes, name: str) -> Response:
    """Answer with a PDF file that the browser saves under `name` (ASCII)."""
    return Response(data, content_type="application/pdf", headers=_saved_as(name))


def xlsx_download(data: bytes, name: str) -> Response:
    """Answer with a workbook that the browser saves under `name` (ASCII)."""
    return Response(data, content_type=XLSX, headers=_saved_as(name))


def xml_download(data: bytes, name: str) -> Response:
    """Answer with an XML file that the browser saves under `name` (ASCII)."""
    return Response(data, content_type="application/xml", headers=_saved_as(name))


def zip_download(data: bytes, name: str) -> Response:
    """Answer with a zip file that the browser saves under `name` (ASCII)."""
    return Response(data, content_type="application/zip", headers=_saved_as(name))


def saved_download(data: bytes, name: str, content_type: str) -> Response:
    """Answer with a file that somebody uploaded, which the browser saves under the program's own name."""
    return Response(data, content_type=content_type, headers=_saved_as(name))


def _saved_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
