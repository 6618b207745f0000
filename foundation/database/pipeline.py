"""Execute several prepared statements in one round trip to the database.

For the few places where a charge must be quick: a statement costs about 0.1 ms more through psycopg's cursors
than through libpq, and each round trip 0.05 ms. A charge takes two round trips (docs/decisions/0055). What is
written last is sent together with COMMIT.
"""

from collections.abc import Iterator, Sequence
from select import POLLIN, POLLOUT, poll
from typing import Any

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy.orm import Session

from foundation.database.session import PREPARED, driver
from foundation.database.statements import BoundStatement


def execute(session: Session, *statements: BoundStatement) -> list[PGresult]:
    """Execute the statements in the session's transaction, in one round trip, and return their results.

    Raises:
        psycopg.Error: The error of the first statement that failed; those after it did not run.
    """
    deferred = _take_deferred(session)
    return _round_trip(driver(session), [*deferred, *statements])[len(deferred) :]


def execute_with_commit(session: Session, *statements: BoundStatement) -> None:
    """Keep statements without a result until `commit`, or until the next `execute`, which sends them first.

    The caller makes sure that the session is not used for anything else in between.
    """
    session.info.setdefault(_DEFERRED, []).extend(statements)


def commit(session: Session) -> None:
    """Send what `execute_with_commit` kept, together with COMMIT. Raises psycopg.Error."""
    _round_trip(driver(session), _take_deferred(session), commit=True)
    session.commit()  # the transaction is over; this only brings SQLAlchemy's own state up to date


_DEFERRED = "statements for the commit"


def _take_deferred(session: Session) -> list[BoundStatement]:
    deferred: list[BoundStatement] = session.info.pop(_DEFERRED, [])
    return deferred


def _round_trip(
    connection: psycopg.Connection[Any], statements: Sequence[BoundStatement], *, commit: bool = False
) -> list[PGresult]:
    """Send the statements and return the result of each."""
    for _, parameters in statements:
        if any(parameter is not None and b"\0" in parameter for parameter in parameters):
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    pgconn, prepared = connection.pgconn, PREPARED.setdefault(connection, set())
    pgconn.enter_pipeline_mode()
    try:
        is_ours = _send(pgconn, prepared, statements, commit)
        results = list(_results(pgconn))
    finally:
        if pgconn.status == ConnStatus.OK:
            pgconn.exit_pipeline_mode()
    _raise_first_error(pgconn, results)
    prepared.update(statement.name for statement, _ in statements)
    return [result for result, ours in zip(results, is_ours, strict=True) if ours]


def _send(
    pgconn: PGconn, prepared: set[bytes], statements: Sequence[BoundStatement], commit: bool
) -> list[bool]:
    """Send everything. Return for each coming result whether it belongs to one of the statements."""
    is_ours = []
    if pgconn.transaction_status == TransactionStatus.IDLE:
        pgconn.send_query_params(b"BEGIN", None)
        is_ours.append(False)
    known = set(prepared)
    for statement, parameters in statements:
        name = statement.name
        if name not in known:
            pgconn.send_close_prepared(name)  # the server may still have it, or psycopg may have dropped it
            pgconn.send_prepare(name, statement.sql)
            known.add(name)
            is_ours += (False, False)
        pgconn.send_query_prepared(name, parameters)
        is_ours.append(True)
    if commit:
        pgconn.send_query_params(b"COMMIT", None)
        is_ours.append(False)
    pgconn.pipeline_sync()
    return is_ours


def _results(pgconn: PGconn) -> Iterator[PGresult]:
    """Yield the results up to the end of the pipeline.

    The wait is Python's own `poll`, which releases the interpreter lock: another thread may hold the row lock
    that this one waits for.
    """
    waiting = poll()
    waiting.register(pgconn.socket, POLLIN | POLLOUT)
    while pgconn.flush():
        waiting.poll()
        pgconn.consume_input()
    waiting.modify(pgconn.socket, POLLIN)
    while pgconn.status == ConnStatus.OK:
        while pgconn.is_busy():
            waiting.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:
            continue  # between two statements
        if result.status == ExecStatus.PIPELINE_SYNC:
            return
        yield result


_SUCCESS = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


def _raise_first_error(pgconn: PGconn, results: Sequence[PGresult]) -> None:
    failed = next((result for result in results if result.status not in _SUCCESS), None)
    if pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError(
            f"the connection is lost: {pgconn.error_message.decode(errors='replace')}"
        )
    if failed is not None:
        raise error_from_result(failed)
