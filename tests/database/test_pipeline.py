"""Several prepared statements in one round trip: their results, and what happens if one of them fails."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.pipeline import commit, execute, execute_with_commit
from foundation.database.session import make_engine, make_sessions
from foundation.database.statements import BoundStatement, PreparedStatement, array

ADD = PreparedStatement(b"add", b"SELECT $1::int + $2::int")
FILL = PreparedStatement(b"fill", b"INSERT INTO seen (n) VALUES ($1::int)")
COUNT = PreparedStatement(b"count", b"SELECT count(*) FROM seen")
ECHO = PreparedStatement(b"echo", b"SELECT array_to_json($1::text[])")


@pytest.fixture
def sessions(fresh_database: str) -> Iterator[sessionmaker[Session]]:
    engine = make_engine(fresh_database)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        session.execute(text("CREATE TABLE seen (n int PRIMARY KEY)"))
    yield sessions
    engine.dispose()


def number(session: Session, statement: BoundStatement) -> int:
    (result,) = execute(session, statement)
    return int(result.get_value(0, 0) or -1)


def test_each_statement_has_its_result_in_order(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        results = execute(
            session,
            BoundStatement(ADD, [b"1", b"2"]),
            BoundStatement(COUNT, []),
            BoundStatement(ADD, [b"3", None]),
        )
        assert [result.get_value(0, 0) for result in results] == [b"3", b"0", None]


def test_deferred_statements_run_with_the_commit(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        execute(session, BoundStatement(COUNT, []))
        execute_with_commit(session, BoundStatement(FILL, [b"1"]), BoundStatement(FILL, [b"2"]))
        with sessions() as other:
            assert number(other, BoundStatement(COUNT, [])) == 0
        commit(session)
        with sessions() as other:
            assert number(other, BoundStatement(COUNT, [])) == 2
        assert number(session, BoundStatement(COUNT, [])) == 2


def test_statements_see_what_was_written_before_them(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        execute_with_commit(session, BoundStatement(FILL, [b"1"]))
        assert number(session, BoundStatement(COUNT, [])) == 1


def test_a_fault_is_the_drivers_own_and_undoes_all(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        execute_with_commit(session, BoundStatement(FILL, [b"1"]), BoundStatement(FILL, [b"1"]))
        with pytest.raises(psycopg.errors.UniqueViolation) as raised:
            commit(session)
        assert raised.value.diag.constraint_name == "seen_pkey"
        session.rollback()
        assert number(session, BoundStatement(COUNT, [])) == 0


@pytest.mark.parametrize("psycopg_prepares", [True, False])
def test_pipeline_ones_outlive_a_rollback_or_are_prepared_again(
    sessions: sessionmaker[Session], psycopg_prepares: bool
) -> None:
    """psycopg has the server drop all of them after a rollback, where it has prepared any itself."""
    with sessions() as session:
        for _ in range(3):
            driver = session.connection().connection.driver_connection
            assert driver is not None
            driver.execute("SELECT 1", prepare=psycopg_prepares)
            assert number(session, BoundStatement(ADD, [b"1", b"2"])) == 3
            session.rollback()
        with session.begin_nested() as point:
            assert number(session, BoundStatement(ADD, [b"1", b"2"])) == 3
            point.rollback()
        assert number(session, BoundStatement(ADD, [b"1", b"2"])) == 3
        session.execute(text("ALTER TABLE seen ADD COLUMN more int"))
        assert number(session, BoundStatement(ADD, [b"1", b"2"])) == 3


def test_a_lost_connection_is_a_database_error(sessions: sessionmaker[Session]) -> None:
    session = sessions()
    pid = session.scalar(text("SELECT pg_backend_pid()"))
    with sessions.begin() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with pytest.raises(psycopg.OperationalError):
        execute(session, BoundStatement(COUNT, []))
    session.invalidate()
    assert number(session, BoundStatement(COUNT, [])) == 0


@pytest.mark.parametrize(
    "values",
    [[], ["a"], ['say "no"', "back\\slash", "{brace}", "a,b"], ["NULL", "null", ""], ["ä 'ö'"], [None, "x"]],
)
def test_an_array_arrives_unchanged(sessions: sessionmaker[Session], values: list[str | None]) -> None:
    with sessions() as session:
        (result,) = execute(session, BoundStatement(ECHO, [array(values)]))
        assert json.loads(result.get_value(0, 0) or b"") == values


def test_no_text_is_cut_at_a_nul(sessions: sessionmaker[Session]) -> None:
    with sessions() as session, pytest.raises(psycopg.DataError):
        execute(session, BoundStatement(ECHO, [array(["a\0b"])]))
