"""Attacks on the audit log by somebody who can write every table of the database, and see all of it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from clearing.ledger.gateways.anchor_file import AnchorFile
from clearing.ledger.gateways.mail import Mail
from clearing.ledger.load.audit_chain import ROW_TEXT, audit_against_chain
from clearing.ledger.rules.audit_chain import BEGINNING, Numbers, digest_of, sealed_value
from clearing.upkeep.actions.anchor_audit import AuditProof, anchor_audit, audit_against_anchors
from clearing.upkeep.actions.mail_auditors import mail_alarm, mail_anchor
from clearing.upkeep.actions.seal_audit import seal_audit
from clearing.upkeep.actions.verify_books import BooksReport, verify_books
from foundation.database.tables.audit import AuditEvent, AuditSeal
from foundation.database.tables.outbox import OutboxMessage
from foundation.vocabulary.keys import KeyPurpose, KeyRing, ring_of
from tests.builders import NOW
from tests.builders.audit import AUDIT_KEYS

ROWS, SEALS = 30, 3
INSERT = """
INSERT INTO audit_event (at, actor_name, role, act, subject_kind, subject_id, why, detail)
SELECT :now, 'Somebody', 'worker', 'client.look', 'client', n::text, '', '{}'
FROM generate_series(1, CAST(:count AS int)) n
"""
CHANGE = "UPDATE audit_event SET actor_name = 'Nobody' WHERE id = (SELECT min(id) + 4 FROM audit_event)"


@pytest.fixture
def proof(tmp_path: Path) -> AuditProof:
    return AuditProof(AUDIT_KEYS, AnchorFile(tmp_path / "anchors", single=True))


@pytest.fixture
def log(session: Session, proof: AuditProof) -> Session:
    """Thirty rows in three seals, an anchor after each, and no triggers."""
    for _ in range(SEALS):
        write_and_anchor(session, proof)
    for table in ("audit_event", "audit_seal"):
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    return session


def write_and_anchor(session: Session, proof: AuditProof) -> None:
    session.execute(text(INSERT), {"count": ROWS // SEALS, "now": NOW})
    assert seal_audit(session, proof.keys, now=NOW) == ROWS // SEALS
    assert anchor_audit(session, proof, now=NOW) is not None


def build_chain_again(session: Session, key: bytes | None, version: int | None) -> None:
    """Do what somebody can who has the whole database and the program: make each seal again."""
    value = BEGINNING
    for seal in session.scalars(select(AuditSeal).order_by(AuditSeal.id)):
        rows = select(AuditEvent.id, ROW_TEXT).where(AuditEvent.id.in_(seal.row_ids)).order_by(AuditEvent.id)
        digests = [digest_of(row_text) for _, row_text in session.execute(rows)]
        assert seal.first_audit_id is not None
        assert seal.last_audit_id is not None
        value = sealed_value(value, digests, Numbers(seal.first_audit_id, seal.last_audit_id), key)
        seal.row_digests, seal.chain, seal.key_version = b"".join(digests), value, version
    session.flush()


def checks(session: Session, proof: AuditProof) -> set[str]:
    return {difference.check for difference in verify_books(session, proof).differences}


def test_a_true_log_agrees_with_its_anchors(log: Session, proof: AuditProof) -> None:
    assert checks(log, proof) == set()
    assert anchor_audit(log, proof, now=NOW) is None


def test_a_chain_built_again_without_the_key_is_named(log: Session, proof: AuditProof) -> None:
    log.execute(text(CHANGE))
    build_chain_again(log, None, 1)
    found = audit_against_chain(log, proof.keys)
    assert [difference.check for difference in found] == ["audit_chain_broken"] * SEALS


@pytest.mark.parametrize("key", [b"a guess", hashlib.sha256(b"omatori").digest()])
def test_a_chain_built_again_with_another_key_is_named(log: Session, proof: AuditProof, key: bytes) -> None:
    log.execute(text(CHANGE))
    build_chain_again(log, key, 1)
    assert checks(log, proof) == {"audit_chain_broken", "audit_anchor"}


def test_a_chain_built_again_as_if_there_had_never_been_a_key_is_named(
    log: Session, proof: AuditProof
) -> None:
    log.execute(text(CHANGE))
    build_chain_again(log, None, None)
    names = [difference.name for difference in verify_books(log, proof).differences]
    assert names == ["anchor:1", "anchor:2", "anchor:3"]


def test_a_row_changed_in_place_is_named(log: Session, proof: AuditProof) -> None:
    log.execute(text(CHANGE))
    assert checks(log, proof) == {"audit_row_changed"}


def test_a_log_written_off_and_sealed_again_by_the_program_is_named(log: Session, proof: AuditProof) -> None:
    log.execute(text(CHANGE))
    log.execute(text("DELETE FROM audit_seal"))
    seal_audit(log, proof.keys, now=NOW)
    assert audit_against_chain(log, proof.keys) == []
    assert checks(log, proof) == {"audit_anchor"}


def test_a_database_older_than_its_anchors_is_named(log: Session, proof: AuditProof) -> None:
    last = log.scalar(select(AuditSeal.id).order_by(AuditSeal.id.desc()).limit(1))
    log.execute(text("DELETE FROM audit_event WHERE id > (SELECT max(id) - 10 FROM audit_event)"))
    log.execute(text("DELETE FROM audit_seal WHERE id = :last"), {"last": last})
    (difference,) = verify_books(log, proof).differences
    assert (difference.check, difference.name) == ("audit_older_than_anchor", "anchor:3")


def test_an_emptied_database_is_named(log: Session, proof: AuditProof) -> None:
    log.execute(text("DELETE FROM audit_seal"))
    log.execute(text("DELETE FROM audit_event"))
    assert checks(log, proof) == {"audit_older_than_anchor"}


@pytest.mark.parametrize("line", range(SEALS))
def test_a_changed_or_removed_line_of_the_anchors_is_named(
    log: Session, proof: AuditProof, tmp_path: Path, line: int
) -> None:
    file = tmp_path / "anchors" / "audit-anchors.txt"
    lines = file.read_text().splitlines()
    changed = [*lines[:line], lines[line].replace("last=", "last=1"), *lines[line + 1 :]]
    file.write_text("\n".join(changed))
    assert [found.name for found in audit_against_anchors(log, proof)] == [f"anchor:{line + 1}"]
    file.write_text("\n".join([*lines[:line], *lines[line + 1 :]]))
    expected = [] if line == SEALS - 1 else [f"anchor:{line + 1}"]
    assert [found.name for found in audit_against_anchors(log, proof)] == expected


def test_the_file_is_for_the_program_alone(log: Session, proof: AuditProof, tmp_path: Path) -> None:
    assert (tmp_path / "anchors").stat().st_mode & 0o077 == 0
    assert (tmp_path / "anchors" / "audit-anchors.txt").stat().st_mode & 0o077 == 0


def test_seals_from_before_keys_are_bound_by_the_first_key(session: Session, proof: AuditProof) -> None:
    session.execute(text(INSERT), {"count": 10, "now": NOW})
    seal_audit(session, proof.keys, now=NOW)
    session.execute(text("ALTER TABLE audit_seal DISABLE TRIGGER USER"))
    build_chain_again(session, None, None)
    write_and_anchor(session, proof)
    assert checks(session, proof) == set()
    session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
    session.execute(text(CHANGE))
    build_chain_again(session, None, None)
    assert checks(session, proof) == {"audit_anchor"}


def test_a_seal_without_a_key_after_one_with_a_key_is_named(log: Session, proof: AuditProof) -> None:
    last = "UPDATE audit_seal SET key_version = NULL WHERE id = (SELECT max(id) FROM audit_seal)"
    log.execute(text(last))
    assert checks(log, proof) == {"audit_key_missing"}


def test_a_new_key_goes_on_with_the_chain_and_the_old_one_is_still_needed(
    log: Session, proof: AuditProof
) -> None:
    both = ring_of({1: "a secret of the tests", 2: "the next secret"}, KeyPurpose.AUDIT)
    rotated = AuditProof(both, proof.anchors)
    write_and_anchor(log, rotated)
    assert checks(log, rotated) == set()
    assert log.scalars(select(AuditSeal.key_version).order_by(AuditSeal.id)).all() == [1, 1, 1, 2]
    without_old = AuditProof(KeyRing({2: both.keys[2]}), proof.anchors)
    assert checks(log, without_old) == {"audit_key_missing", "audit_anchor_changed"}


def test_the_auditors_get_an_alarm_a_day_and_each_anchor_once(log: Session, proof: AuditProof) -> None:
    log.execute(text(CHANGE))
    report = verify_books(log, proof)
    for now in (NOW, NOW, NOW + timedelta(days=1)):
        mail_alarm(log, report, to="auditor@county.example", now=now)
        mail_anchor(log, "ab" * 32, to="auditor@county.example", now=now)
    mail_alarm(log, BooksReport((), ()), to="auditor@county.example", now=NOW + timedelta(days=9))
    bodies = [Mail("", **body) for body in log.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id))]
    assert len(bodies) == 3
    assert "audit_row_changed audit:" in bodies[0].text
    assert "ab" * 32 in bodies[1].text
