"""Payment runs: prepare, approve by another, the bank file, the bank's answer."""

from __future__ import annotations

from typing import TypeVar

from flask import Response, request
from flask_smorest import Blueprint

from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.decide_open_answer import decide_open_answer
from clearing.payments.actions.export_bank_file import export_bank_file, send_run
from clearing.payments.actions.ingest_bank_answer import ingest_bank_answer
from clearing.payments.actions.leave_out_changed import leave_out_changed
from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.actions.unfreeze_settlement import unfreeze_settlement
from clearing.payments.gateways.bank_answer import LARGEST_BYTES, AnswerFault
from clearing.payments.load.payers import paying_county
from clearing.payments.load.payment_runs import RunContents, RunHeader, run_contents, run_header
from clearing.payments.rules.settling import RunRefusalCode
from clearing.payments.rules.verdicts import Decision
from county_desk.api.payment_run_schemas import (
    AnswerDecisionSchema,
    AnswerReportSchema,
    ApprovalSchema,
    RunInSchema,
    RunSchema,
    SettlementStateSchema,
    UnfreezeSchema,
    changed_out,
    report_out,
    run_out,
)
from county_desk.labels import ANSWER_FAULTS, LEFT_OUT_REASONS, RUN_REFUSALS, difference_text
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import RUN_READERS, SETTLEMENT_ROLES, Role
from foundation.web.api import Answer, FieldError, Problem, idempotent, not_there, read_body, takes_body
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.large_bodies import read_large_body, takes_upload
from foundation.web.transaction import db

FORBIDDEN = frozenset(
    {
        RunRefusalCode.ROLE_FORBIDDEN,
        RunRefusalCode.OTHER_COUNTY,
        RunRefusalCode.SAME_PERSON,
        RunRefusalCode.UPLOADED_RETURN,
        RunRefusalCode.NOT_PREPARER,
    }
)
XML_TYPES = ("application/xml", "text/xml")
Result = TypeVar("Result")

blueprint = Blueprint("payment_runs", __name__, url_prefix="/api/v1", description=N_("Paying providers"))


@blueprint.post("/payment-runs")
@allow(Role.SETTLEMENT_OFFICER, scope=KeyScope.PAYMENTS_WRITE)
@idempotent
@takes_body(RunInSchema)
@blueprint.response(201, RunSchema)
def post_run() -> Answer:
    """Prepare a run; the county's run that still waits for approval is replaced"""
    sent = read_body(RunInSchema)
    county = paying_county(db(), sent["county"])
    if county is None or county.id != current_actor().county_id:
        not_there()
    prepared = prepare_payment_run(db(), county=county, until=sent["until"], actor=current_actor(), now=now())
    return run_out(_done(prepared))


@blueprint.get("/payment-runs/<int:run_id>")
@allow(*RUN_READERS, scope=KeyScope.PAYMENTS_READ)
@blueprint.response(200, RunSchema)
def get_run(run_id: int) -> Answer:
    """A run with its payments and what waits"""
    contents = run_contents(db(), _own(run_id).run.id)
    return run_out(contents or not_there())


@blueprint.post("/payment-runs/<int:run_id>/approve")
@allow(Role.SETTLEMENT_APPROVER, scope=KeyScope.PAYMENTS_WRITE)
@idempotent
@takes_body(ApprovalSchema)
@blueprint.response(200, RunSchema)
def post_approval(run_id: int) -> Answer:
    """Approve what another person prepared, by its hash; 409 `run_changed`: approve the new hash"""
    _own(run_id)
    seen_hash = read_body(ApprovalSchema)["hash"]
    approved = approve_payment_run(db(), run_id, seen_hash, actor=current_actor(), now=now())
    if isinstance(approved, Refusal) and approved.code == RunRefusalCode.CHANGED:
        return _changed(_done(leave_out_changed(db(), run_id, actor=current_actor(), now=now())))
    return run_out(_done(approved))


@blueprint.post("/payment-runs/<int:run_id>/payments/<int:payment_id>/decision")
@allow(*SETTLEMENT_ROLES, scope=KeyScope.PAYMENTS_WRITE)
@idempotent
@takes_body(AnswerDecisionSchema)
@blueprint.response(200, RunSchema)
def post_decision(run_id: int, payment_id: int) -> Answer:
    """Decide whether the bank's open answer about a payment holds; not by who uploaded it"""
    contents = run_contents(db(), _own(run_id).run.id) or not_there()
    if payment_id not in {payment.id for payment in contents.payments}:
        not_there()
    decision = Decision(read_body(AnswerDecisionSchema)["decision"])
    _done(decide_open_answer(db(), payment_id, decision, actor=current_actor(), now=now()))
    return run_out(run_contents(db(), run_id) or not_there())


@blueprint.get("/payment-runs/<int:run_id>/bank-file")
@allow(*SETTLEMENT_ROLES, scope=KeyScope.PAYMENTS_WRITE)
@blueprint.response(200, {"type": "string"}, content_type="application/xml")
def get_bank_file(run_id: int) -> Answer:
    """The run as a pain.001 file; the first time it marks the payments sent"""
    _own(run_id)
    content = _done(export_bank_file(db(), run_id, actor=current_actor(), now=now()))
    name = f"payment-run-{run_id}.xml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type="application/xml; charset=utf-8", headers=headers)


@blueprint.post("/payment-runs/<int:run_id>/send")
@allow(*SETTLEMENT_ROLES, scope=KeyScope.PAYMENTS_WRITE)
@idempotent
@blueprint.response(200, RunSchema)
def post_send(run_id: int) -> Answer:
    """Send an approved run: payments by Stripe leave on its day, those by bank with the bank file"""
    _own(run_id)
    return run_out(_done(send_run(db(), run_id, actor=current_actor(), now=now())))


@blueprint.post("/payment-runs/unfreeze")
@allow(*SETTLEMENT_ROLES, scope=KeyScope.PAYMENTS_WRITE)
@idempotent
@takes_body(UnfreezeSchema)
@blueprint.response(200, SettlementStateSchema)
def post_unfreeze() -> Answer:
    """Let the county pay from a restored database that a person has matched with the bank"""
    matched = read_body(UnfreezeSchema)  # why, not_at_bank
    county_id = current_actor().county_id or 0
    _done(unfreeze_settlement(db(), county_id=county_id, **matched, actor=current_actor(), now=now()))
    return {"frozen": False}


@blueprint.post("/bank-answers")
@takes_upload(LARGEST_BYTES)
@allow(*SETTLEMENT_ROLES, scope=KeyScope.PAYMENTS_WRITE)
@idempotent
@takes_body({"type": "string"}, content_type="application/xml")
@blueprint.response(200, AnswerReportSchema)
def post_bank_answer() -> Answer:
    """Upload what the bank answered: pain.002, camt.053 or camt.054; again is harmless"""
    if request.mimetype not in XML_TYPES:
        raise Problem(415, detail=N_("Send XML with the content type application/xml"))
    content = read_large_body()
    return report_out(_done(ingest_bank_answer(db(), content, actor=current_actor(), now=now())))


def _changed(contents: RunContents) -> Response:
    """Return 409 with what left the run. It is returned, not raised: the run was frozen again."""
    code = RunRefusalCode.CHANGED
    errors = [FieldError("", line.reason, LEFT_OUT_REASONS[line.reason]) for line in contents.left_out]
    return Problem(409, code, RUN_REFUSALS[code], errors=errors, extra=changed_out(contents)).response()


def _own(run_id: int) -> RunHeader:
    """The run, if it is of the actor's county."""
    header = run_header(db(), run_id)
    if header is None or header.run.county_id != current_actor().county_id:
        not_there()
    return header


def _done(result: Result | Refusal) -> Result:
    """Return the result of a step, or raise its refusal as a problem."""
    if isinstance(result, Refusal):
        raise _problem(result)
    return result


def _problem(refusal: Refusal) -> Problem:
    """Return 403 for the wrong person, 409 for the wrong moment, 413 or 422 for the file or the day."""
    code = refusal.code
    if code in ANSWER_FAULTS:
        return Problem(413 if code == AnswerFault.TOO_LARGE else 422, code, ANSWER_FAULTS[code])
    if code == RunRefusalCode.UNTIL_IN_FUTURE:
        return Problem(422, errors=[FieldError(refusal.field, code, RUN_REFUSALS[code])])
    differences = [FieldError("", code, difference_text(reason)) for reason in refusal.reasons]
    return Problem(403 if code in FORBIDDEN else 409, code, RUN_REFUSALS[code], errors=differences)
