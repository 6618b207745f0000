"""The audit log beside its chain: where the chain ends, and what no longer agrees with it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from sqlalchemy import ARRAY, BigInteger, Text, any_, cast, func, literal, select
from sqlalchemy.orm import Session

from clearing.ledger.load.proof_fundings import Difference
from clearing.ledger.rules.audit_chain import (
    BEGINNING,
    DIGEST_BYTES,
    Numbers,
    digest_of,
    sealed_value,
    value_after,
)
from foundation.database.tables.audit import AuditEvent, AuditSeal
from foundation.vocabulary.keys import KeyRing

SEALS_AT_A_TIME = 20
CHAIN_LOCK = 7_241_004
MOST_REPORTED = 1000
"""More than of other checks: each changed row is to be named."""

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
    """Where the chain ends: every row up to `last_audit_id` is sealed; `value` is the chain's last value."""

    last_audit_id: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as stored: the numbers that it covers, the rows that it found there, the chain's value."""

    numbers: Numbers | None
    row_ids: list[int]
    row_digests: list[bytes]
    value: bytes
    key_version: int | None

    @property
    def name(self) -> str:
        """Return the seal's name in a report: the numbers that it covers."""
        first, last = self.numbers or (min(self.row_ids), max(self.row_ids))
        return f"audit:{first}-{last}"


def lock_chain(session: Session) -> None:
    """Let one transaction at a time extend the chain."""
    session.execute(select(func.pg_advisory_xact_lock(CHAIN_LOCK)))


def chain_end(session: Session) -> ChainEnd:
    """Return where the chain ends now."""
    query = select(AuditSeal.last_audit_id, AuditSeal.chain).order_by(AuditSeal.id.desc()).limit(1)
    last = session.execute(query).one_or_none()
    return ChainEnd(0, BEGINNING) if last is None else ChainEnd(last.last_audit_id or 0, last.chain)


def rows_between(session: Session, numbers: Numbers, *, limit: int) -> list[tuple[int, str]]:
    """Return the first committed rows under these numbers, each as its number and its text, in order."""
    query = (
        select(AuditEvent.id, ROW_TEXT)
        .where(AuditEvent.id.between(numbers.first, numbers.last))
        .order_by(AuditEvent.id)
        .limit(limit)
    )
    return [(key, row_text) for key, row_text in session.execute(query)]


def audit_against_chain(session: Session, keys: KeyRing) -> list[Difference]:
    """Compare the log with its chain: no sealed row is changed or missing, and none was added later.

    The values of the chain are made again with the keys. A seal of an unknown version cannot be checked, and
    is reported.
    """
    return list(islice(chain(_changed(session, keys), _inserted(session)), MOST_REPORTED))


def values_not_in_chain(session: Session, values: Collection[bytes]) -> set[bytes]:
    """Return those of the values, kept outside, that the chain never had."""
    known = set(session.scalars(select(AuditSeal.chain).where(AuditSeal.chain.in_(values))))
    if not known.issuperset(values):
        known.update(_values_of_earlier_chain(session))
    return set(values) - known


def anchors_against_chain(session: Session, anchors: Iterable[str]) -> list[Difference]:
    """Return the values kept outside (hex) that are not in the chain: somebody has built a new chain."""
    kept = list(anchors)
    missing = values_not_in_chain(session, [bytes.fromhex(anchor) for anchor in kept])
    return [
        Difference("audit_anchor", "audit chain", anchor, "no such value", None)
        for anchor in kept
        if bytes.fromhex(anchor) in missing
    ]


def _seals(session: Session, *, earlier: bool = False) -> Iterator[Seal]:
    """Read the seals in the order of the chain; with `earlier`, only those of the chain of single rows."""
    query = select(
        AuditSeal.first_audit_id,
        AuditSeal.last_audit_id,
        AuditSeal.row_ids,
        AuditSeal.row_digests,
        AuditSeal.chain,
        AuditSeal.key_version,
    ).order_by(AuditSeal.id)
    if earlier:
        query = query.where(AuditSeal.last_audit_id.is_(None))
    stored = session.execute(query.execution_options(yield_per=SEALS_AT_A_TIME))
    for first, last, row_ids, digests, value, version in stored:
        numbers = None if first is None or last is None else Numbers(first, last)
        starts = range(0, len(digests), DIGEST_BYTES)
        row_digests = [digests[start : start + DIGEST_BYTES] for start in starts]
        yield Seal(numbers, row_ids, row_digests, value, version)


def _changed(session: Session, keys: KeyRing) -> Iterator[Difference]:
    """Find the rows that are not as they were sealed, and the seals that do not follow from those before."""
    end, keyed = ChainEnd(0, BEGINNING), False
    for seal in _seals(session):
        yield from _changed_rows(session, seal)
        keyed = keyed or seal.key_version is not None
        if keyed and seal.key_version not in keys.keys:
            version = "no key" if seal.key_version is None else f"key {seal.key_version}"
            yield Difference("audit_key_missing", seal.name, "a known key", version, None)
        else:
            yield from _broken(seal, end, keys)
        end = ChainEnd(seal.numbers.last if seal.numbers else end.last_audit_id, seal.value)


def _broken(seal: Seal, end: ChainEnd, keys: KeyRing) -> Iterator[Difference]:
    """Find whether a seal follows from the end of the chain before it."""
    key = None if seal.key_version is None else keys.keys[seal.key_version]
    value = sealed_value(end.value, seal.row_digests, seal.numbers, key)
    if value != seal.value or (seal.numbers and seal.numbers.first != end.last_audit_id + 1):
        yield Difference("audit_chain_broken", seal.name, value.hex(), seal.value.hex(), None)


def _changed_rows(session: Session, seal: Seal) -> Iterator[Difference]:
    query = select(AuditEvent.id, AuditEvent.county_id, ROW_TEXT).where(
        AuditEvent.id == any_(literal(seal.row_ids, ARRAY(BigInteger)))
    )
    rows = {key: (county_id, digest_of(row_text)) for key, county_id, row_text in session.execute(query)}
    no_digest = [b""] * (len(seal.row_ids) - len(seal.row_digests))
    for row_id, digest in zip(seal.row_ids, [*seal.row_digests, *no_digest], strict=False):
        if row_id not in rows:
            yield Difference("audit_row_missing", f"audit:{row_id}", digest.hex(), "nothing", None)
            continue
        county_id, found = rows[row_id]
        if found != digest:
            yield Difference("audit_row_changed", f"audit:{row_id}", digest.hex(), found.hex(), county_id)


def _inserted(session: Session) -> Iterator[Difference]:
    """Find the rows under a sealed number that no seal has."""
    sealed = select(func.unnest(AuditSeal.row_ids).label("audit_id")).subquery()
    last = select(func.max(AuditSeal.last_audit_id)).scalar_subquery()
    query = (
        select(AuditEvent.id, AuditEvent.at, AuditEvent.county_id)
        .outerjoin(sealed, sealed.c.audit_id == AuditEvent.id)
        .where(sealed.c.audit_id.is_(None), AuditEvent.id <= last)
        .order_by(AuditEvent.id)
        .limit(MOST_REPORTED)
    )
    for audit_id, at, county_id in session.execute(query):
        yield Difference("audit_row_inserted", f"audit:{audit_id}", "nothing", at.isoformat(), county_id)


def _values_of_earlier_chain(session: Session) -> Iterator[bytes]:
    """Compute every value of the chain that had a link for each row, before ranges were sealed."""
    value = BEGINNING
    for seal in _seals(session, earlier=True):
        for digest in seal.row_digests:
            value = value_after(value, digest)
            yield value
