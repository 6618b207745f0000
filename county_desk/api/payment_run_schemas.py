"""Payment runs as documents of the API (contract: Payment runs)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from clearing.payments.actions.ingest_bank_answer import AnswerReport
from clearing.payments.load.payment_runs import RunContents
from foundation.web.api import ApiSchema, Code, Day, Money, Text


class RunInSchema(ApiSchema):
    """Which county's charges, up to which service day."""

    county = Code(required=True)
    until = Day(required=True)


class ApprovalSchema(ApiSchema):
    """The hash of what was looked at."""

    hash = Text(required=True, least=1, most=64)


class RunPaymentSchema(ApiSchema):
    """One payment."""

    id = fields.Integer()
    provider = fields.String()
    sum = Money()
    end_to_end_id = fields.String()
    state = fields.String()


class WaitingSchema(ApiSchema):
    """A provider whose money is not sent in this run, and why."""

    provider = fields.String()
    sum = Money()
    reason = fields.String()


class RunSchema(ApiSchema):
    """A payment run."""

    id = fields.Integer()
    state = fields.String()
    county = fields.String()
    until = Day()
    count = fields.Integer()
    sum = Money()
    hash = fields.String()
    payments = fields.List(fields.Nested(RunPaymentSchema))
    waiting = fields.List(fields.Nested(WaitingSchema))
    execution_day = Day(allow_none=True)


class UnmatchedSchema(ApiSchema):
    """An answer that was not accepted."""

    end_to_end_id = fields.String()
    code = fields.String()
    amount = Money(allow_none=True)
    bank_reference = fields.String()


class AnswerReportSchema(ApiSchema):
    """What a file of the bank did: how many agreed, and what did not."""

    matched = fields.Integer()
    returned = fields.Integer()
    unknown = fields.List(fields.String())  # type: ignore[assignment]
    known = fields.Integer()
    faults = fields.List(fields.Nested(UnmatchedSchema))
    closed_runs = fields.List(fields.Integer())


def run_out(contents: RunContents) -> dict[str, Any]:
    """Return a run for its schema."""
    run = contents.run
    return {
        "id": run.id,
        "state": run.state.value,
        "county": run.county_code,
        "until": run.until,
        "count": len(contents.payments),
        "sum": contents.sum_cents,
        "hash": contents.hash(),
        "execution_day": contents.header.execution_day,
        "payments": [
            {
                "id": payment.id,
                "provider": payment.line.business_id,
                "sum": payment.line.sum_cents,
                "end_to_end_id": payment.line.end_to_end_id,
                "state": payment.state,
            }
            for payment in contents.payments
        ],
        "waiting": [
            {"provider": waiting.business_id, "sum": waiting.sum_cents, "reason": waiting.waiting}
            for waiting in (settlement.line for settlement in contents.waiting)
        ],
    }


def report_out(report: AnswerReport) -> dict[str, Any]:
    """Return what a file did, for its schema."""
    return {
        "matched": report.matched,
        "returned": report.returned,
        "unknown": [answer.identifier for answer in report.unmatched],
        "known": report.known,
        "closed_runs": list(report.closed_runs),
        "faults": [
            {
                "end_to_end_id": answer.identifier,
                "code": answer.mismatch.value,
                "amount": answer.amount_cents,
                "bank_reference": answer.bank_reference,
            }
            for answer in report.unmatched
        ],
    }
