"""Take what changed out of a prepared run, so that it holds up nobody else (docs/decisions/0100)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.actions.prepare_payment_run import why_due_waits
from clearing.payments.actions.prove_run import proven
from clearing.payments.load.dues import dues_of_run
from clearing.payments.load.left_out import changed_charges
from clearing.payments.load.payers import lock_settling
from clearing.payments.load.payment_runs import (
    RunContents,
    RunPayment,
    RunSettlement,
    lock_run,
    run_contents,
    run_header,
)
from clearing.payments.load.proof_runs import prove_prepared
from clearing.payments.rules.left_out import (
    LEAVERS,
    ChangedCharge,
    Leaving,
    as_frozen,
    money_of_payee,
    why_charge_leaves,
    why_payee_leaves,
)
from clearing.payments.rules.payouts import Due, WaitReason
from clearing.payments.rules.settling import RunRefusalCode, RunState, why_not_by
from clearing.payments.write.left_out import drop_empty_settlements, release_some_charges, store_left_out
from clearing.payments.write.payments import drop_prepared_payments, store_payments
from clearing.payments.write.settlements import lock_balances_of_run, set_waiting, sort_in_memory
from foundation.database.failpoints import failpoint
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


@dataclass(frozen=True, slots=True)
class _PayeeChange:
    """What becomes of a payee: a new payment of `due`, or why it waits now; `before`: its sum in cents."""

    settlement: RunSettlement
    due: Due
    reason: WaitReason | None
    before: Money

    @property
    def after(self) -> Money:
        """What it is paid now, in whole cents."""
        return Money(0 if self.reason else self.due.total_cents)

    @property
    def is_empty(self) -> bool:
        """Whether the run has nothing of this payee any more."""
        return self.due.charge_count == 0 and self.due.carried_cents == 0


def leave_out_changed(session: Session, run_id: int, *, actor: Actor, now: datetime) -> RunContents | Refusal:
    """Freeze the prepared run again without what changed; it gets a new sum and a new hash.

    A charge that is not accepted as it was leaves with its corrections, and its payee keeps the rest. A payee
    whose account changed or is held leaves with all its money. Nothing is added. The charges come into a
    later run when they are payable again. Refused with `role_forbidden`, `other_county`, `run_not_in_state`,
    `books_differ`.
    """
    contents = lock_prepared(session, run_id)
    if contents is None or contents.run.state is not RunState.PREPARED:
        return Refusal(RunRefusalCode.WRONG_STATE)
    if refusal := why_not_by(actor, LEAVERS, contents.run.county_id):
        return refusal
    lock_money_of(session, run_id)
    lines = proven(
        session,
        lambda: _leave_out(session, contents, now),
        lambda _: prove_prepared(session, run_id),
    )
    if isinstance(lines, Refusal):
        return lines
    changed = run_contents(session, run_id)
    assert changed is not None
    _audit(session, contents, changed, lines, actor, now)
    failpoint("settle.leave_out.after_audit")
    return changed


def lock_prepared(session: Session, run_id: int) -> RunContents | None:
    """Return the run, locked, while no other run of the county is prepared and nothing is claimed."""
    header = run_header(session, run_id)
    if header is None:
        return None
    lock_settling(session, header.run.county_id)
    return lock_run(session, run_id)


def lock_money_of(session: Session, run_id: int) -> None:
    """Lock the balances that the run pays from, so that none of its charges changes."""
    sort_in_memory(session)
    lock_balances_of_run(session, run_id)


def payees_changed(session: Session, contents: RunContents, now: datetime) -> bool:
    """Return whether a payment's account, or the sum carried to it, is not what it was frozen with."""
    dues = dues_of_run(session, contents.run.id, contents.run.county_id)
    return any(_payee_changed(payment, dues[payment.settlement_id], now) for payment in contents.payments)


def _payee_changed(payment: RunPayment, due: Due, now: datetime) -> bool:
    leaves = why_payee_leaves(payment.bank_account_id, payment.line, due, now)
    return leaves is not None or due.carried_cents < payment.carried_cents


def _leave_out(session: Session, contents: RunContents, now: datetime) -> list[Leaving]:
    run = contents.run
    charges = changed_charges(session, run.id)
    release_some_charges(session, run.id, [charge.charge_id for charge in charges])
    failpoint("settle.leave_out.after_charges")
    dues = dues_of_run(session, run.id, run.county_id)
    changes = _changes(contents, dues, {charge.settlement_id for charge in charges}, now)
    for change in changes:
        drop_prepared_payments(session, run_id=run.id, settlement_id=change.settlement.id)
    set_waiting(session, {change.settlement.id: change.reason for change in changes})
    paid = {change.settlement.id: change.due for change in changes if change.reason is None}
    store_payments(session, run_id=run.id, county_id=run.county_id, county_code=run.county_code, dues=paid)
    drop_empty_settlements(session, [change.settlement.id for change in changes if change.is_empty])
    failpoint("settle.leave_out.after_payments")
    lines = _lines(charges, changes)
    store_left_out(session, run_id=run.id, county_id=run.county_id, lines=lines, now=now)
    return lines


def _changes(
    contents: RunContents, dues: Mapping[int, Due], touched: set[int], now: datetime
) -> list[_PayeeChange]:
    payments = {payment.settlement_id: payment for payment in contents.payments}
    changes = []
    for settlement in contents.settlements:
        due, payment = dues[settlement.id], payments.get(settlement.id)
        if payment is None:
            if settlement.id in touched:
                reason = WaitReason(settlement.line.waiting or WaitReason.NOTHING_DUE)
                changes.append(_PayeeChange(settlement, due, reason, Money(0)))
        elif settlement.id in touched or _payee_changed(payment, due, now):
            changes.append(_paid_change(settlement, payment, as_frozen(due, payment.carried_cents), now))
    return changes


def _paid_change(settlement: RunSettlement, payment: RunPayment, due: Due, now: datetime) -> _PayeeChange:
    leaves = why_payee_leaves(payment.bank_account_id, payment.line, due, now)
    return _PayeeChange(settlement, due, leaves or why_due_waits(due, now), payment.line.sum_cents)


def _lines(charges: list[ChangedCharge], changes: list[_PayeeChange]) -> list[Leaving]:
    """Return a line for each charge that left, and one for what a payee is paid less for another reason."""
    lines = [
        Leaving(charge.provider_id, charge.charge_id, charge.frozen_cents, why_charge_leaves(charge))
        for charge in charges
    ]
    of_settlement: dict[int, int] = {}
    for charge in charges:
        of_settlement[charge.settlement_id] = of_settlement.get(charge.settlement_id, 0) + charge.frozen_cents
    for change in changes:
        if change.before:
            left = Money(of_settlement.get(change.settlement.id, 0))
            provider_id = change.settlement.provider_id
            line = money_of_payee(provider_id, change.before, change.after, left, change.reason)
            lines += [line] if line else []
    return lines


def _audit(
    session: Session,
    before: RunContents,
    after: RunContents,
    lines: list[Leaving],
    actor: Actor,
    now: datetime,
) -> None:
    """Store a row for each line that left."""
    hashes = {"run": before.run.id, "was": before.hash(), "hash": after.hash()}
    for line in lines:
        subject = ("provider", line.provider_id) if line.charge_id is None else ("charge", line.charge_id)
        record(
            session,
            actor=actor,
            now=now,
            act="payment_run.leave_out",
            subject=subject,
            county_id=before.run.county_id,
            detail={"cents": line.cents, "reason": line.reason, **hashes},
        )
