"""Whether a pooler stands between the program and its database that gives its connections away.

A connection keeps its role, its prepared statements and the lock of the timetable. A pooler that gives the
server's connection to another client after each transaction mixes them: a request could run with the rights
of a job (docs/decisions/0191).
"""

from __future__ import annotations

from sqlalchemy import Engine, text

_SERVER_PROCESS = text("SELECT pg_backend_pid()")
TRIES = 3
ADVICE = (
    "DATABASE_URL leads to a pooler that gives its connections away after each transaction. "
    "Set pool_mode = session in pgbouncer.ini, or connect to the database itself"
)


def gives_connections_away(engine: Engine) -> bool:
    """Return whether two open connections have been served by the same process of the database.

    It opens two connections. Other clients may take the process in between, so that one look can miss it.
    """
    with engine.connect() as one, engine.connect() as other:
        for _ in range(TRIES):
            served = []
            for connection in (one, other):
                served.append(connection.scalar(_SERVER_PROCESS))
                connection.rollback()
            if served[0] == served[1]:
                return True
    return False
