"""Statements on psycopg's own connection are part of the session's transaction and savepoints."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.roles import Actor
from tests.builders import NOW


def add(session: Session, act: str) -> None:
    """A row by `foundation.database.session.driver`."""
    record(session, actor=Actor(None, None, "test"), now=NOW, act=act, subject=("test", 1))


def acts(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT act FROM audit_event ORDER BY id")))


def test_a_savepoint_takes_plain_statements_back(session: Session) -> None:
    add(session, "before")
    with session.begin_nested() as savepoint:
        add(session, "inside")
        savepoint.rollback()
    add(session, "after")
    assert acts(session) == ["before", "after"]


def test_a_savepoint_within_a_savepoint_takes_back_its_own(session: Session) -> None:
    with session.begin_nested():
        add(session, "outer")
        with session.begin_nested() as inner:
            add(session, "inner")
            inner.rollback()
        add(session, "outer again")
    assert acts(session) == ["outer", "outer again"]
