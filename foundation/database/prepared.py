"""Several prepared statements in one round to the database, for the few places where a charge must be quick.

A statement costs psycopg some 0.1 ms of Python beyond what libpq does, and each round another 0.05 ms; a
charge has two rounds and no more (docs/decisions/0055). What is written last goes together with COMMIT.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from select import POLLIN, POLLOUT, poll
from typing import Any, NamedTuple

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy.orm import Session

from foundation.database.session import PREPARED, driver


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement with `$1`, `$2` … that each connection prepares once, under a name of its own."""

    name: bytes
    statement: bytes


class Asked(NamedTuple):
    """A statement with its parameters in PostgreSQL's text form; None is NULL."""

    prepared: Prepared
    parameters: Sequence[bytes | None]


def ask(session: Session, *asked: Asked) -> list[PGresult]:
    """Send the statements in one round, in the session's transaction; the result of each."""
    return _exchange(driver(session), [*_taken(session), *asked])[-len(asked) :]


def leave_for_commit(session: Session, *asked: Asked) -> None:
    """Keep statements whose results nobody waits for until `commit` or the next `ask` sends them.

    Whoever does so sees to it that nothing else is asked through the session before.
    """
    session.info.setdefault(_LEFT, []).extend(asked)


def commit(session: Session) -> None:
    """Send what was left, and commit, in one round."""
    _exchange(driver(session), _taken(session), commit=True)
    session.commit()  # nothing is open any more: this only tells SQLAlchemy


_LEFT = "left for commit"


def _taken(session: Session) -> list[Asked]:
    left: list[Asked] = session.info.pop(_LEFT, [])
    return left


def array(values: Iterable[object]) -> bytes:
    """An array in PostgreSQL's text form."""
    return ("{" + ",".join(map(_element, values)) + "}").encode()


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    text = str(value)
    return text if text.isalnum() and text.upper() != "NULL" else f'"{text.translate(_ESCAPED)}"'


_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"'})


def _exchange(
    connection: psycopg.Connection[Any], asked: Sequence[Asked], *, commit: bool = False
) -> list[PGresult]:
    """One round. Raises psycopg's error of the first statement that failed; those after it were not run."""
    for _, parameters in asked:
        if any(parameter is not None and b"\0" in parameter for parameter in parameters):
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    pgconn, known = connection.pgconn, PREPARED.setdefault(connection, set())
    pgconn.enter_pipeline_mode()
    try:
        skipped = _send(pgconn, known, asked, commit)
        results = list(_results(pgconn))
    finally:
        if pgconn.status == ConnStatus.OK:
            pgconn.exit_pipeline_mode()
    _raise_first_error(pgconn, results)
    known.update(prepared.name for prepared, _ in asked)
    return [result for result, skip in zip(results, skipped, strict=True) if not skip]


def _send(pgconn: PGconn, known: set[bytes], asked: Sequence[Asked], commit: bool) -> list[bool]:
    """Send all; of each result that will come, whether nobody wants it."""
    skipped = []
    if pgconn.transaction_status == TransactionStatus.IDLE:
        pgconn.send_query_params(b"BEGIN", None)
        skipped.append(True)
    sent = set(known)
    for prepared, parameters in asked:
        name = prepared.name
        if name not in sent:
            pgconn.send_close_prepared(name)  # psycopg may have let it be dropped, or not
            pgconn.send_prepare(name, prepared.statement)
            sent.add(name)
            skipped += (True, True)
        pgconn.send_query_prepared(name, parameters)
        skipped.append(False)
    if commit:
        pgconn.send_query_params(b"COMMIT", None)
        skipped.append(True)
    pgconn.pipeline_sync()
    return skipped


def _results(pgconn: PGconn) -> Iterator[PGresult]:
    """The results until all that was sent is through.

    Waiting is Python's own, which lets other threads work: one of them may hold the lock that is waited for.
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


_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


def _raise_first_error(pgconn: PGconn, results: Sequence[PGresult]) -> None:
    failed = next((result for result in results if result.status not in _GOOD), None)
    if pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError(
            f"the connection is lost: {pgconn.error_message.decode(errors='replace')}"
        )
    if failed is not None:
        raise error_from_result(failed)
