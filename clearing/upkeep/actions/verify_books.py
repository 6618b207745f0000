"""Verify the books: compute again from the postings what is stored, and compare."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clearing.eligibility.load import proof_listings
from clearing.grants.load import proof_documents
from clearing.ledger.load import proof_fundings, proof_units
from clearing.ledger.load.proof_fundings import Difference
from clearing.payments.load import proof_payments
from clearing.upkeep.actions.anchor_audit import (
    UNPROVEN,
    AuditProof,
    audit_against_anchors,
    audit_differences,
)

Check = Callable[[Session], list[Difference]]
AuditCheck = Callable[[Session, AuditProof], list[Difference]]

BOOK_CHECKS: dict[str, Check] = {
    "balances": proof_fundings.balances_against_ledger,
    "holds": proof_fundings.holds_against_ledger,
    "held_by_choices": proof_fundings.held_by_choices,
    "charges": proof_fundings.charges_against_ledger,
    "charges_in_balances": proof_fundings.charges_against_balances,
    "unit_balances": proof_units.unit_balances_against_ledger,
    "unit_holds": proof_units.unit_holds_against_ledger,
    "charged_units": proof_units.charged_units,
    "frozen_charges": proof_payments.frozen_against_charges,
    "settlements": proof_payments.settlements_against_charges,
    "settlement_postings": proof_payments.settlements_against_ledger,
    "payables": proof_payments.payables_against_ledger,
    "payments": proof_payments.payments_against_ledger,
    "payment_sums": proof_payments.payments_against_settlements,
    "runs": proof_payments.runs_as_approved,
    "documents": proof_documents.documents_against_fundings,
    "listings": proof_listings.listings_against_offerings,
}
"""The checks of the money and of the public list by name, in the order in which they run and are reported."""

AUDIT_CHECKS: dict[str, AuditCheck] = {
    "audit_chain": audit_differences,
    "audit_anchors": audit_against_anchors,
}
"""The checks of the audit log by name; they follow those of the money."""

PROOF_FAULTS = frozenset(
    {
        "audit_anchor",
        "audit_anchor_changed",
        "audit_chain_broken",
        "audit_key_missing",
        "audit_older_than_anchor",
        "audit_row_missing",
    }
)
"""Differences of the audit log that belong to no county: each county must know of them."""

WITHOUT_MONEY = frozenset({"listed_offering"})
"""Differences that concern no money: they are reported, and payments go on."""

CHECKS = (*BOOK_CHECKS, *AUDIT_CHECKS)
"""The name of each check, in the order in which they run."""


@dataclass(frozen=True, slots=True)
class BooksReport:
    """The checks that ran, and the differences that they found, in order."""

    checked: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Return whether there is no difference."""
        return not self.differences


def verify_books(session: Session, proof: AuditProof = UNPROVEN) -> BooksReport:
    """Compare balances, holds, settlements, payments and runs with the postings, and the log with its proof.

    The transaction should be REPEATABLE READ, so that all checks see the same state.
    """
    steps = verify_step_by_step(session, proof)
    return BooksReport(CHECKS, tuple(difference for _, differences in steps for difference in differences))


def verify_step_by_step(session: Session, proof: AuditProof) -> Iterator[tuple[str, list[Difference]]]:
    """Run the checks one by one, so that the caller can show progress."""
    session.flush()
    for name, check in BOOK_CHECKS.items():
        yield name, check(session)
    for name, audit_check in AUDIT_CHECKS.items():
        yield name, audit_check(session, proof)
