"""Send one message of the outbox. If it fails, it is tried again later."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from clearing.ledger.gateways.mail import Mail, Post
from clearing.ledger.gateways.mail_texts import (
    advice_subject,
    advice_text,
    claim_subject,
    claim_text,
    wait_before_retry,
)
from clearing.ledger.load.messages import DueMessage, advised_payment, next_due_message, notified_claim
from clearing.ledger.write.outbox import note_failure, note_sent
from foundation.database.failpoints import failpoint


class Sending(StrEnum):
    """The result of trying to send a message."""

    SENT = "sent"
    FAILED = "failed"
    NOTHING_DUE = "nothing_due"


def send_next_message(session: Session, *, post: Post, now: datetime) -> Sending:
    """Send the oldest message that is due, while its row is locked.

    After a crash between sending and commit, it is sent again with the same Message-ID.
    """
    message = next_due_message(session, now)
    if message is None:
        return Sending.NOTHING_DUE
    try:
        mail = _mail(session, message)
        failpoint("outbox.before_send")
        post(mail, now)
        failpoint("outbox.after_send")
    except OSError as error:
        retry_at = now + wait_before_retry(message.attempts + 1)
        note_failure(session, message.id, f"{type(error).__name__}: {error}", retry_at=retry_at)
        return Sending.FAILED
    note_sent(session, message.id, now)
    return Sending.SENT


def _mail(session: Session, message: DueMessage) -> Mail:
    if message.kind == "payment_advice":
        payment = advised_payment(session, message.body["payment_id"])
        subject = advice_subject(payment.sum_cents, payment.county_fi, payment.county_sv)
        text = advice_text(payment.sum_cents, payment.reference, payment.settlement_id, payment.execution_day)
        return Mail(message.key, payment.email, subject, text)
    if message.kind == "claim_notice":
        claim = notified_claim(session, message.body["recovery_id"])
        subject = claim_subject(claim.amount_cents, claim.county_fi, claim.county_sv)
        return Mail(
            message.key, claim.email, subject, claim_text(claim.amount_cents, claim.reference, claim.due_on)
        )
    return Mail(message.key, message.body["to"], message.body["subject"], message.body["text"])
