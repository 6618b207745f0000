"""A simulated bank: the payments it was instructed to make, and those it made."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from benchmarks.programme.failure import require
from tests.builders.settlement import payer_iban_in, payments_in, statement_of


@dataclass(slots=True)
class Bank:
    """The bank's own books: whole cents by end-to-end id, the files by run, and the payer's account."""

    random: Random
    instructed: dict[str, int] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    account: str = ""

    def accept_file(self, run_id: int, content: bytes) -> dict[str, int]:
        """Read a payment file, and return its payments.

        Raises:
            CheckFailedError: The same run gave other bytes, or another run sends a known payment again.
        """
        payments, self.account = payments_in(content), payer_iban_in(content)
        if run_id in self.files:
            require(self.files[run_id] == content, f"run {run_id} was exported with other bytes")
            return payments
        require(not self.instructed.keys() & payments.keys(), f"run {run_id} sends a payment again")
        self.files[run_id] = content
        self.instructed |= payments
        return payments

    def answer(self, payments: dict[str, int], *, returns: float) -> list[bytes]:
        """Return the statements: one that books what was paid, and one that returns the share `returns`.

        Every second return was booked before, so a second person must confirm it; of the others the debit is
        never reported.
        """
        returned = {name: cents for name, cents in payments.items() if self.random.random() < returns}
        paid = {name: cents for name, cents in payments.items() if name not in returned}
        self.paid |= paid
        booked = paid | dict(list(returned.items())[::2])
        statements = [statement_of(booked, account=self.account)] if booked else []
        if returned:
            statements.append(statement_of(returned, returned=True, account=self.account))
        return statements
