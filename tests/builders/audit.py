"""Keys of the audit chain for tests."""

from clearing.upkeep.actions.anchor_audit import AuditProof
from foundation.vocabulary.keys import KeyPurpose, ring_of

AUDIT_KEYS = ring_of({1: "a secret of the tests"}, KeyPurpose.AUDIT)
AUDIT_PROOF = AuditProof(AUDIT_KEYS)
