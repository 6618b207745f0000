"""Sealing while others write: no row is left out, none is reported, and nobody waits for the seal."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from threading import Event
from time import sleep

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from clearing.ledger.facts.audit import AuditNote
from clearing.ledger.load.audit_chain import audit_against_chain
from clearing.ledger.load.audit_numbers import open_writers
from clearing.ledger.write.audit import store_notes
from clearing.upkeep.actions.seal_audit import seal_audit
from foundation.database.session import make_engine
from foundation.vocabulary.roles import Actor
from tests.builders import NOW
from tests.builders.audit import AUDIT_KEYS
from tests.builders.patience import PATIENCE_SECONDS

WRITERS, SEALINGS = 6, 8
NOTE = AuditNote(Actor(None, None, "test"), NOW, "client.look", "client", "1")


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


def write(session: Session, count: int = 1) -> None:
    store_notes(session, [NOTE] * count, [])


def seal(engine: Engine, patience_seconds: float) -> int:
    with Session(engine) as session, session.begin():
        return seal_audit(session, AUDIT_KEYS, now=NOW, patience_seconds=patience_seconds)


def names_reported(engine: Engine) -> list[str]:
    with Session(engine.execution_options(isolation_level="REPEATABLE READ")) as session:
        return [difference.name for difference in audit_against_chain(session, AUDIT_KEYS)]


def ids(engine: Engine, query: str) -> list[int]:
    with Session(engine) as session:
        return list(session.scalars(text(query)))


@contextmanager
def open_writer(engine: Engine) -> Iterator[Session]:
    """A transaction that has written a row and goes on."""
    with Session(engine) as session:
        write(session)
        yield session


def test_a_row_that_is_committed_late_is_waited_for(engine: Engine) -> None:
    with open_writer(engine) as slow:
        with open_writer(engine) as quick:
            quick.commit()
        assert seal(engine, patience_seconds=0.1) == 0
        assert names_reported(engine) == []
        slow.commit()
    assert seal(engine, patience_seconds=0.1) == 2
    assert names_reported(engine) == []


def test_a_row_that_is_rolled_back_leaves_a_number_that_is_sealed(engine: Engine) -> None:
    with open_writer(engine) as given_up:
        given_up.rollback()
    with open_writer(engine) as kept:
        kept.commit()
    assert seal(engine, patience_seconds=0.1) == 1
    assert ids(engine, "SELECT last_audit_id FROM audit_seal") == [2]


def test_writers_that_begin_later_are_not_waited_for(engine: Engine) -> None:
    """And they do not wait either: the later writer takes its number while the seal waits for the earlier."""
    has_looked = Event()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "pg_locks" in statement:  # the newest number was read before
            has_looked.set()

    event.listen(engine, "after_cursor_execute", note)
    with ThreadPoolExecutor(1) as pool, open_writer(engine) as earlier:
        sealing = pool.submit(seal, engine, 30.0)
        assert has_looked.wait(PATIENCE_SECONDS)
        with open_writer(engine) as later:
            earlier.commit()
            assert result_of(sealing) == 1
            later.commit()
    assert seal(engine, patience_seconds=0.1) == 1
    assert names_reported(engine) == []


def test_a_writer_that_begins_between_the_two_looks_is_not_sealed_over(engine: Engine) -> None:
    """The newest number and the open writers are two statements: a writer begins after the first of them."""
    with Session(engine) as writer:

        def begin_writer(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            looks = "last_value" in statement or "pg_locks" in statement
            if looks and not writer.in_transaction():
                write(writer)

        event.listen(engine, "after_cursor_execute", begin_writer)
        seal(engine, patience_seconds=0.1)
        event.remove(engine, "after_cursor_execute", begin_writer)
        writer.commit()
    assert names_reported(engine) == []
    seal(engine, patience_seconds=0.1)
    assert ids(engine, "SELECT unnest(row_ids) FROM audit_seal") == [1]


def test_a_transaction_that_cannot_see_new_rows_is_refused(engine: Engine) -> None:
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(repeatable) as session, pytest.raises(AssertionError):
        seal_audit(session, AUDIT_KEYS, now=NOW)


def test_the_numbers_of_the_log_come_one_at_a_time(session: Session) -> None:
    """With a cache, a connection keeps numbers for later: then the last number is not the newest in use."""
    cache = "SELECT seqcache FROM pg_sequence WHERE seqrelid = 'audit_event_id_seq'::regclass"
    assert session.scalar(text(cache)) == 1


def test_a_session_does_not_wait_for_itself(session: Session) -> None:
    write(session)
    assert open_writers(session) == frozenset()


def test_many_writers_of_short_and_long_transactions(engine: Engine) -> None:
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        is_over = Event()
        writing = [pool.submit(keep_writing, engine, Random(seed), is_over) for seed in range(WRITERS)]
        sealing = pool.submit(keep_sealing, engine, is_over)
        committed = sum(result_of(writer) for writer in writing)
        result_of(sealing)
    seal(engine, patience_seconds=1.0)
    assert names_reported(engine) == []
    rows = ids(engine, "SELECT id FROM audit_event ORDER BY id")
    assert len(rows) == committed
    assert rows == ids(engine, "SELECT unnest(row_ids) FROM audit_seal ORDER BY 1")


def result_of(future: Future[int]) -> int:
    return future.result(timeout=PATIENCE_SECONDS)


def keep_writing(engine: Engine, random: Random, is_over: Event) -> int:
    """Write in transactions of every kind until it is over; return how many rows were committed."""
    committed = 0
    while not is_over.is_set():
        with Session(engine) as session:
            written = write_some(session, random)
            if random.random() < 0.2:
                session.rollback()
                continue
            session.commit()
            committed += written
    return committed


def write_some(session: Session, random: Random) -> int:
    """One row or many (INSERT or COPY), some of them in a savepoint that is rolled back, with pauses."""
    written = 0
    for _ in range(random.choice((1, 1, 1, 3))):
        count = random.choice((1, 1, 2, 70))
        with session.begin_nested() as savepoint:
            write(session, count)
            if random.random() < 0.2:
                savepoint.rollback()
                count = 0
        written += count
        sleep(random.choice((0, 0, 0.005, 0.02, 0.3)))
    return written


def keep_sealing(engine: Engine, is_over: Event) -> int:
    """Seal and verify while the others write, until something was sealed so often; then it is over."""
    times = 0
    try:
        while times < SEALINGS:
            times += seal(engine, patience_seconds=30.0) > 0
            assert names_reported(engine) == []
    finally:
        is_over.set()
    return times
