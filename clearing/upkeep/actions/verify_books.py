"""Verify the books: compute again from the postings what is stored, and compare."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clearing.grants.load import proof_documents
from clearing.ledger.load import proof_fundings
from clearing.ledger.load.audit_chain import audit_against_chain
from clearing.ledger.load.proof_fundings import Difference
from clearing.payments.load import proof_payments

Check = Callable[[Session], list[Difference]]

CHECKS: dict[str, Check] = {
    "balances": proof_fundings.balances_against_ledger,
    "holds": proof_fundings.holds_against_ledger,
    "held_by_choices": proof_fundings.held_by_choices,
    "charges": proof_fundings.charges_against_ledger,
    "charges_in_balances": proof_fundings.charges_against_balances,
    "frozen_charges": proof_payments.frozen_against_charges,
    "settlements": proof_payments.settlements_against_charges,
    "settlement_postings": proof_payments.settlements_against_ledger,
    "payables": proof_payments.payables_against_ledger,
    "payments": proof_payments.payments_against_ledger,
    "payment_sums": proof_payments.payments_against_settlements,
    "runs": proof_payments.runs_as_approved,
    "documents": proof_documents.documents_against_fundings,
    "audit_chain": audit_against_chain,
}
"""Every check by name, in the order in which they run and are reported."""


@dataclass(frozen=True, slots=True)
class BooksReport:
    """The checks that ran, and the differences that they found, in order."""

    checked: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Return whether there is no difference."""
        return not self.differences


def verify_books(session: Session) -> BooksReport:
    """Compare balances, holds, settlements, payments and runs with the postings, and the log with its chain.

    The transaction should be REPEATABLE READ, so that all checks see the same state.
    """
    found = [difference for _, differences in verify_step_by_step(session) for difference in differences]
    return BooksReport(tuple(CHECKS), tuple(found))


def verify_step_by_step(session: Session) -> Iterator[tuple[str, list[Difference]]]:
    """Run the checks one by one, so that the caller can show progress."""
    session.flush()
    for name, check in CHECKS.items():
        yield name, check(session)
