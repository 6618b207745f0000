"""Somebody with the database's own account rewrites the audit log: `omatori verify` names it."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from tests.actions.test_audit_anchors import CHANGE, INSERT, build_chain_again
from tests.builders import NOW
from tests.commands.conftest import Invoke

CLOCK = "2026-11-21T12:00:00+02:00"


@pytest.fixture
def engine(fresh_database: str) -> Engine:
    return create_engine(fresh_database)


def attack(engine: Engine, *, version: int | None) -> None:
    """Disable the triggers, change a row, compute the chain again with all that is in the database."""
    with Session(engine) as session, session.begin():
        for table in ("audit_event", "audit_seal"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        session.execute(text(CHANGE))
        build_chain_again(session, None, version)
        for table in ("audit_event", "audit_seal"):
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


@pytest.mark.parametrize(
    ("version", "check"), [(1, "audit_chain_broken: audit:1-20"), (None, "audit_anchor: anchor:1")]
)
def test_verify_names_a_log_that_was_rewritten(
    invoke: Invoke, fresh_database: str, engine: Engine, version: int | None, check: str
) -> None:
    with engine.begin() as connection:
        connection.execute(text(INSERT), {"count": 20, "now": NOW})
    for _ in range(2):
        true = invoke("verify", database_url=fresh_database, clock=CLOCK)
        assert true.exit_code == 0, true.stderr
    attack(engine, version=version)
    forged = invoke("verify", database_url=fresh_database, clock=CLOCK)
    assert forged.exit_code == 1
    assert check in forged.stderr


def test_verify_names_a_database_older_than_its_anchors(
    invoke: Invoke, fresh_database: str, engine: Engine, tmp_path: Path
) -> None:
    for _ in range(2):
        with engine.begin() as connection:
            connection.execute(text(INSERT), {"count": 20, "now": NOW})
        assert invoke("verify", database_url=fresh_database, clock=CLOCK).exit_code == 0
    with engine.begin() as connection:
        for table in ("audit_event", "audit_seal"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM audit_event WHERE id > 20"))
        connection.execute(text("DELETE FROM audit_seal WHERE first_audit_id > 20"))
    older = invoke("verify", database_url=fresh_database, clock=CLOCK)
    assert older.exit_code == 1
    assert "audit_older_than_anchor: anchor:2 should be audit:40 and is audit:20" in older.stderr
    assert list((tmp_path / "var" / "anchors").glob("audit-anchors-*.txt"))
