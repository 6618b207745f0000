"""The anchors kept outside, beside the audit chain: each must be a value that the chain had."""

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.ledger.load.audit_chain import MOST_REPORTED, chain_end, values_not_in_chain
from clearing.ledger.load.proof_fundings import Difference
from clearing.ledger.rules.audit_anchors import Anchor, read_anchors
from foundation.vocabulary.keys import KeyRing

_DATABASE = text("""
SELECT (SELECT system_identifier FROM pg_control_system()) || '-' || oid FROM pg_database
WHERE datname = current_database()
""")


def database_name(session: Session) -> str:
    """Return the numbers of the server and the database; an owner of tables cannot change these."""
    return str(session.execute(_DATABASE).scalar_one())


def lines_against_chain(session: Session, lines: Sequence[str], keys: KeyRing) -> list[Difference]:
    """Compare the lines of the file of anchors with the chain.

    Reports a line that is not as it was written, an anchor past the chain's end (the database is older than
    its anchors), and an anchor that the chain does not have (the chain was built again).
    """
    read = list(read_anchors(lines, keys))
    found = [_changed_line(line) for line in read if isinstance(line, int)]
    anchors = [anchor for anchor in read if isinstance(anchor, Anchor)]
    missing = values_not_in_chain(session, {anchor.value for anchor in anchors}) if anchors else set()
    last = chain_end(session).last_audit_id
    found += [_not_in_chain(anchor, last) for anchor in anchors if anchor.value in missing]
    return list(islice(found, MOST_REPORTED))


def _changed_line(number: int) -> Difference:
    return Difference("audit_anchor_changed", f"anchor:{number}", "as it was written", "changed", None)


def _not_in_chain(anchor: Anchor, last: int) -> Difference:
    name = f"anchor:{anchor.line_number}"
    if anchor.last_audit_id > last:
        return Difference(
            "audit_older_than_anchor", name, f"audit:{anchor.last_audit_id}", f"audit:{last}", None
        )
    return Difference("audit_anchor", name, anchor.value.hex(), "no such value", None)
