"""The chain over the audit log: two hundred tampers, two hundred found and named."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.ledger.load.audit_chain import anchors_against_chain, audit_against_chain, chain_end
from clearing.upkeep.actions.seal_audit import seal_audit
from foundation.database.session import make_engine
from tests.builders import NOW

ROWS = 300
TAMPERS = {
    "actor": "UPDATE audit_event SET actor_name = actor_name || 'x' WHERE id = :id",
    "why": "UPDATE audit_event SET why = 'because' WHERE id = :id",
    "time": "UPDATE audit_event SET at = at + interval '1 microsecond' WHERE id = :id",
    "detail": "UPDATE audit_event SET detail = jsonb_set(detail, '{n}', '-1') WHERE id = :id",
    "role": "UPDATE audit_event SET role = NULL WHERE id = :id",
    "subject": "UPDATE audit_event SET subject_id = 'Y' WHERE id = :id",
    "deleted": "DELETE FROM audit_event WHERE id = :id",
    "link": "UPDATE audit_link SET digest = sha256('x') WHERE audit_id = :id",
    "chain": "UPDATE audit_link SET chain = sha256('x') WHERE audit_id = :id",
    "moved": "UPDATE audit_event SET id = -id WHERE id = :id",
}
INSERT = """
INSERT INTO audit_event (id, at, actor_name, role, act, subject_kind, subject_id, why, detail)
SELECT n, :now, 'Somebody', 'worker', 'client.look', 'client', n::text, '', jsonb_build_object('n', n)
FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n
"""


@pytest.fixture
def log(session: Session) -> Session:
    write(session, 1, ROWS)
    assert seal_audit(session, now=NOW) == ROWS
    for table in ("audit_event", "audit_link"):
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    return session


def write(session: Session, first: int, last: int) -> None:
    session.execute(text(INSERT), {"first": first, "last": last, "now": NOW})


def test_a_true_log_agrees_and_new_rows_are_linked(log: Session) -> None:
    assert audit_against_chain(log) == []
    before = chain_end(log)
    write(log, ROWS + 1, ROWS + 10)
    assert seal_audit(log, now=NOW) == 10
    assert audit_against_chain(log) == []
    assert chain_end(log).value != before.value
    assert seal_audit(log, now=NOW) == 0


def tampers() -> Iterator[tuple[str, int]]:
    random = Random(7)
    for number in range(200):
        yield list(TAMPERS)[number % len(TAMPERS)], random.randint(1, ROWS)


def test_two_hundred_tampers_are_found_one_by_one(log: Session) -> None:
    missed = []
    for kind, audit_id in tampers():
        with log.begin_nested() as savepoint:
            log.execute(text(TAMPERS[kind]), {"id": audit_id})
            if f"audit:{audit_id}" not in {one.name for one in audit_against_chain(log)}:
                missed.append((kind, audit_id))
            savepoint.rollback()
    assert missed == []


def test_many_tampers_at_once_are_each_named(log: Session) -> None:
    ids = sorted(Random(8).sample(range(1, ROWS), 200))
    for audit_id in ids:
        log.execute(text(TAMPERS["why"]), {"id": audit_id})
    assert [one.name for one in audit_against_chain(log)] == [f"audit:{audit_id}" for audit_id in ids]


def test_a_row_put_in_later_under_an_old_id_is_found(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with Session(engine) as session:
        write(session, 1, 500)
        write(session, 502, 900)
        session.commit()
        seal_audit(session, now=NOW)
        session.commit()
        write(session, 901, 910)
        session.commit()
        assert audit_against_chain(session) == []
        write(session, 501, 501)
        session.commit()
        assert [one.name for one in audit_against_chain(session)] == ["audit:501"]
    engine.dispose()


def test_a_row_that_was_committed_late_is_no_tamper(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with Session(engine) as slow, Session(engine) as session:
        write(slow, 1, 1)
        write(session, 2, 900)
        session.commit()
        seal_audit(session, now=NOW)
        session.commit()
        slow.commit()
        assert audit_against_chain(session) == []
        assert seal_audit(session, now=NOW) == 1
        session.commit()
        assert audit_against_chain(session) == []
    engine.dispose()


def test_the_log_and_its_chain_refuse_changes(session: Session) -> None:
    write(session, 1, 1)
    seal_audit(session, now=NOW)
    for statement in (
        "UPDATE audit_link SET chain = digest",
        "DELETE FROM audit_link",
        "DELETE FROM audit_event",
    ):
        with pytest.raises(Exception, match="append-only"), session.begin_nested():
            session.execute(text(statement))


def test_a_chain_made_anew_is_found_by_a_value_kept_outside(log: Session) -> None:
    kept = chain_end(log).value.hex()
    write(log, ROWS + 1, ROWS + 1)
    seal_audit(log, now=NOW)
    assert anchors_against_chain(log, [kept]) == []
    log.execute(text("SET LOCAL session_replication_role = replica"))
    log.execute(text(TAMPERS["why"]), {"id": 7})
    log.execute(text("DELETE FROM audit_link"))
    seal_audit(log, now=NOW)
    assert audit_against_chain(log) == []
    assert [one.expected for one in anchors_against_chain(log, [kept])] == [kept]
