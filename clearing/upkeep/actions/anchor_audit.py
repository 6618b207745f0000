"""Keep the last value of the audit chain outside the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.gateways.anchor_file import AnchorFile
from clearing.ledger.load.audit_anchors import database_name, lines_against_chain
from clearing.ledger.load.audit_chain import audit_against_chain, chain_end
from clearing.ledger.load.proof_fundings import Difference
from clearing.ledger.rules.audit_anchors import anchor_line, value_in
from foundation.vocabulary.keys import NO_KEYS, KeyRing


@dataclass(frozen=True, slots=True)
class AuditProof:
    """What proves the audit log, and is not in the database: the keys, and the file of anchors."""

    keys: KeyRing
    anchors: AnchorFile | None = None


UNPROVEN = AuditProof(NO_KEYS)
"""Without keys, only a log without keyed seals can agree."""


def anchor_audit(session: Session, proof: AuditProof, *, now: datetime) -> str | None:
    """Append the chain's last value to the file of anchors, and return it in hexadecimal.

    Returns None, and appends nothing, while the chain is as at the last anchor or is empty. The caller must
    have committed the seals.
    """
    if proof.anchors is None:
        return None
    end, made = chain_end(session), []

    def next_line(previous_line: str) -> str | None:
        if not end.last_audit_id or value_in(previous_line) == end.value:
            return None
        made.append(end.value.hex())
        return anchor_line(
            end.last_audit_id, end.value, previous_line=previous_line, keys=proof.keys, now=now
        )

    proof.anchors.append(database_name(session), next_line)
    return made[0] if made else None


def audit_against_anchors(session: Session, proof: AuditProof) -> list[Difference]:
    """Compare the chain with the anchors kept outside."""
    if proof.anchors is None:
        return []
    return lines_against_chain(session, proof.anchors.lines(database_name(session)), proof.keys)


def audit_differences(session: Session, proof: AuditProof) -> list[Difference]:
    """Compare the log with its chain."""
    return audit_against_chain(session, proof.keys)
