"""The audit log beside its chain: what is not linked yet, and what no longer agrees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, cast, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from clearing.ledger.load.proof_fundings import Difference
from clearing.ledger.rules.audit_chain import BEGINNING, digest_of, link_after
from foundation.database.tables.audit import AuditEvent, AuditLink

ROWS_AT_A_TIME = 5000
SEALING = 7_241_004
LOOK_BACK_ROWS = 100_000
"""How far behind the newest linked row late ones are looked for: rows are linked as they are committed."""
NEAR_ROWS = 50
WRAP = 2**32
"""PostgreSQL's row headers hold the low 32 bits of a transaction's number."""
MOST_TOLD = 1000

ROW_TEXT = cast(
    func.jsonb_build_array(
        AuditEvent.id,
        AuditEvent.county_id,
        func.extract("epoch", AuditEvent.at),
        AuditEvent.actor_id,
        AuditEvent.actor_name,
        AuditEvent.role,
        AuditEvent.act,
        AuditEvent.subject_kind,
        AuditEvent.subject_id,
        AuditEvent.client_id,
        AuditEvent.why,
        AuditEvent.detail,
    ),
    Text,
)
"""Every column of a row as one text that does not depend on any setting of the session."""


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The last link: how many rows are linked, the highest of their ids, and the chain's value."""

    links: int
    highest_audit_id: int
    value: bytes


def lock_chain(session: Session) -> None:
    """Let one transaction at a time extend the chain."""
    session.execute(select(func.pg_advisory_xact_lock(SEALING)))


def chain_end(session: Session) -> ChainEnd:
    """Where the chain ends now."""
    count, highest = session.execute(select(func.count(), func.max(AuditLink.audit_id))).one()
    value = session.scalar(select(AuditLink.chain).order_by(AuditLink.id.desc()).limit(1))
    return ChainEnd(count, highest or 0, value or BEGINNING)


def unlinked_rows(session: Session, end: ChainEnd, *, limit: int) -> list[tuple[int, str]]:
    """The committed rows that have no link yet, with their texts, in id order."""
    query = (
        select(AuditEvent.id, ROW_TEXT)
        .outerjoin(AuditLink, AuditLink.audit_id == AuditEvent.id)
        .where(AuditLink.id.is_(None), AuditEvent.id > end.highest_audit_id - LOOK_BACK_ROWS)
        .order_by(AuditEvent.id)
        .limit(limit)
    )
    return [(key, row_text) for key, row_text in session.execute(query)]


def audit_against_chain(session: Session) -> list[Difference]:
    """Every linked row is still there and unchanged, every link binds the one before, none came in late."""
    found = []
    for difference in (*_broken(session), *_late(session)):
        found.append(difference)
        if len(found) == MOST_TOLD:
            break
    return found


def anchors_against_chain(session: Session, anchors: Iterable[str]) -> list[Difference]:
    """Every value (hex) that was kept outside still stands in the chain: it was not made anew before it."""
    kept = list(anchors)
    values = [bytes.fromhex(one) for one in kept]
    known = {
        value.hex() for value in session.scalars(select(AuditLink.chain).where(AuditLink.chain.in_(values)))
    }
    missing = [one for one in kept if one not in known]
    return [Difference("audit_anchor", "audit chain", one, "no such link", None) for one in missing]


def _broken(session: Session) -> Iterator[Difference]:
    rows = session.execute(
        select(AuditLink.audit_id, AuditLink.digest, AuditLink.chain, AuditEvent.county_id, ROW_TEXT)
        .outerjoin(AuditEvent, AuditEvent.id == AuditLink.audit_id)
        .order_by(AuditLink.id)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    previous = BEGINNING
    for audit_id, digest, chain, county_id, row_text in rows:
        name = f"audit:{audit_id}"
        if row_text is None:
            yield Difference("audit_row_missing", name, digest.hex(), "nothing", county_id)
        elif digest_of(row_text) != digest:
            yield Difference("audit_row_changed", name, digest.hex(), digest_of(row_text).hex(), county_id)
        if link_after(previous, digest) != chain:
            expected = link_after(previous, digest).hex()
            yield Difference("audit_chain_broken", name, expected, chain.hex(), county_id)
        previous = chain


def _late(session: Session) -> Iterator[Difference]:
    """A row under an id that was passed already when the transaction that wrote it had not begun.

    Transactions take their ids in the order in which they begin to write; the last few ids before a sealing
    are left out, because a row may take its id a moment before its transaction has one.
    """
    written_by = cast(cast(literal_column("audit_event.xmin"), Text), BigInteger)
    unlinked = (
        select(AuditEvent.id, AuditEvent.at, AuditEvent.county_id, written_by.label("written_by"))
        .outerjoin(AuditLink, AuditLink.audit_id == AuditEvent.id)
        .where(AuditLink.id.is_(None))
        .cte("unlinked")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    later = aliased(AuditLink)
    passed = (
        select(func.min(later.sealed_before))
        .where(later.audit_id > unlinked.c.id + NEAR_ROWS)
        .scalar_subquery()
    )
    rows = session.execute(
        select(unlinked.c.id, unlinked.c.at, unlinked.c.county_id)
        .where(unlinked.c.written_by >= passed % WRAP)
        .order_by(unlinked.c.id)
        .limit(MOST_TOLD)
    )
    for audit_id, at, county_id in rows:
        yield Difference("audit_row_inserted", f"audit:{audit_id}", "nothing", at.isoformat(), county_id)
