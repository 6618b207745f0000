"""The books check themselves: everything that is stored is computed again from the postings."""

from __future__ import annotations

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
"""Every check by name, in the order in which they are made and told."""


@dataclass(frozen=True, slots=True)
class BooksReport:
    """What was checked, and everything that differs, the first difference first."""

    checked: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def verify_books(session: Session) -> BooksReport:
    """Recompute balances, holds, settlements, payments and runs from the postings; look over the audit chain.

    The caller's transaction should be REPEATABLE READ, so that all checks see one moment.
    """
    found = [difference for _, some in verify_step_by_step(session) for difference in some]
    return BooksReport(tuple(CHECKS), tuple(found))


def verify_step_by_step(session: Session) -> Iterator[tuple[str, list[Difference]]]:
    """The same, check by check, for showing progress."""
    session.flush()
    for name, check in CHECKS.items():
        yield name, check(session)
