"""/mt/ajot: payment runs, what each waits for, and preparing the next."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.actions.preview_payment_run import preview_payment_run
from clearing.payments.load.dues import pays_returns_uploaded_by
from clearing.payments.load.odd_payees import odd_payees
from clearing.payments.load.pay_day_tasks import pay_day_tasks
from clearing.payments.load.pay_days import pay_day_to_prepare
from clearing.payments.load.payers import PayingCounty, county_paying
from clearing.payments.load.payment_runs import (
    RunContents,
    RunHeader,
    run_contents,
    run_header,
    runs_of_county,
)
from clearing.payments.load.payment_tasks import answers_to_decide, payees_without_account
from clearing.payments.load.run_totals import open_answer_counts, run_totals
from clearing.payments.load.stops import why_stopped
from clearing.payments.rules.settling import RunRefusalCode
from county_desk import labels
from county_desk.pages.run_pay_days import last_service_day
from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import RUN_READERS, Role
from foundation.web.clock import now, today
from foundation.web.forms import DayField, Form, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db

REFUSED = 409
blueprint = Blueprint("settlement_runs", __name__, template_folder="../templates")


class UntilForm(Form):
    """Up to which service day."""

    until = DayField(
        N_("Last service day"),
        [needed(N_("Write the last service day"))],
        hint=N_("Charges of later days wait for the next run."),
    )


@blueprint.get("/mt/ajot")
@allow(*RUN_READERS)
def list_runs() -> Page:
    """The county's runs, newest first, each with its next step."""
    runs = runs_of_county(db(), own_county().id)
    run_ids = [header.run.id for header in runs]
    return render_template(
        "county_desk/runs.html",
        runs=runs,
        totals=run_totals(db(), run_ids),
        answers=open_answer_counts(db(), run_ids),
        stopped=why_stopped(db(), own_county().id),
        pays=pay_day_tasks(db(), own_county().id, today()),
        to_decide=answers_to_decide(db(), own_county().id),
        without_account=payees_without_account(db(), own_county().id),
        labels=labels,
    )


@blueprint.route("/mt/ajot/uusi", methods=["GET", "POST"])
@allow(Role.SETTLEMENT_OFFICER)
def choose_day() -> Result:
    """Ask for the last service day; that of the pay day is offered, else the month's end before today."""
    form = UntilForm(data={"until": last_service_day(own_county().id, today())})
    if form.validate_on_submit() and form.until.data is not None:
        if form.until.data <= today():
            return redirect(url_for(".preview", until=form.until.data.isoformat()))
        form.refuse("until", _("The last service day is in the future"))
    due = pay_day_to_prepare(db(), own_county().id, today())
    pay_day = due.pay_day.day if due is not None and due.missed is None else None
    return render_template("county_desk/run_day.html", form=form, problem=None, pay_day=pay_day)


@blueprint.get("/mt/ajot/uusi/tarkista")
@allow(Role.SETTLEMENT_OFFICER)
def preview() -> Result:
    """What would be paid and what would wait, before anything is stored."""
    shown = preview_payment_run(db(), county=own_county(), until=_until(), actor=current_actor(), now=now())
    if isinstance(shown, Refusal):
        return _stopped(shown)
    return render_template("county_desk/run_preview.html", preview=shown, labels=labels)


@blueprint.post("/mt/ajot/uusi/tarkista")
@allow(Role.SETTLEMENT_OFFICER)
def prepare() -> Result:
    """Prepare the run that was looked at."""
    contents = prepare_payment_run(
        db(), county=own_county(), until=_until(), actor=current_actor(), now=now()
    )
    if isinstance(contents, Refusal):
        return _stopped(contents)
    flash(_("The run is prepared. Another person approves it."), "success")
    return redirect(url_for(".show_run", run_id=contents.run.id))


@blueprint.get("/mt/ajot/<int:run_id>")
@allow(*RUN_READERS)
def show_run(run_id: int) -> Page:
    """One run: what is paid, what waits, and the next step."""
    return run_page(own_run(run_id))


def run_page(contents: RunContents, problem: Refusal | None = None) -> Page:
    """The page of a run, with why a step was refused."""
    return render_template(
        "county_desk/run.html",
        contents=contents,
        run=contents.run,
        header=contents.header,
        odd=odd_payees(db(), contents, now()),
        problem=problem,
        labels=labels,
        today=today(),
        is_preparer=current_actor().person_id == contents.run.prepared_by,
        another_approves=_why_another_approves(contents),
        role=current_actor().role,
    )


def _why_another_approves(contents: RunContents) -> RunRefusalCode | None:
    """Return why the reader may not approve the run; None: not because of who it is."""
    run, person_id = contents.run, current_actor().person_id or 0
    if person_id == run.prepared_by:
        return RunRefusalCode.SAME_PERSON
    uploaded = pays_returns_uploaded_by(db(), run.id, run.county_id, person_id)
    return RunRefusalCode.UPLOADED_RETURN if uploaded else None


def _stopped(refused: Refusal) -> Result:
    """Where a run is begun, with why this one was not."""
    form = UntilForm(formdata=None, data={"until": _until()})
    page = render_template(
        "county_desk/run_day.html", form=form, problem=refused, labels=labels, pay_day=None
    )
    return page, REFUSED


def own_county() -> PayingCounty:
    """The actor's county."""
    return county_paying(db(), current_actor().county_id or 0) or not_found()


def own_header(run_id: int) -> RunHeader:
    """A run of the actor's county, without its rows."""
    header = run_header(db(), run_id)
    if header is None or header.run.county_id != current_actor().county_id:
        not_found()
    return header


def own_run(run_id: int) -> RunContents:
    """A run of the actor's county."""
    return run_contents(db(), own_header(run_id).run.id) or not_found()


def _until() -> date:
    until = parse_iso_day(request.args.get("until", ""))
    return until if until is not None and until <= today() else not_found()
