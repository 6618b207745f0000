"""What leaves a prepared run when it has changed, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clearing.eligibility.facts.provider import BankAccount
from clearing.payments.rules.left_out import (
    LEAVERS,
    ChangedCharge,
    Leaving,
    LeftOutReason,
    as_frozen,
    money_of_payee,
    why_charge_leaves,
    why_payee_leaves,
)
from clearing.payments.rules.payouts import Due, WaitReason
from clearing.payments.rules.run_hash import PaymentLine
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Role

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ACCOUNT = BankAccount(1, "FI1410093000123458", "NDEAFIHH", NOW - timedelta(hours=48), 5, NOW, 6)
DUE = Due(9, "1234567-1", "Oy", 4, Money(10_000), Money(300), ACCOUNT)
LINE = PaymentLine("E1", "1234567-1", "Oy", ACCOUNT.iban, ACCOUNT.bic, Money(10_300), "RF1")
SECOND = timedelta(seconds=1)


def a_change(state: str, cents: int | None = 7_200, *codes: str) -> ChangedCharge:
    return ChangedCharge(
        1, 2, 9, state, Money(7_200), None if cents is None else Money(cents), frozenset(codes)
    )


@pytest.mark.parametrize(
    ("charge", "reason"),
    [
        (a_change("on_hold", None, "disputed_by_client"), LeftOutReason.DISPUTED),
        (a_change("on_hold", None, "sampled_for_check", "disputed_by_client"), LeftOutReason.DISPUTED),
        (a_change("on_hold", None, "sampled_for_check"), LeftOutReason.ON_HOLD),
        (a_change("on_hold", None), LeftOutReason.ON_HOLD),
        (a_change("withdrawn"), LeftOutReason.WITHDRAWN),
        (a_change("withdrawn", 7_200, "disputed_by_client"), LeftOutReason.WITHDRAWN),
        (a_change("refused", None), LeftOutReason.REFUSED),
        (a_change("accepted"), LeftOutReason.CORRECTED),
        (a_change("accepted", 7_199), LeftOutReason.CHANGED),
        (a_change("accepted", 7_201), LeftOutReason.CHANGED),
        (a_change("accepted", None), LeftOutReason.CHANGED),
    ],
)
def test_why_a_charge_leaves(charge: ChangedCharge, reason: LeftOutReason) -> None:
    assert why_charge_leaves(charge) is reason


@pytest.mark.parametrize(
    ("due", "reason"),
    [
        (DUE, None),
        (replace(DUE, account=None), WaitReason.NO_ACCOUNT),
        (replace(DUE, account=replace(ACCOUNT, id=2)), WaitReason.CHANGED_SINCE),
        (replace(DUE, account=replace(ACCOUNT, iban="FI2112345600000785")), WaitReason.CHANGED_SINCE),
        (replace(DUE, account=replace(ACCOUNT, bic="OKOYFIHH")), WaitReason.CHANGED_SINCE),
        (replace(DUE, bank_says_wait=WaitReason.ACCOUNT_RETURNED), WaitReason.ACCOUNT_RETURNED),
        (replace(DUE, account=replace(ACCOUNT, confirmed_by=None)), WaitReason.UNVERIFIED),
        (replace(DUE, account=replace(ACCOUNT, confirmed_by=5)), WaitReason.UNVERIFIED),
        (replace(DUE, account=replace(ACCOUNT, entered_at=ACCOUNT.entered_at + SECOND)), WaitReason.CHANGED),
        (
            replace(
                DUE,
                account=replace(ACCOUNT, confirmed_by=None),
                bank_says_wait=WaitReason.ACCOUNT_RETURNED,
            ),
            WaitReason.ACCOUNT_RETURNED,
        ),
    ],
)
def test_why_a_payee_leaves(due: Due, reason: WaitReason | None) -> None:
    assert why_payee_leaves(1, LINE, due, NOW) is reason


@pytest.mark.parametrize(
    ("due_now", "frozen", "carried"),
    [(300, 300, 300), (300, 200, 200), (300, 301, 300), (-50, 200, -50), (200, -50, -50), (300, 0, 0)],
)
def test_a_run_that_goes_on_only_becomes_smaller(due_now: int, frozen: int, carried: int) -> None:
    due = as_frozen(replace(DUE, carried_cents=Money(due_now)), Money(frozen))
    assert due == replace(DUE, carried_cents=Money(carried))


@pytest.mark.parametrize(
    ("before", "after", "charges", "reason", "leaving"),
    [
        (10_300, 3_100, 7_200, None, None),
        (10_300, 10_300, 0, None, None),
        (10_300, 0, 0, WaitReason.CHANGED_SINCE, (10_300, "bank_account_changed_since")),
        (10_300, 0, 7_200, WaitReason.CHANGED_SINCE, (3_100, "bank_account_changed_since")),
        (10_300, 10_000, 0, None, (300, "carried_sum_smaller")),
        (10_300, 2_800, 7_200, None, (300, "carried_sum_smaller")),
        (10_300, 0, 10_400, WaitReason.NEGATIVE_SUM, (-100, "negative_sum_carried")),
    ],
)
def test_what_a_payee_loses_beside_its_charges(
    before: int, after: int, charges: int, reason: WaitReason | None, leaving: tuple[int, str] | None
) -> None:
    found = money_of_payee(9, Money(before), Money(after), Money(charges), reason)
    assert found == (None if leaving is None else Leaving(9, None, Money(leaving[0]), leaving[1]))


def test_the_person_who_approves_takes_changed_rows_out() -> None:
    assert frozenset({Role.SETTLEMENT_APPROVER}) == LEAVERS
