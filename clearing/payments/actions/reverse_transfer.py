"""Take a transfer at Stripe back: one person asks for it, another approves it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.load.stripe_calls import transfer_of_payment
from clearing.payments.load.stripe_reversals import asked_reversal
from clearing.payments.rules.settling import APPROVERS, PREPARERS, RunRefusalCode, why_not_by
from clearing.payments.rules.stripe_retries import CallState
from clearing.payments.rules.stripe_transfers import AwaitedTransfer
from clearing.payments.write.stripe_calls import ask_call, change_call
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def ask_reversal(
    session: Session, payment_id: int, *, why: str, actor: Actor, now: datetime
) -> AwaitedTransfer | Refusal:
    """Ask that a confirmed payment by Stripe is taken back whole; nothing moves before it is approved.

    Refused with `role_forbidden`, `other_county`, `why_missing`, and `run_not_in_state` if the payment is not
    confirmed or its reversal is asked for already.
    """
    payment = transfer_of_payment(session, payment_id)
    if payment is None:
        return Refusal(RunRefusalCode.WRONG_STATE)
    if refusal := why_not_by(actor, PREPARERS, payment.county_id):
        return refusal
    if not why.strip():
        return Refusal(RunRefusalCode.WHY_MISSING, "why")
    if payment.state != "confirmed" or payment.is_open or asked_reversal(session, payment_id):
        return Refusal(RunRefusalCode.WRONG_STATE)
    row = {"county_id": payment.county_id, "payment_id": payment_id, "kind": "reversal", "due_at": now}
    ask_call(session, row | {"asked_by": actor.person_id, "asked_why": why.strip()})
    _audit(session, "stripe_reversal.ask", payment, actor, now, why.strip())
    return payment


def approve_reversal(
    session: Session, payment_id: int, *, actor: Actor, now: datetime
) -> AwaitedTransfer | Refusal:
    """Approve another person's reversal; Stripe is called, and what comes back is payable again.

    Refused with `role_forbidden`, `other_county`, `run_not_in_state`, `same_person`.
    """
    payment, asked = transfer_of_payment(session, payment_id), asked_reversal(session, payment_id)
    if payment is None or asked is None or asked.state is not CallState.ASKED:
        return Refusal(RunRefusalCode.WRONG_STATE)
    if refusal := why_not_by(actor, APPROVERS, payment.county_id):
        return refusal
    if asked.asked_by == actor.person_id:
        return Refusal(RunRefusalCode.SAME_PERSON)
    queued = {"state": CallState.QUEUED.value, "approved_by": actor.person_id, "due_at": now}
    change_call(session, asked.id, queued)
    _audit(session, "stripe_reversal.approve", payment, actor, now, asked.why)
    return payment


def _audit(
    session: Session, act: str, payment: AwaitedTransfer, actor: Actor, now: datetime, why: str
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("payment", payment.id),
        county_id=payment.county_id,
        why=why,
        detail={"sum_cents": payment.sum_cents, "transfer": payment.transfer},
    )
