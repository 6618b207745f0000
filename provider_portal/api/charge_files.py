"""Files of charges: send, read, and get the refused rows back."""

from __future__ import annotations

from contextlib import nullcontext

from flask import request, url_for
from flask_smorest import Blueprint

from foundation.tabular.faults import UnreadableTableError
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Answer, Paging, Problem, idempotent, not_there, takes_body, takes_query
from foundation.web.api.bodies import load, takes_header
from foundation.web.clock import now, today
from foundation.web.files import KINDS, large_csv_download, large_download
from foundation.web.heavy import HEAVY_WORK
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.large_bodies import FILE_BYTES, free_place, takes_upload
from foundation.web.limits import LARGE_EXPORT, limits_exports
from foundation.web.reasons import finding_text
from foundation.web.state import shell
from foundation.web.transaction import db, system_context
from provider_portal.actions.queued_files import queue_file
from provider_portal.actions.sent_file import FileAnswer, SentFile, repeated_answer
from provider_portal.actions.stop_file import resume_file, stop_file
from provider_portal.actions.take_in_file import take_in_file
from provider_portal.actions.try_file import answer_of_trial
from provider_portal.api.dry_runs import dry_run_later
from provider_portal.api.file_answers import file_body, file_out
from provider_portal.api.schemas import ChargeFileSchema, FileQuery, ResultsQuery
from provider_portal.api.uploads import read_upload, unreadable_file, without_language
from provider_portal.disclosure.files import (
    answer_writer,
    file_results,
    refused_rows_writer,
)
from provider_portal.load.answer_file import AnswerForm
from provider_portal.load.charge_files import StoredFile, file_by_id
from provider_portal.load.file_trials import Trial
from provider_portal.load.refused_file import refused_kind
from provider_portal.rules.kept_files import RESULTS_SHOWN

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

    A long one with `Prefer: respond-async`, also a dry run of it.
    """
    provider_id = current_provider_id()
    file, dry_run = read_upload(provider_id)
    try:
        return _answered(provider_id, file, dry_run)
    except UnreadableTableError as error:
        raise unreadable_file(error) from error


def _answered(provider_id: int, file: SentFile, dry_run: bool) -> Answer:
    if dry_run and _may_be_later() and (trial := dry_run_later(provider_id, file)):
        return _tried_later(trial)
    answer = _taken_in(provider_id, file, dry_run)
    if answer.state != "done":
        return file_out(answer), 202, {"Location": url_for(".get_file", file_id=answer.id)}
    return file_out(answer), 200 if dry_run or answer.is_repeated else 201


def _tried_later(trial: Trial) -> Answer:
    location = url_for("provider_dry_runs.get_dry_run", dry_run_id=trial.id)
    return file_out(answer_of_trial(db(), trial), dry_run_id=trial.id), 202, {"Location": location}


def _may_be_later() -> bool:
    return "respond-async" in request.headers.get("Prefer", "")


def _taken_in(provider_id: int, file: SentFile, dry_run: bool) -> FileAnswer:
    actor, at = current_actor(), now()
    if not dry_run and _may_be_later():
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
    return file_body(repeated_answer(db(), stored, 0), results, paging)


@blueprint.post("/charge-files/<int:file_id>/stop")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_SEND)
@blueprint.response(200, ChargeFileSchema)
def stop(file_id: int) -> Answer:
    """Stop a file that is being processed, after the rows at work. Charges stored so far stay."""
    stop_file(db(), _own(file_id).id, actor=current_actor(), now=now())
    return file_out(repeated_answer(db(), _own(file_id), 0))


@blueprint.post("/charge-files/<int:file_id>/resume")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_SEND)
@blueprint.response(202, ChargeFileSchema)
def resume(file_id: int) -> Answer:
    """Have the rows of a stopped file processed that are left, until `go_on_until`."""
    if _own(file_id).is_over(today()):
        raise Problem(409, "file_ended", N_("The last day to go on with the file has passed"))
    resume_file(db(), _own(file_id).id, actor=current_actor(), now=now())
    location = url_for(".get_file", file_id=file_id)
    return file_out(repeated_answer(db(), _own(file_id), 0)), 202, {"Location": location}


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


def _own(file_id: int) -> StoredFile:
    return file_by_id(db(), current_provider_id(), file_id) or not_there()
