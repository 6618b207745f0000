"""Send one message of the outbox; one that does not leave is tried again later."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from clearing.ledger.gateways.mail import Mail, Post
from clearing.ledger.gateways.mail_texts import advice_subject, advice_text, wait_before_retry
from clearing.ledger.load.messages import DueMessage, next_due_message, payment_to_tell
from clearing.ledger.write.outbox import note_failure, note_sent
from foundation.database.failpoints import failpoint


class Sending(StrEnum):
    """What became of it."""

    SENT = "sent"
    FAILED = "failed"
    NOTHING_DUE = "nothing_due"


def send_next_message(session: Session, *, post: Post, now: datetime) -> Sending:
    """Send the oldest due message under its row's lock.

    A crash between sending and commit sends it again, with the same Message-ID.
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
        again = now + wait_before_retry(message.attempts + 1)
        note_failure(session, message.id, f"{type(error).__name__}: {error}", try_again_at=again)
        return Sending.FAILED
    note_sent(session, message.id, now)
    return Sending.SENT


def _mail(session: Session, message: DueMessage) -> Mail:
    if message.kind == "payment_advice":
        told = payment_to_tell(session, message.body["payment_id"])
        subject = advice_subject(told.sum_cents, told.county_fi, told.county_sv)
        text = advice_text(told.sum_cents, told.reference, told.settlement_id, told.execution_day)
        return Mail(message.key, told.email, subject, text)
    return Mail(message.key, message.body["to"], message.body["subject"], message.body["text"])
