"""When a payee may be paid by Stripe: restricted at once, 48 hours after each change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clearing.payments.rules.left_out import why_payee_leaves
from clearing.payments.rules.payouts import Due, WaitReason, why_stripe_waits, why_waits
from clearing.payments.rules.run_hash import PaymentLine, hash_of
from clearing.payments.rules.settling import Run, RunState
from clearing.payments.rules.stripe_payees import Rail, StripePayee
from foundation.vocabulary.money import Money

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=300)
PAYEE = StripePayee(
    id=1,
    account="acct_1",
    chosen_at=LONG_AGO,
    chosen_by=1,
    confirmed_at=LONG_AGO,
    confirmed_by=2,
    can_receive=True,
    pays_out=True,
    disabled_reason=None,
    bank_changed_at=None,
    payout_failed_at=None,
    is_gone=False,
)
DUE = Due(9, "1234567-1", "Oy", 4, Money(10_000), Money(0), None, stripe=PAYEE)
LINE = PaymentLine("OMA12R1P1", "1234567-1", "Oy", "", "", Money(10_000), "RF18", "acct_1")
TWO_DAYS = timedelta(hours=48)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("payee", "reason"),
    [
        (PAYEE, None),
        (replace(PAYEE, is_gone=True), WaitReason.STRIPE_RESTRICTED),
        (replace(PAYEE, can_receive=False), WaitReason.STRIPE_RESTRICTED),
        (replace(PAYEE, disabled_reason="rejected.fraud"), WaitReason.STRIPE_RESTRICTED),
        (replace(PAYEE, pays_out=False), WaitReason.STRIPE_PAYOUT_FAILED),
        (replace(PAYEE, payout_failed_at=LONG_AGO), WaitReason.STRIPE_PAYOUT_FAILED),
        (replace(PAYEE, payout_failed_at=LONG_AGO, bank_changed_at=LONG_AGO + SECOND), None),
        (
            replace(PAYEE, payout_failed_at=LONG_AGO, bank_changed_at=LONG_AGO),
            WaitReason.STRIPE_PAYOUT_FAILED,
        ),
        (replace(PAYEE, has_open_finding=True), WaitReason.STRIPE_UNCLEAR),
        (replace(PAYEE, chosen_at=NOW - TWO_DAYS), None),
        (replace(PAYEE, chosen_at=NOW - TWO_DAYS + SECOND), WaitReason.STRIPE_CHANGED),
        (replace(PAYEE, confirmed_at=NOW + SECOND), WaitReason.STRIPE_CHANGED),
        (replace(PAYEE, bank_changed_at=NOW - TWO_DAYS), None),
        (replace(PAYEE, bank_changed_at=NOW - TWO_DAYS + SECOND), WaitReason.STRIPE_CHANGED),
    ],
)
def test_why_a_payee_by_stripe_waits(payee: StripePayee, reason: WaitReason | None) -> None:
    assert why_stripe_waits(payee, NOW) == reason
    assert why_waits(replace(DUE, stripe=payee), NOW, held_by_officer=False, bank_takes=False) == reason


def test_the_rail_follows_the_payee() -> None:
    assert (DUE.rail, replace(DUE, stripe=None).rail) == (Rail.STRIPE, Rail.BANK)


@pytest.mark.parametrize(
    ("due", "reason"),
    [
        (DUE, None),
        (replace(DUE, stripe=None), WaitReason.RAIL_CHANGED),
        (replace(DUE, stripe=replace(PAYEE, account="acct_2")), WaitReason.RAIL_CHANGED),
        (replace(DUE, stripe=replace(PAYEE, can_receive=False)), WaitReason.STRIPE_RESTRICTED),
    ],
)
def test_a_payee_by_stripe_leaves_a_prepared_run(due: Due, reason: WaitReason | None) -> None:
    assert why_payee_leaves(None, LINE, due, NOW) == reason


def test_a_payee_by_bank_that_is_now_paid_by_stripe_leaves() -> None:
    by_bank = replace(LINE, iban="FI2112345600000785", bic="NDEAFIHH", stripe_account="")
    assert why_payee_leaves(7, by_bank, DUE, NOW) == WaitReason.RAIL_CHANGED


def test_the_hash_names_the_account_and_leaves_runs_by_bank_as_they_were() -> None:
    run = Run(1, 1, "12", NOW.date(), RunState.PREPARED, 1, None)
    by_bank = replace(LINE, iban="FI21", bic="NDEAFIHH", stripe_account="")
    hashes = {hash_of(run, [line], []) for line in (LINE, by_bank, replace(LINE, stripe_account="acct_2"))}
    assert len(hashes) == 3
    assert hash_of(run, [by_bank], []) == "02793c7d2972eb3ca4bc0a96b5fadcfdbf76cb22ebfd91b91087209bfb7f918f"
