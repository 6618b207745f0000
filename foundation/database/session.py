"""Engines and sessions; who may commit is said in docs/decisions (web/transaction, jobs, commands)."""

from __future__ import annotations

from typing import Any, cast

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker


def psycopg_url(url: str) -> str:
    """The same address with the psycopg 3 driver named, whatever form an operator wrote it in."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    raise ValueError("DATABASE_URL must begin with postgresql://")


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine whose dead connections are noticed before use (a database restart costs no request)."""
    return create_engine(psycopg_url(url), pool_size=pool_size, max_overflow=10, pool_pre_ping=True)


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """A factory of sessions. Objects stay readable after commit: answers are built after it."""
    return sessionmaker(engine, expire_on_commit=False, autoflush=True)


def driver(session: Session) -> psycopg.Connection[Any]:
    """The session's own psycopg connection, in its transaction, for the few places where a charge must be
    quick.

    What the session still holds back is sent first, so that plain statements see it.
    """
    session.flush()
    transaction, (known, connection) = session.get_transaction(), session.info.get(_DRIVER, (None, None))
    if transaction is None or transaction is not known:
        connection = session.connection().connection.driver_connection
        session.info[_DRIVER] = (session.get_transaction(), connection)
    return cast("psycopg.Connection[Any]", connection)


_DRIVER = "driver"
"""Where a session keeps its transaction's connection: asking the session for it costs more than some
statements."""
