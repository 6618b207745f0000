"""Payment runs as documents of the API (contract: Payment runs)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from clearing.payments.actions.ingest_bank_answer import AnswerReport
from clearing.payments.load.payment_runs import RunContents
from clearing.payments.rules.verdicts import Decision
from foundation.web.api import ApiSchema, Code, Day, Money, Text


class RunInSchema(ApiSchema):
    """Which county's charges, up to which service day."""

    county = Code(required=True)
    until = Day(required=True)


class ApprovalSchema(ApiSchema):
    """The hash of what was looked at."""

    hash = Text(required=True, least=1, most=64)


class AnswerDecisionSchema(ApiSchema):
    """Whether the bank's open answer about a payment holds."""

    decision = fields.String(required=True, validate=validate.OneOf([word.value for word in Decision]))


class UnfreezeSchema(ApiSchema):
    """How the restored book was matched with the bank."""

    why = Text(required=True, least=1, most=500)
    not_at_bank = fields.List(
        fields.Integer(strict=True),
        load_default=list,
        validate=validate.Length(max=1_000),
        metadata={"description": "The runs that wait here, and of which the bank has no file"},
    )


class SettlementStateSchema(ApiSchema):
    """Whether the county's payments are stopped because the database was restored."""

    frozen = fields.Boolean()


class OpenAnswerSchema(ApiSchema):
    """An answer of the bank that another person than the one who uploaded it decides."""

    code = fields.String(attribute="open_code")
    bank_reference = fields.String(attribute="open_reference", allow_none=True)
    reason = fields.String(attribute="open_reason", allow_none=True)
    text = fields.String(attribute="open_text", allow_none=True)


class RunPaymentSchema(ApiSchema):
    """One payment."""

    id = fields.Integer()
    provider = fields.String(attribute="line.business_id")
    sum = Money(attribute="line.sum_cents")
    end_to_end_id = fields.String(attribute="line.end_to_end_id")
    state = fields.String()
    rail = fields.String(attribute="rail.value")
    bank_reference = fields.String(allow_none=True)
    return_reason = fields.String(allow_none=True)
    return_text = fields.String(allow_none=True)
    open_answer = fields.Nested(OpenAnswerSchema, allow_none=True)


class WaitingSchema(ApiSchema):
    """A provider whose money is not sent in this run, and why."""

    provider = fields.String(attribute="line.business_id")
    sum = Money(attribute="line.sum_cents")
    reason = fields.String(attribute="line.waiting")


class LeftOutSchema(ApiSchema):
    """What left the run before its approval: a charge, or money of a payee, and why."""

    provider = fields.String(attribute="business_id")
    charge = fields.String(attribute="reference", allow_none=True)
    sum = Money(attribute="cents")
    reason = fields.String()


class ReturnedSchema(ApiSchema):
    """A payment that came back, and what comes next; `run` pays the money again."""

    payment = fields.Integer(attribute="payment_id")
    end_to_end_id = fields.String()
    sum = Money(attribute="sum_cents")
    next_step = fields.String(attribute="next_step.value")
    run = fields.Integer(attribute="run_id", allow_none=True)


class RunSchema(ApiSchema):
    """A payment run."""

    id = fields.Integer(attribute="contents.run.id")
    state = fields.String(attribute="contents.run.state.value")
    county = fields.String(attribute="contents.run.county_code")
    until = Day(attribute="contents.run.until")
    count = fields.Integer()
    sum = Money(attribute="contents.sum_cents")
    hash = fields.String()
    payments = fields.List(fields.Nested(RunPaymentSchema), attribute="contents.payments")
    waiting = fields.List(fields.Nested(WaitingSchema), attribute="contents.waiting")
    left_out = fields.List(fields.Nested(LeftOutSchema), attribute="contents.left_out")
    returned = fields.List(fields.Nested(ReturnedSchema), attribute="contents.returned")
    not_before = Day(attribute="contents.run.not_before", allow_none=True)
    execution_day = Day(attribute="contents.header.execution_day", allow_none=True)


class UnmatchedSchema(ApiSchema):
    """An answer that was not accepted."""

    end_to_end_id = fields.String(attribute="identifier")
    code = fields.String(attribute="mismatch.value")
    amount = Money(attribute="amount_cents", allow_none=True)
    bank_reference = fields.String()
    status = fields.String(attribute="code")
    reason = fields.String()
    text = fields.String()


class AnswerReportSchema(ApiSchema):
    """What a file of the bank did: how many agreed, and what did not."""

    matched = fields.Integer(attribute="report.matched")
    returned = fields.Integer(attribute="report.returned")
    unknown = fields.List(fields.String())  # type: ignore[assignment]
    accepted = fields.Integer(attribute="report.accepted")
    known = fields.Integer(attribute="report.known")
    faults = fields.List(fields.Nested(UnmatchedSchema), attribute="report.unmatched")
    closed_runs = fields.List(fields.Integer(), attribute="report.closed_runs")
    claims_paid = fields.List(fields.Integer(), attribute="report.claims_paid")


def run_out(contents: RunContents) -> dict[str, Any]:
    """Return a run for its schema."""
    return {"contents": contents, "count": len(contents.payments), "hash": contents.hash()}


def changed_out(contents: RunContents) -> dict[str, Any]:
    """Return what an approver reads of a run that was frozen again: extension members of the problem."""
    return dict(RunSchema(only=("hash", "count", "sum", "left_out")).dump(run_out(contents)))


def report_out(report: AnswerReport) -> dict[str, Any]:
    """Return what a file did, for its schema."""
    return {"report": report, "unknown": [answer.identifier for answer in report.unmatched]}
