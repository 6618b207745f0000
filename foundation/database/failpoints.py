"""Fail points: named places where a test can kill the process, raise an error or wait. Never in production.

A fail point does nothing until `arm` is called with its name, which only the composition roots do.
"""

import os
import signal
import time
from dataclasses import dataclass

NAMES: tuple[str, ...] = (
    "settle.prepare.after_run",
    "settle.prepare.after_freeze",
    "settle.prepare.after_payments",
    "settle.prepare.after_audit",
    "settle.approve.after_locks",
    "settle.leave_out.after_charges",
    "settle.leave_out.after_payments",
    "settle.leave_out.after_audit",
    "settle.approve.after_postings",
    "settle.approve.after_balances",
    "settle.approve.after_run",
    "settle.export.after_postings",
    "settle.export.after_payments",
    "settle.export.after_outbox",
    "settle.export.after_calls",
    "settle.export.after_run",
    "settle.ingest.after_payments",
    "settle.ingest.after_postings",
    "settle.ingest.after_run",
    "settle.ingest.after_answer",
    "stripe.call.before",
    "stripe.call.after",
    "stripe.call.before_commit",
    "stripe.transfer.after_postings",
    "stripe.transfer.after_payment",
    "stripe.event.after_row",
    "stripe.event.before_commit",
    "co_payment.invoice.after_lines",
    "checkout.call.after",
    "checkout.open.before_commit",
    "checkout.paid.after_receipt",
    "checkout.return.after_row",
    "stripe.cards.after_payout",
    "co_payment.choice.after_row",
    "co_payment.notice.after_row",
    "co_payment.month.after_invoice",
    "co_payment.credit.after_lines",
    "claims.ingest.after_claim",
    "settle.decide.after_postings",
    "settle.decide.after_payment",
    "approval.after_take_back",
    "dispute.after_charge",
    "dispute.after_entry",
    "dispute.after_turn",
    "bank_file.before_write",
    "ledger.after_postings",
    "ledger.after_balances",
    "ledger.after_holds",
    "charge.after_statement",
    "charge.before_commit",
    "expire.after_money",
    "expire.after_choices",
    "expire.after_audit",
    "plans.after_holds",
    "plans.after_reaches",
    "outbox.before_send",
    "outbox.after_send",
    "webhook.before_store",
    "trial.after_begin",
    "trial.after_slice",
    "trial.before_report",
    "stopped_file.before_commit",
    "stopped_file.after_commit",
    "trial.after_report",
)
"""Every fail point; `omatori failpoints` prints them. All postings go through `ledger.*`, except those of
payment runs and those of single charges, which are sent in one round trip with the commit."""

KINDS = ("kill", "error", "delay")
DELAY_SECONDS = 2.0


class FailpointError(RuntimeError):
    """Raised at a fail point that is armed with `error`."""


@dataclass(slots=True)
class _Armed:
    name: str = ""
    kind: str = ""


_armed = _Armed()


def arm(spec: str | None, *, production: bool) -> None:
    """Arm a fail point given as `name:kill|error|delay`; None disarms.

    Raises:
        ValueError: There is no such fail point, or this is production.
    """
    name, _, kind = (spec or ":").partition(":")
    if spec and production:
        raise ValueError("fail points are for tests: production refuses them")
    if spec and (name not in NAMES or kind not in KINDS):
        raise ValueError(f"no such fail point: {spec}")
    _armed.name, _armed.kind = name, kind


def failpoint(name: str) -> None:
    """Kill the process, raise an error or wait here if this fail point is armed."""
    assert name in NAMES, name
    if _armed.name != name:
        return
    if _armed.kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if _armed.kind == "error":
        raise FailpointError(name)
    time.sleep(DELAY_SECONDS)
