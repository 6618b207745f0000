"""The chain over the audit log: two hundred tampers, two hundred found and named."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.ledger.load.audit_chain import anchors_against_chain, audit_against_chain, chain_end
from clearing.upkeep.actions.seal_audit import seal_audit
from tests.builders import NOW
from tests.builders.audit import AUDIT_KEYS

SEALINGS, ROWS_EACH = 6, 50
TAMPERS = {
    "actor": "UPDATE audit_event SET actor_name = actor_name || 'x' WHERE id = :id",
    "why": "UPDATE audit_event SET why = 'because' WHERE id = :id",
    "time": "UPDATE audit_event SET at = at + interval '1 microsecond' WHERE id = :id",
    "detail": "UPDATE audit_event SET detail = jsonb_set(detail, '{n}', '-1') WHERE id = :id",
    "role": "UPDATE audit_event SET role = NULL WHERE id = :id",
    "subject": "UPDATE audit_event SET subject_id = 'Y' WHERE id = :id",
    "deleted": "DELETE FROM audit_event WHERE id = :id",
    "moved": "UPDATE audit_event SET id = -id WHERE id = :id",
    "renumbered": "UPDATE audit_seal SET row_ids = array_replace(row_ids, :id, -1) WHERE :id = ANY(row_ids)",
    "digest": """
        UPDATE audit_seal SET row_digests = overlay(
          row_digests PLACING sha256('x') FROM 32 * (array_position(row_ids, :id) - 1) + 1 FOR 32)
        WHERE :id = ANY(row_ids)""",
    "forgotten": """
        UPDATE audit_seal SET row_ids = array_remove(row_ids, :id), row_digests = overlay(
          row_digests PLACING '' FROM 32 * (array_position(row_ids, :id) - 1) + 1 FOR 32)
        WHERE :id = ANY(row_ids)""",
    "inserted": """
        INSERT INTO audit_event (id, at, actor_name, act, subject_kind, subject_id, why, detail)
        VALUES (:gap, now(), 'Somebody', 'client.look', 'client', '1', '', '{}')""",
}
"""Each changes what is stored about one row of the log, or adds a row under a number that no row has."""
CHAIN_TAMPERS = {
    "value": "UPDATE audit_seal SET chain = sha256('x') WHERE :id = ANY(row_ids)",
    "fewer numbers": "UPDATE audit_seal SET last_audit_id = last_audit_id - 1 WHERE :id = ANY(row_ids)",
    "more numbers": "UPDATE audit_seal SET last_audit_id = last_audit_id + 1 WHERE :id = ANY(row_ids)",
}
"""Each changes one seal of the chain."""
INSERT = """
INSERT INTO audit_event (at, actor_name, role, act, subject_kind, subject_id, why, detail)
SELECT :now, 'Somebody', 'worker', 'client.look', 'client', n::text, '', jsonb_build_object('n', n)
FROM generate_series(1, CAST(:count AS int)) n RETURNING id
"""


@pytest.fixture
def log(session: Session) -> Session:
    """Three hundred rows in six seals, a number without a row after each fifty, and no triggers."""
    for _ in range(SEALINGS):
        write(session, ROWS_EACH)
        session.execute(text("SELECT nextval('audit_event_id_seq')"))
        assert seal_audit(session, AUDIT_KEYS, now=NOW) == ROWS_EACH
    for table in ("audit_event", "audit_seal"):
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    return session


def write(session: Session, count: int) -> list[int]:
    return list(session.scalars(text(INSERT), {"count": count, "now": NOW}))


def ids_of(session: Session) -> list[int]:
    return list(session.scalars(text("SELECT id FROM audit_event ORDER BY id")))


def reported(session: Session) -> set[str]:
    return {difference.name for difference in audit_against_chain(session, AUDIT_KEYS)}


def test_a_true_log_agrees_and_new_rows_are_sealed(log: Session) -> None:
    assert audit_against_chain(log, AUDIT_KEYS) == []
    before = chain_end(log)
    write(log, 10)
    assert seal_audit(log, AUDIT_KEYS, now=NOW) == 10
    assert audit_against_chain(log, AUDIT_KEYS) == []
    assert chain_end(log).value != before.value
    assert seal_audit(log, AUDIT_KEYS, now=NOW) == 0


def test_more_rows_than_one_seal_holds_are_sealed_at_once(session: Session) -> None:
    write(session, 2_345)
    assert seal_audit(session, AUDIT_KEYS, now=NOW) == 2_345
    counts = session.scalars(text("SELECT cardinality(row_ids) FROM audit_seal ORDER BY id")).all()
    assert counts == [1000, 1000, 345]
    assert audit_against_chain(session, AUDIT_KEYS) == []


def tampers() -> Iterator[tuple[str, int]]:
    random = Random(7)
    for number in range(200):
        yield list(TAMPERS)[number % len(TAMPERS)], random.randrange(SEALINGS * ROWS_EACH)


def test_two_hundred_tampers_are_found_one_by_one(log: Session) -> None:
    ids, missed = ids_of(log), []
    gaps = sorted(set(range(ids[0], ids[-1])) - set(ids))
    for kind, place in tampers():
        audit_id, gap = ids[place], gaps[place % len(gaps)]
        with log.begin_nested() as savepoint:
            log.execute(text(TAMPERS[kind]), {"id": audit_id, "gap": gap})
            if f"audit:{gap if kind == 'inserted' else audit_id}" not in reported(log):
                missed.append((kind, audit_id))
            savepoint.rollback()
    assert missed == []


@pytest.mark.parametrize("kind", CHAIN_TAMPERS)
def test_a_changed_seal_is_found_by_the_numbers_that_it_covers(log: Session, kind: str) -> None:
    for place, audit_id in enumerate(ids_of(log)[::ROWS_EACH]):
        first_number = audit_id if place else 1
        with log.begin_nested() as savepoint:
            log.execute(text(CHAIN_TAMPERS[kind]), {"id": audit_id})
            found = audit_against_chain(log, AUDIT_KEYS)
            broken = [difference for difference in found if difference.check == "audit_chain_broken"]
            assert broken[0].name.startswith(f"audit:{first_number}-")
            savepoint.rollback()


def test_a_removed_seal_is_found(log: Session) -> None:
    removed = "DELETE FROM audit_seal WHERE id = (SELECT id FROM audit_seal ORDER BY id OFFSET 2 LIMIT 1)"
    log.execute(text(removed))
    ids = ids_of(log)[2 * ROWS_EACH : 3 * ROWS_EACH]
    assert {f"audit:{audit_id}" for audit_id in ids} <= reported(log)


def test_many_tampers_at_once_are_each_named(log: Session) -> None:
    ids = sorted(Random(8).sample(ids_of(log), 200))
    for audit_id in ids:
        log.execute(text(TAMPERS["why"]), {"id": audit_id})
    found = [difference.name for difference in audit_against_chain(log, AUDIT_KEYS)]
    assert found == [f"audit:{audit_id}" for audit_id in ids]


def test_a_row_listed_without_a_digest_is_found(log: Session) -> None:
    gap = ids_of(log)[ROWS_EACH - 1] + 1
    log.execute(text("ALTER TABLE audit_seal DROP CONSTRAINT ck_audit_seal_digest_for_each_row"))
    log.execute(text(TAMPERS["inserted"]), {"gap": gap})
    log.execute(
        text("UPDATE audit_seal SET row_ids = row_ids || CAST(:gap AS bigint) WHERE last_audit_id = :gap"),
        {"gap": gap},
    )
    assert f"audit:{gap}" in reported(log)


def test_the_log_and_its_chain_refuse_changes(session: Session) -> None:
    write(session, 1)
    seal_audit(session, AUDIT_KEYS, now=NOW)
    for statement in (
        "UPDATE audit_seal SET chain = ''",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
        "DELETE FROM audit_event",
    ):
        with pytest.raises(Exception, match="append-only"), session.begin_nested():
            session.execute(text(statement))


def test_a_new_chain_is_found_by_a_value_kept_outside(log: Session) -> None:
    kept = chain_end(log).value.hex()
    write(log, 1)
    seal_audit(log, AUDIT_KEYS, now=NOW)
    assert anchors_against_chain(log, [kept]) == []
    log.execute(text(TAMPERS["why"]), {"id": ids_of(log)[7]})
    log.execute(text("DELETE FROM audit_seal"))
    seal_audit(log, AUDIT_KEYS, now=NOW)
    assert audit_against_chain(log, AUDIT_KEYS) == []
    assert [difference.expected for difference in anchors_against_chain(log, [kept])] == [kept]
