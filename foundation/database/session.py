"""Engines, sessions and their psycopg connections."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, cast
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from foundation.database.release import OtherReleaseError, check_release, newest_revision
from foundation.database.row_context import LIMITED, keep_contexts

_Check = Callable[[Any], object]

DATABASE_ERRORS = (DBAPIError, psycopg.Error)
"""The errors of the database: SQLAlchemy's, and psycopg's from statements that bypass SQLAlchemy."""


def psycopg_url(url: str) -> str:
    """Return the URL with the psycopg 3 driver, in whichever of the usual forms it is given."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    raise ValueError("DATABASE_URL must begin with postgresql://")


IDLE_SECONDS = 0.2
"""A connection that was used this recently is not checked: no database restarts in less time."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """The longest waits of a kind of work, in milliseconds: for one lock, and for one statement.

    PostgreSQL ends a statement that waits longer with an error (`LOCK_TIMED_OUT`, `STATEMENT_TIMED_OUT`).
    """

    lock_ms: int
    statement_ms: int

    @property
    def settings(self) -> list[str]:
        """The statements that set them for a connection."""
        return [f"SET lock_timeout = {self.lock_ms}", f"SET statement_timeout = {self.statement_ms}"]


LOCK_TIMED_OUT, STATEMENT_TIMED_OUT = "55P03", "57014"
"""The SQLSTATEs lock_not_available and query_canceled."""
WEB = Timeouts(lock_ms=5_000, statement_ms=60_000)
"""For requests: a person waits, and each one that waits occupies a thread of the server."""
JOBS = Timeouts(lock_ms=30_000, statement_ms=30 * 60_000)
"""For the timetable and the queue of files: what times out is tried again later."""


APPLICATION_ROLE = "omatori_app"
"""The database role of requests: no table is its own, append-only tables stay so for it
(docs/decisions/0172), and row-level security shows it the rows of its context alone (0184)."""
SYSTEM_ROLE = "omatori_system"
"""The role of jobs, commands and the views that decide for several parties: the same rights on the rows of
everybody. Migrations create both."""


def make_engine(
    url: str,
    *,
    pool_size: int = 10,
    timeouts: Timeouts | None = None,
    role: str | None = None,
    program: str = "omatori",
) -> Engine:
    """Return an engine that checks idle connections before use, so that no request fails after a restart.

    Without `timeouts`, as for commands, statements wait without a limit. Without `role` they run as the user
    of the URL, who owns the tables; the database must know the role. With a role, as the running program has,
    a connection to a database of another release raises OtherReleaseError. `program` is what the server's
    list of connections shows.
    """
    settings = [f"SET role = {role}"] if role else []
    settings += timeouts.settings if timeouts else []
    shown = {"fallback_application_name": program}
    engine = create_engine(psycopg_url(url), pool_size=pool_size, max_overflow=10, connect_args=shown)
    if settings:
        event.listen(engine, "connect", partial(_set_up, "; ".join(settings)))
    event.listen(engine, "handle_error", _lose_standby)
    event.listen(engine, "checkin", _note_idle_since)
    check: _Check = engine.dialect.do_ping
    if role is not None:
        check = partial(check_release, program_at=newest_revision())
        event.listen(engine, "connect", partial(_close_if_other, check))
    event.listen(engine, "checkout", partial(_check_alive, check))
    event.listen(engine, "reset", _forget_prepared)
    event.listen(engine, "rollback", _forget_prepared_of)
    event.listen(engine, "after_cursor_execute", _forget_after_statement)
    return engine


def _set_up(settings: str, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Set the role and the timeouts of a new connection, in one round trip.

    Not as options of the connection: pgbouncer refuses those, or drops them if it is told to ignore them.
    Raises psycopg.OperationalError if the database does not know the role or refuses it.
    """
    pgconn = cast("psycopg.Connection[Any]", connection).pgconn
    result = pgconn.exec_(settings.encode())
    if result.status != ExecStatus.COMMAND_OK:
        connection.close()
        raise psycopg.OperationalError(result.error_message.decode(errors="replace").strip())


def _lose_standby(context: ExceptionContext) -> None:
    """Drop a connection that turned out to be to a standby: the primary is another server now."""
    if isinstance(context.original_exception, psycopg.errors.ReadOnlySqlTransaction):
        context.is_disconnect = True


PREPARED: WeakKeyDictionary[psycopg.Connection[Any], set[bytes]] = WeakKeyDictionary()
"""The statements that each connection has prepared without psycopg (`foundation.database.pipeline`)."""


@contextmanager
def planned_by_values(session: Session) -> Iterator[None]:
    """Have the statements of the block planned for their own values, without preparing them.

    After five executions PostgreSQL may plan a prepared statement without its values. A search has conditions
    of very different selectivity, and such a plan reads many times as much. Planning one takes 1 to 3 ms.
    """
    driver_connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    threshold, driver_connection.prepare_threshold = driver_connection.prepare_threshold, None
    try:
        yield
    finally:
        driver_connection.prepare_threshold = threshold


def _forget_prepared(connection: DBAPIConnection, *_: object) -> None:
    """Forget the prepared statements: after a rollback psycopg may deallocate all of them, also ours."""
    driver_connection = cast("psycopg.Connection[Any]", connection)
    if driver_connection.info.transaction_status != TransactionStatus.IDLE:
        PREPARED.pop(driver_connection, None)


def _forget_after_statement(connection: Connection, cursor: Any, *_: object) -> None:
    """Forget the prepared statements after these statements too, because psycopg deallocates them."""
    if (cursor.statusmessage or "").startswith(("ROLLBACK", "ALTER", "DROP", "DISCARD", "DEALLOCATE")):
        _forget_prepared_of(connection)


def _forget_prepared_of(connection: Connection, *_: object) -> None:
    if not connection.invalidated and (own := connection.connection.driver_connection) is not None:
        _forget_prepared(own)


def _note_idle_since(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_IDLE_SINCE] = monotonic()


def _close_if_other(check: _Check, connection: Any, _record: ConnectionPoolEntry) -> None:
    """Close a new connection to a database of another release, which the pool would forget open."""
    try:
        check(connection)
    except OtherReleaseError:
        connection.close()
        raise


def _check_alive(
    check: _Check, connection: Any, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Check a connection that was idle. If it is dead, the pool drops all connections that are as old.

    SQLAlchemy's `pool_pre_ping` checks every time, which costs a charge one round trip.
    """
    since = record.info.get(_IDLE_SINCE)
    if since is None or monotonic() - since < IDLE_SECONDS:
        return
    try:
        check(connection)
    except OtherReleaseError:
        raise
    except psycopg.Error as error:
        raise InvalidatePoolError("the connection is dead") from error


_IDLE_SINCE = "idle_since"


def make_sessions(engine: Engine, *, limited: bool = False) -> sessionmaker[Session]:
    """Return a factory of sessions. Objects can be read after commit, because answers are built after it.

    A session keeps its row context (`foundation.database.row_context`) over its transactions. `limited`: the
    engine has the role of requests.
    """
    sessions = sessionmaker(engine, expire_on_commit=False, autoflush=True, info={LIMITED: limited})
    keep_contexts(sessions)
    return sessions


def driver(session: Session) -> psycopg.Connection[Any]:
    """Return the session's own psycopg connection, in its transaction, for statements that must be quick.

    Pending changes are flushed first, so that plain statements see them. So is a pending savepoint:
    SQLAlchemy issues it only when the session's connection is used.
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
"""The key under which a session keeps its connection: `Session.connection()` is slower than some
statements."""
