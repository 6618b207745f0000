"""Engines and sessions; who may commit is said in docs/decisions (web/transaction, jobs, commands)."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import Any, cast
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

DATABASE_ERRORS = (DBAPIError, psycopg.Error)
"""What the database may refuse with: the hot statements go past SQLAlchemy, so their errors are psycopg's."""


def psycopg_url(url: str) -> str:
    """The same address with the psycopg 3 driver named, whatever form an operator wrote it in."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    raise ValueError("DATABASE_URL must begin with postgresql://")


RESTED_SECONDS = 0.2
"""No database restarts in less: a connection that was used since then needs no question whether it lives."""


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine whose dead connections are noticed before use (a database restart costs no request)."""
    engine = create_engine(psycopg_url(url), pool_size=pool_size, max_overflow=10)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", partial(_ask_whether_alive, engine))
    event.listen(engine, "reset", _forget_prepared)
    event.listen(engine, "rollback", _forget_prepared_of)
    event.listen(engine, "after_cursor_execute", _forget_what_was_dropped)
    return engine


PREPARED: WeakKeyDictionary[psycopg.Connection[Any], set[bytes]] = WeakKeyDictionary()
"""What each connection has prepared past psycopg (`foundation.database.pipeline`)."""


def _forget_prepared(connection: DBAPIConnection, *_: object) -> None:
    """psycopg may let the server drop every prepared statement, ours too, when something is rolled back."""
    own = cast("psycopg.Connection[Any]", connection)
    if own.info.transaction_status != TransactionStatus.IDLE:
        PREPARED.pop(own, None)


def _forget_what_was_dropped(connection: Connection, cursor: Any, *_: object) -> None:
    """psycopg does so too after these statements."""
    if (cursor.statusmessage or "").startswith(("ROLLBACK", "ALTER", "DROP", "DISCARD", "DEALLOCATE")):
        _forget_prepared_of(connection)


def _forget_prepared_of(connection: Connection, *_: object) -> None:
    if not connection.invalidated and (own := connection.connection.driver_connection) is not None:
        _forget_prepared(own)


def _note_rest(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_RESTS_SINCE] = monotonic()


def _ask_whether_alive(
    engine: Engine, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Ask a connection that has rested; a dead one makes the pool throw away all that are as old.

    SQLAlchemy's own pool_pre_ping asks every time, which costs a charge a round to the database.
    """
    since = record.info.get(_RESTS_SINCE)
    if since is None or monotonic() - since < RESTED_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except psycopg.Error as error:
        raise InvalidatePoolError("the connection is dead") from error


_RESTS_SINCE = "rests_since"


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """A factory of sessions. Objects stay readable after commit: answers are built after it."""
    return sessionmaker(engine, expire_on_commit=False, autoflush=True)


def driver(session: Session) -> psycopg.Connection[Any]:
    """Return the session's own psycopg connection, in its transaction, for statements that must be quick.

    What the session has not sent yet is sent first, so that plain statements see it. A savepoint is set
    first too: SQLAlchemy sets it only when the session is asked for its connection.
    """
    session.flush()
    transaction = session.get_nested_transaction() or session.get_transaction()
    known, connection = session.info.get(_DRIVER, (None, None))
    if transaction is None or transaction is not known:
        connection = session.connection().connection.driver_connection
        innermost = session.get_nested_transaction() or session.get_transaction()
        session.info[_DRIVER] = (innermost, connection)
    return cast("psycopg.Connection[Any]", connection)


_DRIVER = "driver"
"""Where a session keeps its transaction's connection: asking the session for it costs more than some
statements."""
