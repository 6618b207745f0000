"""What a payment run sends, line by line, and the hash by which it is approved (rulebook: Settlement)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from clearing.payments.rules.settling import Run
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment as it is to be sent. One by Stripe has a `stripe_account`, and neither IBAN nor BIC."""

    end_to_end_id: str
    business_id: str
    payee: str
    iban: str
    bic: str
    sum_cents: Money
    reference: str
    stripe_account: str = ""


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """One provider's frozen charges. `waiting` None: they are paid by a payment of this run."""

    settlement_id: int
    business_id: str
    charge_count: int
    sum_cents: Money
    waiting: str | None


def hash_of(run: Run, payments: Iterable[PaymentLine], settlements: Iterable[SettlementLine]) -> str:
    """SHA-256 of what is to be sent, from when on, and what is set aside; the order given is part of it."""
    digest = hashlib.sha256(f"run;{run.id};{run.county_code};{run.until}\n".encode())
    if run.not_before is not None:
        digest.update(f"not before\t{run.not_before}\n".encode())
    for line in payments:
        text = f"{line.end_to_end_id}\t{line.business_id}\t{line.payee}\t{line.iban}\t{line.bic}"
        text += f"\t{line.sum_cents}\t{line.reference}"
        text += f"\tstripe:{line.stripe_account}" if line.stripe_account else ""
        digest.update(f"payment\t{text}\n".encode())
    for held in settlements:
        text = f"{held.settlement_id}\t{held.business_id}\t{held.charge_count}\t{held.sum_cents}"
        digest.update(f"settlement\t{text}\t{held.waiting or ''}\n".encode())
    return digest.hexdigest()
