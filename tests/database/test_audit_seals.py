"""The earlier chain, a link for each audit row, is taken over: nothing that was sealed is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from clearing.ledger.load.audit_chain import ROW_TEXT, anchors_against_chain, audit_against_chain, chain_end
from clearing.upkeep.actions.seal_audit import seal_audit
from foundation.database.migrate import downgrade, upgrade
from foundation.database.session import make_engine
from foundation.database.tables.audit import AuditEvent
from tests.builders import NOW
from tests.builders.audit import AUDIT_KEYS

BEFORE = "0014"
LINKED = 2_500
LATE, FORGED = 700, 900
"""Numbers without a link: the first row was committed late, the second was added under an old number."""

ADD = """
INSERT INTO audit_event (id, at, actor_name, act, subject_kind, subject_id, why, detail)
SELECT n, '2026-01-01T00:00Z', 'Somebody', 'client.look', 'client', n::text, '', '{}'
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
"""
LINK = """
INSERT INTO audit_link (audit_id, digest, chain, sealed_at, sealed_before)
VALUES (:id, :digest, :value, now(), :before)
"""


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    downgrade(fresh_database, BEFORE)
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


def add(session: Session, first: int, last: int) -> None:
    session.execute(text(ADD), {"first": first, "last": last})


def link(session: Session) -> list[bytes]:
    """Link the rows that have no link, as the earlier program did; return the chain's values."""
    value, values = bytes(32), []
    sealed_before = session.scalar(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"))
    rows = session.execute(select(AuditEvent.id, ROW_TEXT).order_by(AuditEvent.id))
    for audit_id, row_text in rows:
        digest = hashlib.sha256(row_text.encode()).digest()
        value = hashlib.sha256(value + digest).digest()
        stored = {"id": audit_id, "digest": digest, "value": value, "before": sealed_before}
        session.execute(text(LINK), stored)
        values.append(value)
    return values


def earlier_chain(engine: Engine) -> list[bytes]:
    """A chain of 2,498 links; a row that its writer committed after the sealing, and one that was forged."""
    with Session(engine) as session, Session(engine) as slow:
        add(slow, LATE, LATE)
        for first, last in ((1, LATE - 1), (LATE + 1, FORGED - 1), (FORGED + 1, LINKED)):
            add(session, first, last)
        session.commit()
        values = link(session)
        session.commit()
        slow.commit()
        add(session, FORGED, FORGED)
        add(session, LINKED + 1, LINKED + 10)
        session.execute(text("SELECT setval('audit_event_id_seq', :last)"), {"last": LINKED + 10})
        session.commit()
    return values


def test_the_earlier_chain_goes_on(engine: Engine, fresh_database: str) -> None:
    values = [value.hex() for value in earlier_chain(engine)]
    upgrade(fresh_database)
    with Session(engine) as session:
        assert names(session) == [f"audit:{FORGED}"]
        assert anchors_against_chain(session, [values[0], values[1234], values[-1]]) == []
        assert [difference.expected for difference in anchors_against_chain(session, ["ab" * 32])] == [
            "ab" * 32
        ]
        assert chain_end(session).last_audit_id == LINKED
        assert seal_audit(session, AUDIT_KEYS, now=NOW) == 10
        assert names(session) == [f"audit:{FORGED}"]


def names(session: Session) -> list[str]:
    return [difference.name for difference in audit_against_chain(session, AUDIT_KEYS)]


@pytest.mark.parametrize("audit_id", [1, 1001, LATE, LINKED])
def test_a_row_of_the_earlier_chain_is_still_guarded(
    engine: Engine, fresh_database: str, audit_id: int
) -> None:
    earlier_chain(engine)
    upgrade(fresh_database)
    with Session(engine) as session:
        session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        session.execute(text("UPDATE audit_event SET why = 'x' WHERE id = :id"), {"id": audit_id})
        assert set(names(session)) == {f"audit:{audit_id}", f"audit:{FORGED}"}


def test_a_log_without_a_chain_is_sealed_from_the_beginning(engine: Engine, fresh_database: str) -> None:
    with Session(engine) as session:
        add(session, 1, 3)
        session.execute(text("SELECT setval('audit_event_id_seq', 3)"))
        session.commit()
    upgrade(fresh_database)
    with Session(engine) as session:
        assert seal_audit(session, AUDIT_KEYS, now=NOW) == 3
        assert names(session) == []
