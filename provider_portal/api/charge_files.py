"""Files of charges: send, read, and get the refused rows back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from flask import request, url_for
from flask_smorest import Blueprint

from foundation.tabular.faults import UnreadableTableError
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Answer, Paging, idempotent, not_there, takes_body, takes_query
from foundation.web.api.bodies import load, takes_header
from foundation.web.clock import now
from foundation.web.files import KINDS, large_csv_download, large_download
from foundation.web.heavy import HEAVY_WORK
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.large_bodies import FILE_BYTES, free_place, takes_upload
from foundation.web.limits import LARGE_EXPORT, limits_exports
from foundation.web.reasons import finding_text
from foundation.web.state import shell
from foundation.web.transaction import db, system_context
from provider_portal.actions.queued_files import queue_file
from provider_portal.actions.sent_file import FileAnswer, SentFile, repeated_answer
from provider_portal.actions.take_in_file import take_in_file
from provider_portal.api.charge_answers import charge_out
from provider_portal.api.schemas import ChargeFileSchema, FileQuery, ResultsQuery
from provider_portal.api.uploads import read_upload, unreadable_file, without_language
from provider_portal.disclosure.files import (
    answer_writer,
    disclose_results,
    file_results,
    refused_rows_writer,
)
from provider_portal.load.answer_file import AnswerForm
from provider_portal.load.charge_files import RowAnswer, StoredFile, file_by_id
from provider_portal.load.refused_file import refused_kind

RESULTS_SHOWN = 1_000
REASONS_SHOWN = 2_000
"""Reasons in one answer, of all its rows together; each row shows its first one. A smaller page shows all."""
AS_SENT = {
    "description": "The refused rows in the form of the file",
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS.values()},
}
blueprint = Blueprint(
    "provider_charge_files", __name__, url_prefix="/api/v1", description="Charges of a provider in files"
)


@blueprint.post("/charge-files")
@takes_upload(FILE_BYTES)
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_SEND)
@system_context
@idempotent
@takes_header("Prefer", "`respond-async`: answer 202 at once; GET the Location to see how far it has come")
@takes_query(FileQuery)
@takes_body({"type": "string", "format": "binary"}, content_type="text/csv")
@blueprint.response(201, ChargeFileSchema)
@blueprint.alt_response(200, schema=ChargeFileSchema, description="A dry run, or the same file again")
@blueprint.alt_response(202, schema=ChargeFileSchema, description="Kept; its rows are decided afterwards")
def post_file() -> Answer:
    """Send a file of charges: CSV, XLSX, or invoices as UBL or Finvoice, row by row.

    A long one with `Prefer: respond-async`.
    """
    provider_id = current_provider_id()
    file, dry_run = read_upload(provider_id)
    try:
        answer = _taken_in(provider_id, file, dry_run)
    except UnreadableTableError as error:
        raise unreadable_file(error) from error
    if answer.state != "done":
        return file_out(answer), 202, {"Location": url_for(".get_file", file_id=answer.id)}
    return file_out(answer), 200 if dry_run or answer.is_repeated else 201


def _taken_in(provider_id: int, file: SentFile, dry_run: bool) -> FileAnswer:
    actor, at = current_actor(), now()
    if not dry_run and "respond-async" in request.headers.get("Prefer", ""):
        return queue_file(db(), provider_id=provider_id, file=file, actor=actor, now=at)
    with HEAVY_WORK.place(provider_id) if dry_run else nullcontext():
        return _decided(provider_id, file, dry_run)


def _decided(provider_id: int, file: SentFile, dry_run: bool) -> FileAnswer:
    actor, at = current_actor(), now()
    return take_in_file(
        db(),
        provider_id=provider_id,
        file=file,
        actor=actor,
        now=at,
        dry_run=dry_run,
        results_shown=RESULTS_SHOWN,
        sessions=shell().system_sessions,
        on_read=free_place,
    )


@blueprint.get("/charge-files/<int:file_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_READ)
@takes_query(ResultsQuery)
@blueprint.response(200, ChargeFileSchema)
def get_file(file_id: int) -> Answer:
    """Read what was decided of a file; further results by `page`."""
    stored = _own(file_id)
    query = load(ResultsQuery(), without_language(request.args))
    paging = Paging(query["page"], query["page_size"], stored.rows)
    window = {"first": paging.offset, "count": paging.page_size}
    results = file_results(db(), stored.id, **window, actor=current_actor(), now=now())
    return _body(repeated_answer(db(), stored, 0), results, paging)


@blueprint.get("/charge-files/<int:file_id>/refused.csv")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_READ)
@limits_exports(LARGE_EXPORT)
@blueprint.response(200, {"type": "string"}, content_type="text/csv")
def get_refused(file_id: int) -> Answer:
    """Get the refused rows as they were sent, with their reasons: correct them and send the file."""
    stored = _own(file_id)
    write = refused_rows_writer(db(), stored.id, finding_text, actor=current_actor(), now=now())
    return large_csv_download(write, f"charges-{stored.id}.refused.csv")


@blueprint.get("/charge-files/<int:file_id>/refused")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_READ)
@limits_exports(LARGE_EXPORT)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="text/csv")
@blueprint.doc(responses={"200": AS_SENT})
def get_refused_as_sent(file_id: int) -> Answer:
    """Get the refused rows in the form of the file: CSV with its delimiter and letters, XLSX, or invoices."""
    stored = _own(file_id)
    write = refused_rows_writer(db(), stored.id, finding_text, actor=current_actor(), now=now(), as_sent=True)
    kind = refused_kind(db(), stored.id)
    return large_download(write, f"charges-{stored.id}.refused.{kind}", KINDS[kind])


@blueprint.get("/charge-files/<int:file_id>/answer.csv")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_READ)
@limits_exports(LARGE_EXPORT)
@blueprint.response(200, {"type": "string"}, content_type="text/csv")
def get_answer_file(file_id: int) -> Answer:
    """Get the answer to every row: what was asked, what is paid by whom, and why not."""
    stored = _own(file_id)
    form = AnswerForm(finding_text, {})
    write = answer_writer(db(), stored.id, form, actor=current_actor(), now=now())
    return large_csv_download(write, f"charges-{stored.id}.answer.csv")


def file_out(answer: FileAnswer) -> dict[str, Any]:
    """Return the answer to a file with its first results."""
    first = answer.results[:RESULTS_SHOWN]
    results = disclose_results(db(), first, actor=current_actor(), now=now())
    return _body(answer, results, Paging(1, RESULTS_SHOWN, answer.rows))


def _results(results: Sequence[RowAnswer]) -> dict[str, Any]:
    """Return the results with as many reasons as one answer may have, and the counts of the others."""
    left = REASONS_SHOWN
    shown = []
    for result in results:
        document = charge_out(result.answer)
        reasons = document["reasons"]
        count = max(1, left)
        left -= len(reasons)
        document["reasons"] = reasons[:count]
        shown.append({"row": result.row, **document, "reasons_left_out": len(reasons[count:])})
    total = sum(document["reasons_left_out"] for document in shown)
    return {"results": shown, "reasons_left_out": total}


def _own(file_id: int) -> StoredFile:
    return file_by_id(db(), current_provider_id(), file_id) or not_there()


def _body(answer: FileAnswer, results: Sequence[RowAnswer], paging: Paging) -> dict[str, Any]:
    return {
        "answer": answer,
        **_results(results),
        "paging": paging,
    }
