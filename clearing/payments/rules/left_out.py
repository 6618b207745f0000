"""What leaves a prepared run when it has changed, so that everybody else is paid (rulebook: Settlement)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from clearing.payments.rules.payouts import Due, WaitReason, why_account_waits, why_stripe_waits
from clearing.payments.rules.run_hash import PaymentLine
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Role

LEAVERS = frozenset({Role.SETTLEMENT_APPROVER})
"""Who takes changed rows out of a run: the person who wanted to approve it."""

DISPUTED = "disputed_by_client"


class LeftOutReason(StrEnum):
    """Why a charge, or carried money, left a prepared run. The codes are public."""

    DISPUTED = "disputed_by_client"
    ON_HOLD = "charge_on_hold"
    WITHDRAWN = "charge_withdrawn"
    REFUSED = "charge_refused"
    CORRECTED = "charge_corrected"
    CHANGED = "charge_changed"
    CARRIED_LESS = "carried_sum_smaller"


@dataclass(frozen=True, slots=True)
class ChangedCharge:
    """A frozen charge that is not any more what it was, or that belongs with one. `codes`: its reasons."""

    charge_id: int
    settlement_id: int
    provider_id: int
    state: str
    frozen_cents: Money
    cents: Money | None
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Leaving:
    """One line of what leaves: a charge, or money of a payee; in whole cents."""

    provider_id: int
    charge_id: int | None
    cents: Money
    reason: str


def why_charge_leaves(charge: ChangedCharge) -> LeftOutReason:
    """A charge that is disputed, on hold, withdrawn, refused, corrected or changed leaves the run."""
    if charge.state == "on_hold":
        return LeftOutReason.DISPUTED if DISPUTED in charge.codes else LeftOutReason.ON_HOLD
    if charge.state == "withdrawn":
        return LeftOutReason.WITHDRAWN
    if charge.state != "accepted":
        return LeftOutReason.REFUSED
    return LeftOutReason.CORRECTED if charge.cents == charge.frozen_cents else LeftOutReason.CHANGED


def why_payee_leaves(
    bank_account_id: int | None, line: PaymentLine, due: Due, now: datetime
) -> WaitReason | None:
    """A payee leaves the run when its newest account is not the frozen one, or may not be paid to now."""
    if line.stripe_account != (due.stripe.account if due.stripe is not None else ""):
        return WaitReason.RAIL_CHANGED
    if due.stripe is not None:
        return why_stripe_waits(due.stripe, now)
    if due.account is None:
        return WaitReason.NO_ACCOUNT
    if (due.account.id, due.account.iban, due.account.bic) != (bank_account_id, line.iban, line.bic):
        return WaitReason.CHANGED_SINCE
    return due.bank_says_wait or why_account_waits(due.account, now)


def as_frozen(due: Due, carried_cents: Money) -> Due:
    """Return what is due now with at most the carried sum that was frozen: a run only becomes smaller."""
    return replace(due, carried_cents=min(due.carried_cents, carried_cents))


def money_of_payee(
    provider_id: int, before: Money, after: Money, charges: Money, reason: WaitReason | None
) -> Leaving | None:
    """Return by how much the payee is paid less for another reason than its charges that left."""
    rest = Money(before - after - charges)
    if rest == 0:
        return None
    return Leaving(provider_id, None, rest, reason or LeftOutReason.CARRIED_LESS)
