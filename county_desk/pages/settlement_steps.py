"""The steps of one payment run: hold a row, cancel, approve, take the file, upload the bank's answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.decide_open_answer import decide_open_answer
from clearing.payments.actions.export_bank_file import export_bank_file, send_run
from clearing.payments.actions.hold_settlement import hold_settlement
from clearing.payments.actions.ingest_bank_answer import ingest_bank_answer
from clearing.payments.actions.leave_out_changed import leave_out_changed
from clearing.payments.actions.prepare_payment_run import cancel_payment_run
from clearing.payments.actions.unfreeze_settlement import unfreeze_settlement
from clearing.payments.gateways.bank_answer import LARGEST_BYTES
from clearing.payments.load.home import is_frozen
from clearing.payments.load.payment_runs import RunContents, RunHeader, runs_of_county
from clearing.payments.load.run_totals import run_totals
from clearing.payments.load.unsent_runs import unsent_runs
from clearing.payments.rules.settling import RunRefusalCode
from clearing.payments.rules.verdicts import Decision
from county_desk import labels
from county_desk.pages.settlement_runs import REFUSED, own_county, own_header, own_run, run_page
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import SETTLEMENT_ROLES, Role
from foundation.web.clock import now
from foundation.web.forms import ChoicesField, FileField, Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor, fresh
from foundation.web.languages import N_, _
from foundation.web.large_bodies import FRAME_BYTES, takes_upload
from foundation.web.pages import Page, Result
from foundation.web.transaction import db

blueprint = Blueprint("settlement_steps", __name__, template_folder="../templates")


class HoldForm(Form):
    """Why a payment is held back."""

    why = TextField(N_("Why is it held back?"), [needed(N_("Write why")), at_most(500, N_("Write less"))])


class UnfreezeForm(Form):
    """How the restored book was matched with the bank."""

    why = TextField(
        N_("How did you compare the runs with the bank?"),
        [needed(N_("Write how")), at_most(500, N_("Write less"))],
        hint=N_("For example: the runs and sums above are those in the online bank, and no other was sent."),
    )
    not_at_bank = ChoicesField(
        N_("Runs whose file the bank does not have"),
        choices=[],
        hint=N_("Choose each run that you did not find in the online bank. It can be paid after this."),
    )


class AnswerForm(Form):
    """The bank's answer."""

    file = FileField(
        N_("File from the bank"),
        [needed(N_("Choose the file"))],
        hint=N_("A pain.002, camt.053 or camt.054 message. The same file may be uploaded again."),
    )


@blueprint.route("/mt/ajot/<int:run_id>/pidata/<int:settlement_id>", methods=["GET", "POST"])
@allow(Role.SETTLEMENT_OFFICER)
def hold(run_id: int, settlement_id: int) -> Result:
    """Hold one payment back, with the reason."""
    contents = own_run(run_id)
    named = [settlement for settlement in contents.settlements if settlement.id == settlement_id]
    if not named:
        abort(404)
    form = HoldForm()
    if form.validate_on_submit():
        why = form.why.data
        return _step(run_id, lambda: _hold(run_id, settlement_id, hold=True, why=why))
    return render_template("county_desk/run_hold.html", form=form, run=contents.run, settlements=named)


@blueprint.post("/mt/ajot/<int:run_id>/palauta/<int:settlement_id>")
@allow(Role.SETTLEMENT_OFFICER)
def release(run_id: int, settlement_id: int) -> Result:
    """Let a payment that was held back go again."""
    own_header(run_id)
    return _step(run_id, lambda: _hold(run_id, settlement_id, hold=False, why=""))


@blueprint.route("/mt/ajot/<int:run_id>/peru", methods=["GET", "POST"])
@allow(Role.SETTLEMENT_OFFICER)
def cancel(run_id: int) -> Result:
    """Say what a run that was not approved would pay, and give it up."""
    own_header(run_id)
    if request.method == "GET":
        return render_template("county_desk/run_cancel.html", contents=own_run(run_id))
    return _step(run_id, lambda: cancel_payment_run(db(), run_id, actor=current_actor(), now=now()))


@blueprint.post("/mt/ajot/<int:run_id>/hyvaksy")
@allow(Role.SETTLEMENT_APPROVER)
@fresh
def approve(run_id: int) -> Result:
    """Approve what was on the page, by the hash that it carried."""
    own_header(run_id)
    seen_hash = request.form.get("hash", "")
    return _step(run_id, lambda: _approve(run_id, seen_hash))


@blueprint.post("/mt/ajot/<int:run_id>/tiedosto")
@allow(*SETTLEMENT_ROLES)
def take_file(run_id: int) -> Result:
    """The bank file."""
    own_header(run_id)
    content = export_bank_file(db(), run_id, actor=current_actor(), now=now())
    if isinstance(content, Refusal):
        return run_page(own_run(run_id), content), REFUSED
    headers = {"Content-Disposition": f'attachment; filename="payment-run-{run_id}.xml"'}
    return Response(content, content_type="application/xml; charset=utf-8", headers=headers)


@blueprint.post("/mt/ajot/<int:run_id>/laheta")
@allow(*SETTLEMENT_ROLES)
def send(run_id: int) -> Result:
    """Send a run that is paid by Stripe alone."""
    own_header(run_id)
    return _step(run_id, lambda: send_run(db(), run_id, actor=current_actor(), now=now()))


@blueprint.route("/mt/vastaukset", methods=["GET", "POST"])
@takes_upload(LARGEST_BYTES + FRAME_BYTES)
@allow(*SETTLEMENT_ROLES)
def give_answer() -> Result:
    """Upload what the bank answered, and show what matched."""
    form = AnswerForm()
    if form.validate_on_submit() and form.file.data is not None:
        report = ingest_bank_answer(db(), form.file.data.read(), actor=current_actor(), now=now())
        if not isinstance(report, Refusal):
            return render_template("county_desk/bank_answer.html", report=report, labels=labels)
        form.refuse("file", _({**labels.ANSWER_FAULTS, **labels.RUN_REFUSALS}[report.code]))
    return render_template("county_desk/bank_answer_form.html", form=form)


@blueprint.route("/mt/vapauta", methods=["GET", "POST"])
@allow(*SETTLEMENT_ROLES)
def unfreeze() -> Result:
    """Let the county pay from a restored database, after a person has matched it with the bank."""
    form, waiting = UnfreezeForm(), unsent_runs(db(), own_county().id)
    form.not_at_bank.choices = [(str(header.run.id), _waiting_run(header)) for header in waiting]
    if form.validate_on_submit():
        done = _unfreeze(form)
        if isinstance(done, Refusal):
            form.refuse(done.field or "why", _(labels.RUN_REFUSALS[done.code]))
        else:
            flash(_("Payments continue."), "success")
    if not is_frozen(db(), own_county().id):
        return redirect(url_for("settlement_runs.list_runs"))
    return _unfreeze_page(form)


@blueprint.post("/mt/ajot/<int:run_id>/vastaus/<int:payment_id>")
@allow(*SETTLEMENT_ROLES)
def decide_answer(run_id: int, payment_id: int) -> Result:
    """Decide whether the bank's open answer about a payment holds."""
    contents = own_run(run_id)
    value = request.form.get("decision", "")
    if value not in set(Decision) or payment_id not in {payment.id for payment in contents.payments}:
        abort(404)
    return _step(run_id, lambda: _decide(payment_id, Decision(value)))


def _unfreeze_page(form: UnfreezeForm) -> Page:
    runs = runs_of_county(db(), own_county().id)
    totals = run_totals(db(), [header.run.id for header in runs])
    return render_template(
        "county_desk/run_unfreeze.html", form=form, runs=runs, totals=totals, labels=labels
    )


def _waiting_run(header: RunHeader) -> str:
    state = _(labels.RUN_STATES[header.run.state])
    return _("Run %(number)s, %(state)s", number=header.run.id, state=state)


def _unfreeze(form: UnfreezeForm) -> str | Refusal:
    return unfreeze_settlement(
        db(),
        county_id=own_county().id,
        why=form.why.data or "",
        not_at_bank=[int(key) for key in form.not_at_bank.data or []],
        actor=current_actor(),
        now=now(),
    )


def _approve(run_id: int, seen_hash: str) -> RunContents | Refusal:
    """Approve the run. If it changed, take what changed out of it: the page shows that and the new sum."""
    approved = approve_payment_run(db(), run_id, seen_hash, actor=current_actor(), now=now())
    if isinstance(approved, Refusal) and approved.code == RunRefusalCode.CHANGED:
        left_out = leave_out_changed(db(), run_id, actor=current_actor(), now=now())
        return left_out if isinstance(left_out, Refusal) else approved
    return approved


def _decide(payment_id: int, decision: Decision) -> Decision | Refusal:
    return decide_open_answer(db(), payment_id, decision, actor=current_actor(), now=now())


def _hold(run_id: int, settlement_id: int, *, hold: bool, why: str) -> RunContents | Refusal:
    return hold_settlement(db(), run_id, settlement_id, hold=hold, why=why, actor=current_actor(), now=now())


def _step(run_id: int, step: Callable[[], RunContents | Decision | Refusal]) -> Result:
    """Do a step and show the run; the run's page shows a refusal. A refused step changes nothing, except
    that an approval takes what changed out of the run."""
    done = step()
    if isinstance(done, Refusal):
        return run_page(own_run(run_id), done), REFUSED
    flash(_("Done."), "success")
    return redirect(url_for("settlement_runs.show_run", run_id=run_id))
