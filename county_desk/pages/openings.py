"""/tt/alkusaldot: vouchers in use from an earlier system, submitted by one person and accepted by another."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for

from county_desk.actions.open_balances import OpeningFile, accept_opening, reject_opening, submit_opening
from county_desk.actions.open_vouchers import Openings
from county_desk.labels import OPENING_REFUSALS
from county_desk.load.catalogue import county_code
from county_desk.load.openings import StoredOpening, openings_of
from county_desk.pages.worded_form import WordedForm
from county_desk.reading.opening_rows import OPENING_LAYOUT
from county_desk.rules.opening import OpeningState
from foundation.tabular.faults import UnreadableTableError
from foundation.tabular.import_report import RefusedRow
from foundation.tabular.reading import read_table
from foundation.tabular.table import Table
from foundation.vocabulary.identity_codes import hash_identity_code
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CASEWORK_ROLES, Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.files import table_fault_text
from foundation.web.forms import DayField, FileField, Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.large_bodies import FILE_BYTES, takes_upload
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import shell
from foundation.web.transaction import db
from marketplace.load.catalogue import service_names

blueprint = Blueprint("county_openings", __name__, template_folder="../templates")
ROWS_SHOWN = 50


class OpeningForm(WordedForm):
    """The file, and the day from which the program pays."""

    file = FileField(N_("File"), [needed(N_("Choose a file"))], hint=N_("CSV or XLSX, at most 100,000 rows"))
    opens_on = DayField(
        N_("From which day does Omatori pay?"),
        [needed(N_("Write the day, for example 1.12.2026"))],
        hint=N_("Visits of earlier days stay in the earlier system. Best is the first day of a month."),
    )


class RejectForm(Form):
    """Why the file is not accepted."""

    why = TextField(N_("Why?"), [needed(N_("Write why")), at_most(300, N_("Write less"))])


@blueprint.get("/tt/alkusaldot")
@allow(*CASEWORK_ROLES)
def show() -> Page:
    """Show the files, and ask for a new one."""
    return _page(OpeningForm(data={"opens_on": today()}))


@blueprint.post("/tt/alkusaldot")
@takes_upload(FILE_BYTES)
@allow(*CASEWORK_ROLES)
def submit() -> Result:
    """Check the file; if every row is right it waits for a second person."""
    form = OpeningForm()
    refused = _submit(form) if form.validate_on_submit() else ()
    if refused is None:
        flash(_("Every row is right. Another person now compares the totals and accepts them."), "success")
        return redirect(url_for(".show"))
    return _page(form, refused)


@blueprint.get("/tt/alkusaldot/<int:opening_id>")
@allow(*CASEWORK_ROLES)
def show_one(opening_id: int) -> Page:
    """Show the totals of a file, and ask for a decision."""
    return _one(_own(opening_id), RejectForm())


@blueprint.post("/tt/alkusaldot/<int:opening_id>/hyvaksy")
@allow(Role.COORDINATOR)
def accept(opening_id: int) -> Result:
    """Bring everything in."""
    stored, form = _own(opening_id), Form()
    if form.validate_on_submit():
        done = accept_opening(db(), stored.id, _openings(stored), _read, actor=current_actor(), now=now())
        if isinstance(done, Refusal):
            flash(_(OPENING_REFUSALS[done.code]), "error")
        else:
            flash(_("The vouchers are in the books."), "success")
    return redirect(url_for(".show_one", opening_id=opening_id))


@blueprint.post("/tt/alkusaldot/<int:opening_id>/hylkaa")
@allow(*CASEWORK_ROLES)
def reject(opening_id: int) -> Result:
    """Delete the file with a reason."""
    stored, form = _own(opening_id), RejectForm()
    if not form.validate_on_submit():
        return _one(stored, form)
    county_id, why = current_actor().county_id or 0, form.why.data or ""
    done = reject_opening(db(), county_id, stored.id, why=why, actor=current_actor(), now=now())
    if isinstance(done, Refusal):
        flash(_(OPENING_REFUSALS[done.code]), "error")
        return redirect(url_for(".show_one", opening_id=opening_id))
    flash(_("The file is rejected. Nothing of it is in the books."), "success")
    return redirect(url_for(".show"))


def _page(form: OpeningForm, refused: tuple[RefusedRow, ...] = ()) -> Page:
    return render_template(
        "county_desk/openings.html",
        form=form,
        files=openings_of(db(), current_actor().county_id or 0),
        refused=refused[:ROWS_SHOWN],
        left_out=len(refused) - ROWS_SHOWN,
        columns="; ".join(OPENING_LAYOUT.columns),
    )


def _one(stored: StoredOpening, form: RejectForm) -> Page:
    actor = current_actor()
    is_waiting = stored.state is OpeningState.WAITING
    may_accept = is_waiting and actor.role is Role.COORDINATOR and actor.person_id != stored.made_by
    return render_template(
        "county_desk/opening.html",
        stored=stored,
        form=form,
        is_waiting=is_waiting,
        may_accept=may_accept,
        names=service_names(db()),
    )


def _own(opening_id: int) -> StoredOpening:
    known = {each.id: each for each in openings_of(db(), current_actor().county_id or 0)}
    if opening_id not in known:
        not_found()
    return known[opening_id]


def _submit(form: OpeningForm) -> tuple[RefusedRow, ...] | None:
    """Return the rows that are wrong; None if the file was stored."""
    upload, opens_on = form.file.data, form.opens_on.data
    assert upload is not None  # the form has been validated
    assert opens_on is not None
    content = upload.stream.read()
    try:
        table = _read(content)
    except UnreadableTableError as error:
        for fault in error.faults:
            form.refuse("file", table_fault_text(fault))
        return ()
    file = OpeningFile(upload.filename or "", content, opens_on)
    report = submit_opening(db(), file, _openings(file), table, actor=current_actor(), now=now())
    if isinstance(report, Refusal):
        form.refuse("file", _(OPENING_REFUSALS[report.code]))
        return ()
    return None if report.opening_id is not None else report.refused


def _openings(file: OpeningFile | StoredOpening) -> Openings:
    county_id = current_actor().county_id or 0
    hash_code = partial(hash_identity_code, keys=shell().settings.keys(KeyPurpose.IDENTITY))
    return Openings(county_id, county_code(db(), county_id), file.opens_on, hash_code)


def _read(content: bytes) -> Table:
    return read_table(content, OPENING_LAYOUT)
