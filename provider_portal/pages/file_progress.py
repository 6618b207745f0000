"""/t/tuo: how far a long file is that is tried or processed. Its provider may stop it, and go on."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.tabular.faults import UnreadableTableError
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.files import table_fault_text
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import _, ngettext
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from provider_portal.actions.stop_file import resume_file, stop_file
from provider_portal.actions.try_file import try_again
from provider_portal.load.charge_files import StoredFile, file_by_id, stopped_files
from provider_portal.load.file_trials import Trial, trial_of
from provider_portal.load.file_work import outcomes_so_far
from provider_portal.rules.stopped_files import SHOWN, last_day_to_go_on
from provider_portal.write.file_trials import stop_trial

A_MINUTE = 60
FEW_SECONDS = 5
"""Seconds left are told in steps of these: a figure that jumps up and down tells nothing."""
LOOK_AGAIN_SECONDS = 10
"""Without a script the page is loaded again. Long enough to reach the buttons by keyboard."""
blueprint = Blueprint("provider_file_progress", __name__, template_folder="../templates")


def progress_page(file: StoredFile | Trial) -> Page:
    """Return the page of a file that is not done."""
    is_trial = isinstance(file, Trial)
    so_far = {} if is_trial or file.state in ("waiting", "running") else outcomes_so_far(db(), file.id)
    return render_template(
        "provider_portal/trial_progress.html" if is_trial else "provider_portal/file_progress.html",
        file=file,
        so_far=so_far,
        time_left=time_left_text(file.seconds_left),
        look_again=LOOK_AGAIN_SECONDS,
        last_day=last_day_to_go_on(today()),
    )


@blueprint.app_template_global("stopped_files")
def files_that_stopped() -> list[StoredFile]:
    """Return the provider's stopped files, and for some weeks those that have ended."""
    return stopped_files(db(), current_provider_id(), ended_since=today() - SHOWN)


def time_left_text(seconds: int | None) -> str:
    """Return how long it will still take, rounded up; empty if nothing is known of it."""
    if seconds is None:
        return ""
    if seconds <= A_MINUTE:
        few = max(1, -(-seconds // FEW_SECONDS)) * FEW_SECONDS
        return ngettext("About %(n)s second left.", "About %(n)s seconds left.", few)
    return ngettext("About %(n)s minute left.", "About %(n)s minutes left.", -(-seconds // A_MINUTE))


def flash_faults(error: UnreadableTableError) -> None:
    """Show why a file was not queued, on the next page."""
    for fault in error.faults:
        flash(table_fault_text(fault), "error")


def file_gone_page() -> Result:
    """Return the page about an uploaded file that is not kept any more, or is another provider's."""
    return render_template("provider_portal/file_gone.html"), 404


@blueprint.post("/t/tuo/<int:file_id>/pysayta")
@allow(*PROVIDER_ROLES)
def stop_trying(file_id: int) -> Result:
    """Stop the dry run of an uploaded file."""
    trial = trial_of(db(), current_provider_id(), file_id)
    if trial is None:
        return file_gone_page()
    stop_trial(db(), trial.id)
    return redirect(url_for("provider_uploads.try_out", file_id=file_id))


@blueprint.post("/t/tuo/<int:file_id>/kokeile")
@allow(*PROVIDER_ROLES)
def try_once_more(file_id: int) -> Result:
    """Try an uploaded file again from its first row."""
    trial = trial_of(db(), current_provider_id(), file_id)
    if trial is None:
        return file_gone_page()
    try:
        try_again(db(), current_provider_id(), trial, actor=current_actor(), now=now())
    except UnreadableTableError as error:
        flash_faults(error)
    return redirect(url_for("provider_uploads.try_out", file_id=file_id))


@blueprint.post("/t/tuo/lahetetty/<int:file_id>/pysayta")
@allow(*PROVIDER_ROLES)
def stop_sending(file_id: int) -> Result:
    """Stop a file after the rows at work. What is stored stays."""
    stored = _sent(file_id)
    stop_file(db(), stored.id, actor=current_actor(), now=now())
    return redirect(url_for("provider_uploads.show_sent", file_id=file_id))


@blueprint.post("/t/tuo/lahetetty/<int:file_id>/jatka")
@allow(*PROVIDER_ROLES)
def go_on(file_id: int) -> Result:
    """Have the rows of a stopped file processed that are left, if its last day is not over."""
    stored = _sent(file_id)
    resume_file(db(), stored.id, actor=current_actor(), now=now())
    if _sent(file_id).is_over(today()):
        flash(_("The last day to go on with the file has passed."), "error")
        return redirect(url_for("provider_uploads.show_sent", file_id=file_id))
    flash(_("The other rows are being processed."), "info")
    return redirect(url_for("provider_uploads.show_sent", file_id=file_id))


def _sent(file_id: int) -> StoredFile:
    return file_by_id(db(), current_provider_id(), file_id) or not_found()
