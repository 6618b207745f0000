"""/t/tuo: a file is checked first; then its good rows are stored and the bad ones returned."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from foundation.tabular.faults import TableFaultCode, UnreadableTableError
from foundation.tabular.writing import write_table
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now
from foundation.web.files import csv_download, large_csv_download, table_fault_text
from foundation.web.forms import ChoiceField, FileField, Form, needed
from foundation.web.heavy import HEAVY_WORK
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.large_bodies import FILE_BYTES, takes_upload
from foundation.web.limits import LARGE_EXPORT, limits_exports
from foundation.web.pages import Page, Result, not_found
from foundation.web.reasons import finding_text
from foundation.web.state import shell
from foundation.web.transaction import db, system_context
from provider_portal.actions.check_file import KeptAnswers, check_rows
from provider_portal.actions.queued_files import queue_file
from provider_portal.actions.sent_file import Arrival, FileAnswer, read_sent, repeated_answer
from provider_portal.actions.take_in_file import take_in_file
from provider_portal.actions.try_file import answer_of_trial, sent_file_of, try_later
from provider_portal.disclosure.files import disclose_results, file_rows_to_check, refused_rows_writer
from provider_portal.load.charge_files import RowAnswer, file_by_id, newest_files
from provider_portal.load.file_trials import Trial, newest_trials, trial_of
from provider_portal.load.left_rows import left_rows
from provider_portal.load.refused_file import refused_kind
from provider_portal.load.uploads import Waiting, saved_mappings, waiting_file
from provider_portal.pages.file_progress import file_gone_page, flash_faults, progress_page
from provider_portal.pages.labels import FILE_STATES, TRIAL_STATES
from provider_portal.pages.mappings import has_other_names
from provider_portal.rules.charge_columns import FILE_COLUMNS
from provider_portal.rules.kept_files import LONG_BYTES, ROWS_SHOWN, is_long
from provider_portal.write.uploads import forget_waiting, keep_waiting

OWN_COLUMNS, CHOOSE_COLUMNS = "own", "choose"
COLUMNS_CHANGED = N_(
    "Somebody has matched the columns of this file anew. This is what would happen to the rows now."
)
MAPPABLE = frozenset(
    {
        TableFaultCode.COLUMN_MISSING,
        TableFaultCode.FILE_NO_HEADER,
        TableFaultCode.FILE_NOT_UTF8,
        TableFaultCode.SHEET_UNSURE,
        TableFaultCode.SHEET_MISSING,
    }
)
blueprint = Blueprint("provider_uploads", __name__, template_folder="../templates")


class UploadForm(Form):
    """A file, and the names of its columns."""

    file = FileField(
        N_("File"),
        [needed(N_("Choose a file"))],
        hint=N_("CSV, XLSX, or an invoice as XML (UBL, Finvoice); at most 100,000 rows"),
    )
    columns = ChoiceField(N_("What are the columns called?"))


@blueprint.get("/t/tuo")
@allow(*PROVIDER_ROLES)
def show() -> Page:
    """Ask for the file."""
    return _upload_page(_form())


@blueprint.post("/t/tuo")
@takes_upload(FILE_BYTES)
@allow(*PROVIDER_ROLES)
def take_upload() -> Result:
    """Store the file and show what would become of it."""
    form = _form()
    if not form.validate_on_submit():
        return _upload_page(form)
    chosen = form.columns.data or ""
    file_id = _keep(form.file.data, saved_mappings(db(), current_provider_id()).get(chosen, ""))
    page = "provider_mappings.show" if chosen == CHOOSE_COLUMNS else ".try_out"
    return redirect(url_for(page, file_id=file_id))


@blueprint.get("/t/tuo/<int:file_id>")
@allow(*PROVIDER_ROLES)
@system_context
def try_out(file_id: int) -> Result:
    """Show the dry run of an uploaded file, or how far that of a long one is."""
    trial = trial_of(db(), current_provider_id(), file_id)
    return _try_first(file_id) if trial is None else _trial_page(trial)


@blueprint.post("/t/tuo/<int:file_id>")
@allow(*PROVIDER_ROLES)
@system_context
def send(file_id: int) -> Result:
    """Send an uploaded file with the columns whose report was shown."""
    waiting = _waiting(file_id)
    if waiting is None:
        return file_gone_page()
    if request.form.get("read") != sent_file_of(waiting).sha256:
        flash(_(COLUMNS_CHANGED), "info")
        return redirect(url_for(".try_out", file_id=file_id))
    return _send(waiting)


@blueprint.post("/t/tuo/<int:file_id>/unohda")
@allow(*PROVIDER_ROLES)
def forget(file_id: int) -> Result:
    """Delete an uploaded file without sending it."""
    waiting = _waiting(file_id)
    if waiting is None:
        return file_gone_page()
    forget_waiting(db(), waiting.id)
    flash(_("The file was not sent."), "info")
    return redirect(url_for(".show"))


@blueprint.get("/t/tuo/lahetetty/<int:file_id>")
@allow(*PROVIDER_ROLES)
def show_sent(file_id: int) -> Result:
    """Show what became of a file that was sent, or its progress."""
    stored = file_by_id(db(), current_provider_id(), file_id) or not_found()
    if not stored.is_decided:
        return progress_page(stored)
    findings, to_check = file_rows_to_check(
        db(), stored.id, count=ROWS_SHOWN, actor=current_actor(), now=now()
    )
    left = left_rows(db(), stored.id)
    shown = [*findings, *left[: ROWS_SHOWN - len(findings)]]
    return _report_page(repeated_answer(db(), stored, 0), None, shown, to_check + len(left))


@blueprint.get("/t/tuo/lahetetty/<int:file_id>/hylatyt.csv")
@allow(*PROVIDER_ROLES)
@limits_exports(LARGE_EXPORT)
def download_refused(file_id: int) -> Response:
    """Download the refused rows with their reasons."""
    stored = file_by_id(db(), current_provider_id(), file_id) or not_found()
    write = refused_rows_writer(db(), stored.id, finding_text, actor=current_actor(), now=now())
    return large_csv_download(write, f"kirjaukset-{stored.id}.refused.csv")


@blueprint.get("/t/tuo/malli.csv")
@allow(*PROVIDER_ROLES)
def download_model() -> Response:
    """Download an empty file with the header."""
    return csv_download(write_table(FILE_COLUMNS, []), "kirjaukset.csv")


def _form() -> UploadForm:
    form = UploadForm()
    saved = [(name, name) for name in saved_mappings(db(), current_provider_id())]
    own = (OWN_COLUMNS, _("As in Omatori's own template"))
    form.columns.choices = [own, *saved, (CHOOSE_COLUMNS, _("Something else: I will match the columns"))]
    form.columns.data = form.columns.data or OWN_COLUMNS
    return form


def _upload_page(form: UploadForm) -> Page:
    provider_id = current_provider_id()
    files, trials = newest_files(db(), provider_id), newest_trials(db(), provider_id)
    return render_template(
        "provider_portal/upload.html",
        form=form,
        files=files,
        trials=trials,
        columns=FILE_COLUMNS,
        file_states=FILE_STATES,
        trial_states=TRIAL_STATES,
    )


def _keep(upload: FileStorage | None, mapping: str) -> int:
    assert upload is not None  # the form has been validated
    data, name = upload.stream.read(), str(upload.filename)[:200]
    provider_id, actor = current_provider_id(), current_actor()
    return keep_waiting(
        db(), provider_id=provider_id, name=name, data=data, mapping=mapping, actor=actor, now=now()
    )


def _waiting(file_id: int) -> Waiting | None:
    return waiting_file(db(), current_provider_id(), file_id)


def _try_first(file_id: int) -> Result:
    waiting = _waiting(file_id)
    if waiting is None:
        return file_gone_page()
    try:
        answer = _tried_out(waiting)
    except UnreadableTableError as error:
        if not waiting.mapping and has_other_names(waiting.data, error):
            flash(_("The columns of this file have other names than ours. Check our suggestion."), "info")
            return redirect(url_for("provider_mappings.show", file_id=file_id))
        return _unreadable_page(waiting, error), 422
    if answer is not None:
        return _tried_page(answer, waiting)
    trial = trial_of(db(), current_provider_id(), file_id)
    if trial is None:  # somebody has just matched its columns anew
        return redirect(url_for(".try_out", file_id=file_id))
    return _trial_page(trial)


def _trial_page(trial: Trial) -> Result:
    if trial.state != "done":
        return progress_page(trial)
    return _tried_page(answer_of_trial(db(), trial, to_check_only=True), trial)


def _tried_page(answer: FileAnswer, waiting: Waiting | Trial) -> Page:
    findings = disclose_results(db(), answer.results, actor=current_actor(), now=now())
    return _report_page(answer, waiting, findings, answer.to_check)


def _tried_out(waiting: Waiting) -> FileAnswer | None:
    """Return the answer of a dry run of a short file; None if that of a long one has been queued."""
    file, provider_id, actor = sent_file_of(waiting), current_provider_id(), current_actor()
    table = read_sent(file)
    if is_long(waiting.data, table.row_count):
        try_later(db(), provider_id, waiting, table.row_count, actor=actor, now=now())
        return None
    arrival = Arrival(provider_id, file, actor, now())
    with HEAVY_WORK.place(provider_id):
        return check_rows(db(), arrival, table, KeptAnswers(ROWS_SHOWN, to_check_only=True))


def _send(waiting: Waiting) -> Result:
    try:
        answer = _sent(waiting)
    except UnreadableTableError as error:
        flash_faults(error)
        return redirect(url_for(".try_out", file_id=waiting.id))
    forget_waiting(db(), waiting.id)
    if answer.state == "done":
        again = _("The file has been sent before. This is the answer it got then.")
        flash(again if answer.is_repeated else _("The file was sent."), "success")
    return redirect(url_for(".show_sent", file_id=answer.id))


def _take_in(waiting: Waiting) -> FileAnswer:
    return take_in_file(
        db(),
        provider_id=current_provider_id(),
        file=sent_file_of(waiting),
        actor=current_actor(),
        now=now(),
        results_shown=0,
        sessions=shell().system_sessions,
    )


def _sent(waiting: Waiting) -> FileAnswer:
    """Process a short file at once; queue a long one, whose page shows its progress."""
    provider_id = current_provider_id()
    was_tried_later = trial_of(db(), provider_id, waiting.id) is not None
    if len(waiting.data) <= LONG_BYTES and not was_tried_later:
        return _take_in(waiting)
    file = sent_file_of(waiting)
    return queue_file(db(), provider_id=provider_id, file=file, actor=current_actor(), now=now())


def _unreadable_page(waiting: Waiting, error: UnreadableTableError) -> Page:
    codes = {fault.code for fault in error.faults}
    return render_template(
        "provider_portal/unreadable.html",
        waiting=waiting,
        texts=[table_fault_text(fault) for fault in error.faults],
        asks_sheet=TableFaultCode.SHEET_UNSURE in codes,
        is_mappable=bool(codes & MAPPABLE),
    )


def _report_page(
    answer: FileAnswer, waiting: Waiting | Trial | None, findings: Sequence[RowAnswer], to_check: int
) -> Page:
    read = waiting.sha256 if isinstance(waiting, Trial) else waiting and sent_file_of(waiting).sha256
    return render_template(
        "provider_portal/file_report.html",
        answer=answer,
        waiting=waiting,
        read=read,
        findings=findings,
        kind="csv" if answer.id is None else refused_kind(db(), answer.id),
        left_out=to_check - len(findings),
    )
