"""The sessions of a test's application, with the role of requests: row-level security holds them back."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from foundation.database.row_context import LIMITED, SETTINGS, keep_contexts
from foundation.database.session import APPLICATION_ROLE

_BEGIN = f"SELECT set_config('role', '{APPLICATION_ROLE}', true), " + ", ".join(
    f"set_config('{name}', '', true)" for name in SETTINGS
)
_END = "SELECT set_config('role', 'none', true)"


def request_sessions(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Return a factory of sessions on the same connections, in the role of requests.

    A connection that several sessions share in one transaction gets its own role back at their end.
    """
    limited = sessionmaker(**sessions.kw | {"info": {LIMITED: True}})
    event.listen(limited, "after_begin", _begin)
    keep_contexts(limited)
    if isinstance(sessions.kw["bind"], Connection):
        event.listen(limited, "after_transaction_end", _end)
    return limited


def _begin(_session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        connection.exec_driver_sql(_BEGIN)


def _end(session: Session, transaction: SessionTransaction) -> None:
    connection = session.get_bind()
    assert not isinstance(connection, Engine)
    if transaction.parent is None and connection.in_transaction():
        connection.exec_driver_sql(_END)
