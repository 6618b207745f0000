"""The timetable: one of two processes leads, the other takes over, and jobs commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from clearing.jobs import Timetable
from clearing.ledger.facts.audit import AuditNote
from clearing.ledger.gateways.anchor_file import AnchorFile
from clearing.ledger.gateways.mail import Mail
from clearing.ledger.write.audit import store_notes
from clearing.upkeep.actions.anchor_audit import UNPROVEN, AuditProof
from foundation.database.session import make_engine
from foundation.database.tables.idempotency import IdempotencyKey
from foundation.database.tables.outbox import OutboxMessage
from foundation.vocabulary.roles import Actor
from tests.builders.audit import AUDIT_KEYS
from tests.builders.outbox import put_in_outbox
from tests.builders.patience import wait_until

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@contextmanager
def timetable(url: str, sent: list[str]) -> Iterator[Timetable]:
    engine = make_engine(url, pool_size=2)

    def post(mail: Mail, _now: datetime) -> None:
        sent.append(mail.key)

    made = Timetable(engine, post, lambda: NOW, UNPROVEN, outbox_seconds=1, heartbeat_seconds=0.1)
    made.start()
    yield made
    made.stop()
    engine.dispose()


def put_messages(url: str, count: int, first: int = 0) -> None:
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        for number in range(first, first + count):
            body = {"to": "a@b.example", "subject": "s", "text": "t"}
            put_in_outbox(session, kind="mail", key=f"m:{number}", body=body, now=NOW)
    engine.dispose()


def unsent(url: str) -> int:
    engine = make_engine(url)
    with Session(engine) as session:
        statement = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.sent_at.is_(None))
        count = session.scalar(statement) or 0
    engine.dispose()
    return count


@pytest.mark.slow
def test_one_of_two_leads_and_the_other_takes_over(fresh_database: str) -> None:
    put_messages(fresh_database, 5)
    first_sent: list[str] = []
    second_sent: list[str] = []
    with timetable(fresh_database, second_sent) as second:
        wait_until(second.is_leader.is_set)
        with timetable(fresh_database, first_sent) as first:
            wait_until(lambda: unsent(fresh_database) == 0)
            assert not first.is_leader.is_set()
            second.stop()
            wait_until(first.is_leader.is_set)
            put_messages(fresh_database, 3, first=5)
            wait_until(lambda: unsent(fresh_database) == 0)
    assert sorted(second_sent) == [f"m:{n}" for n in range(5)]
    assert sorted(first_sent) == [f"m:{n}" for n in range(5, 8)]


def test_keys_older_than_a_day_are_forgotten(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with Session(engine) as session, session.begin():
        for hours in (23, 25):
            session.add(
                IdempotencyKey(
                    owner_id=1,
                    key=str(hours),
                    method="POST",
                    path="/api/v1/charges",
                    body_sha256="",
                    created_at=NOW - timedelta(hours=hours),
                )
            )
    made = Timetable(engine, lambda _mail, _now: None, lambda: NOW, UNPROVEN)
    assert made.delete_keys() == 1
    with Session(engine) as session:
        assert session.scalars(select(IdempotencyKey.key)).all() == ["23"]
    engine.dispose()


def test_the_night_keeps_an_anchor_and_mails_it_and_an_alarm(fresh_database: str, tmp_path: Path) -> None:
    engine = make_engine(fresh_database)
    proof = AuditProof(AUDIT_KEYS, AnchorFile(tmp_path, single=True))
    made = Timetable(engine, lambda _mail, _now: None, lambda: NOW, proof, "auditor@county.example")
    with Session(engine) as session, session.begin():
        store_notes(session, [AuditNote(Actor(None, None, "test"), NOW, "client.look", "client", "1")], [])
    assert made.seal() == 1
    assert made.verify()
    with Session(engine) as session, session.begin():
        session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        session.execute(text("UPDATE audit_event SET why = 'x'"))
    assert not made.verify()
    assert (tmp_path / "audit-anchors.txt").read_text().count("\n") == 1
    with Session(engine) as session:
        keys = session.scalars(select(OutboxMessage.key).order_by(OutboxMessage.id)).all()
    assert [key.partition(":")[0] for key in keys] == ["audit_anchor", "books_differ"]
    engine.dispose()
