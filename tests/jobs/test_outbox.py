"""The outbox: each message leaves once, failures wait longer and longer, mail is what it should be."""

import smtplib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.ledger.actions.send_message import Sending, send_next_message
from clearing.ledger.gateways.mail import Mail, as_message, post_into_folder
from clearing.ledger.gateways.mail_texts import advice_text, wait_before_retry
from foundation.database.tables.outbox import OutboxMessage
from foundation.vocabulary.money import Money
from tests.builders.outbox import put_in_outbox

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
BODY = {"to": "info@tuulenhalaus.example", "subject": "Hyväksyntä", "text": "Äiti tuli kotiin."}


def put(session: Session, key: str) -> None:
    put_in_outbox(session, kind="mail", key=key, body=BODY, now=NOW)
    session.flush()


def test_a_message_leaves_once(session: Session, tmp_path: Path) -> None:
    put(session, "test:1")
    post = post_into_folder(tmp_path, "omatori@county.example")
    assert send_next_message(session, post=post, now=NOW) is Sending.SENT
    assert send_next_message(session, post=post, now=NOW) is Sending.NOTHING_DUE
    (file,) = tmp_path.iterdir()
    assert file.name == "test-1.eml"
    assert file.stat().st_mode & 0o077 == 0
    assert b"Message-ID: <test-1@county.example>" in file.read_bytes()


@pytest.mark.parametrize("error", [ConnectionRefusedError(), smtplib.SMTPServerDisconnected("gone")])
def test_a_failure_is_tried_again_later(session: Session, error: OSError) -> None:
    put(session, "test:2")

    def refuse(_mail: Mail, _now: datetime) -> None:
        raise error

    assert send_next_message(session, post=refuse, now=NOW) is Sending.FAILED
    message = session.scalars(select(OutboxMessage)).one()
    assert (message.attempts, message.sent_at) == (1, None)
    assert message.due_at == NOW + timedelta(minutes=1)
    assert type(error).__name__ in (message.last_error or "")
    assert send_next_message(session, post=refuse, now=NOW) is Sending.NOTHING_DUE
    later = NOW + timedelta(minutes=1)
    sent: list[Mail] = []
    assert send_next_message(session, post=lambda mail, _: sent.append(mail), now=later) is Sending.SENT
    assert [mail.key for mail in sent] == ["test:2"]


def test_one_failure_does_not_stop_the_next(session: Session) -> None:
    put(session, "bad")
    put(session, "good")
    sent: list[str] = []

    def post(mail: Mail, _now: datetime) -> None:
        if mail.key == "bad":
            raise TimeoutError
        sent.append(mail.key)

    outcomes = [send_next_message(session, post=post, now=NOW) for _ in range(3)]
    assert outcomes == [Sending.FAILED, Sending.SENT, Sending.NOTHING_DUE]
    assert sent == ["good"]


def test_waits_double_up_to_six_hours() -> None:
    minutes = [wait_before_retry(attempts) / timedelta(minutes=1) for attempts in (1, 2, 3, 9, 10, 99)]
    assert minutes == [1, 2, 4, 256, 360, 360]


def test_a_mail_keeps_finnish_letters_and_its_key() -> None:
    mail = Mail("payment-advice:17", "a@b.example", "Maksu ä", advice_text(Money(123_456), "RF18", 3, None))
    message = as_message(mail, "omatori@county.example", NOW)
    assert message["Message-ID"] == "<payment-advice-17@county.example>"
    assert "1\u00a0234,56\u00a0€" in message.get_content()
