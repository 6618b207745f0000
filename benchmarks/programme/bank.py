"""The bank at the other end: what it was told to pay, and what it paid, in its own books."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from benchmarks.programme.broken import hold
from tests.builders.settling import payments_in, statement_of


@dataclass(slots=True)
class Bank:
    """Whole cents by end-to-end id."""

    random: Random
    told: dict[str, int] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)

    def take(self, run_id: int, content: bytes) -> dict[str, int]:
        """A payment file; the same run must give the same bytes, another run no id known."""
        payments = payments_in(content)
        if run_id in self.files:
            hold(self.files[run_id] == content, f"run {run_id} was exported with other bytes")
            return payments
        hold(not self.told.keys() & payments.keys(), f"run {run_id} sends a payment again")
        self.files[run_id] = content
        self.told |= payments
        return payments

    def answer(self, payments: dict[str, int], *, returns: float) -> list[bytes]:
        """The statements: all that was paid, then what came back (this share)."""
        back = {name: cents for name, cents in payments.items() if self.random.random() < returns}
        self.paid |= {name: cents for name, cents in payments.items() if name not in back}
        statements = [statement_of(payments), *([statement_of(back, returned=True)] if back else [])]
        return [one for one in statements if payments]
