"""What is paid out, what waits and why; the bank day; odd payees."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from clearing.eligibility.facts.provider import BankAccount
from clearing.eligibility.rules.bank_accounts import is_payable
from clearing.payments.rules.bank_days import next_bank_day
from clearing.payments.rules.payouts import (
    Due,
    Sign,
    WaitReason,
    signs_of,
    why_account_waits,
    why_waits,
)
from foundation.vocabulary.money import Money

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ACCOUNT = BankAccount(1, "FI1410093000123458", "NDEAFIHH", NOW - timedelta(hours=48), 5, NOW, 6)
DUE = Due(9, "1234567-1", "Oy", 4, Money(10_000), Money(0), ACCOUNT)
SECOND = timedelta(seconds=1)


def account_of(**changes: object) -> Due:
    return replace(DUE, account=replace(ACCOUNT, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due", "reason"),
    [
        (DUE, None),
        (replace(DUE, settled_cents=Money(0), carried_cents=Money(1)), None),
        (replace(DUE, settled_cents=Money(500), carried_cents=Money(-499)), None),
        (replace(DUE, settled_cents=Money(500), carried_cents=Money(-500)), WaitReason.NOTHING_DUE),
        (replace(DUE, settled_cents=Money(500), carried_cents=Money(-501)), WaitReason.NEGATIVE_SUM),
        (replace(DUE, settled_cents=Money(-1)), WaitReason.NEGATIVE_SUM),
        (replace(DUE, account=None), WaitReason.NO_ACCOUNT),
        (account_of(confirmed_at=None), WaitReason.UNVERIFIED),
        (account_of(confirmed_by=5), WaitReason.UNVERIFIED),
        (account_of(confirmed_by=None), WaitReason.UNVERIFIED),
        (account_of(entered_by=None, confirmed_by=None), WaitReason.UNVERIFIED),
        (account_of(entered_by=None), None),
        (account_of(entered_at=ACCOUNT.entered_at + SECOND), WaitReason.CHANGED),
        (replace(DUE, settled_cents=Money(-1), account=None), WaitReason.NEGATIVE_SUM),
    ],
)
def test_why_a_payment_waits(due: Due, reason: WaitReason | None) -> None:
    assert why_waits(due, NOW, held_by_officer=False, bank_takes=True) is reason


@pytest.mark.parametrize(
    ("due", "held_by_officer", "bank_takes", "reason"),
    [
        (DUE, True, True, WaitReason.HELD_BY_OFFICER),
        (DUE, False, False, WaitReason.BANK_REFUSES),
        (DUE, True, False, WaitReason.HELD_BY_OFFICER),
        (account_of(confirmed_by=5), True, True, WaitReason.HELD_BY_OFFICER),
        (account_of(confirmed_by=5), False, False, WaitReason.UNVERIFIED),
        (replace(DUE, settled_cents=Money(0)), True, False, WaitReason.NOTHING_DUE),
    ],
)
def test_the_first_reason_to_wait_is_shown(
    due: Due, held_by_officer: bool, bank_takes: bool, reason: WaitReason
) -> None:
    assert why_waits(due, NOW, held_by_officer=held_by_officer, bank_takes=bank_takes) is reason


@pytest.mark.parametrize(
    ("day", "bank_day"),
    [
        (date(2026, 11, 19), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 4, 2), date(2026, 4, 7)),  # Good Friday and Easter Monday
        (date(2026, 4, 30), date(2026, 5, 4)),  # 1 May
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2026, 12, 4), date(2026, 12, 7)),
        (date(2026, 1, 5), date(2026, 1, 6)),  # Epiphany: a holiday in Finland, a bank day in TARGET
    ],
)
def test_the_next_bank_day(day: date, bank_day: date) -> None:
    assert next_bank_day(day) == bank_day


EASTER = (
    (2025, 4, 20),
    (2026, 4, 5),
    (2027, 3, 28),
    (2028, 4, 16),
    (2029, 4, 1),
    (2030, 4, 21),
    (2031, 4, 13),
)


def test_the_next_bank_day_is_later_and_one_of_target() -> None:
    closed = {(1, 1), (5, 1), (12, 25), (12, 26)}
    around_easter = {date(*day) + timedelta(days) for day in EASTER for days in (-2, 1)}
    for ordinal in range(date(2025, 1, 1).toordinal(), date(2031, 12, 24).toordinal()):
        day = next_bank_day(date.fromordinal(ordinal))
        assert 1 <= day.toordinal() - ordinal <= 5
        assert day.weekday() < 5
        assert (day.month, day.day) not in closed
        assert day not in around_easter


@pytest.mark.parametrize(
    ("sum_cents", "earlier", "entered", "signs"),
    [
        (100, (), 31, (Sign.FIRST_PAYMENT,)),
        (300, (100, 100), 31, ()),
        (301, (100, 100), 31, (Sign.GROWTH,)),
        (100, (100,), 29, (Sign.CHANGED_ACCOUNT,)),
        (100, (100,), 30, ()),
    ],
)
def test_odd_payees(sum_cents: int, earlier: tuple[int, ...], entered: int, signs: tuple[Sign, ...]) -> None:
    assert signs_of(sum_cents, earlier, NOW - timedelta(days=entered), NOW) == signs


def test_a_payee_whose_payment_came_back_is_odd() -> None:
    signs = signs_of(100, (100,), NOW - timedelta(days=31), NOW, returned_before=True)
    assert signs == (Sign.RETURNED_BEFORE,)


@pytest.mark.parametrize("hours", [0, 47, 48, 49])
@pytest.mark.parametrize("confirmed_by", [None, 5, 6])
@pytest.mark.parametrize("entered_by", [None, 5])
def test_a_run_pays_to_an_account_exactly_when_a_charge_calls_it_confirmed(
    hours: int, confirmed_by: int | None, entered_by: int | None
) -> None:
    account = replace(ACCOUNT, confirmed_by=confirmed_by, entered_by=entered_by)
    now = account.entered_at + timedelta(hours=hours)
    assert (why_account_waits(account, now) is None) is is_payable(account, now)
