"""When a bank account may be paid to: one rule, asked by the check of a charge and by a payment run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clearing.eligibility.facts.provider import BankAccount
from clearing.eligibility.rules.bank_accounts import is_payable, payable_from

ENTERED = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ACCOUNT = BankAccount(1, "FI1410093000123458", "NDEAFIHH", ENTERED, 5, ENTERED + HOUR, 6)


@pytest.mark.parametrize(
    ("account", "since"),
    [
        (ACCOUNT, ENTERED + 48 * HOUR),
        (replace(ACCOUNT, confirmed_at=ENTERED + 49 * HOUR), ENTERED + 49 * HOUR),
        (replace(ACCOUNT, entered_by=None), ENTERED + 48 * HOUR),
        (replace(ACCOUNT, confirmed_at=None, confirmed_by=None), None),
        (replace(ACCOUNT, confirmed_at=None), None),
        (replace(ACCOUNT, confirmed_by=None), None),
        (replace(ACCOUNT, entered_by=None, confirmed_by=None), None),
        (replace(ACCOUNT, confirmed_by=5), None),
    ],
)
def test_from_when_on_an_account_may_be_paid_to(account: BankAccount, since: datetime | None) -> None:
    assert payable_from(account) == since


@pytest.mark.parametrize(
    ("account", "hours", "payable"),
    [
        (ACCOUNT, 48, True),
        (ACCOUNT, 47, False),
        (replace(ACCOUNT, confirmed_by=5), 1000, False),
        (None, 1000, False),
    ],
)
def test_whether_an_account_may_be_paid_to_now(
    account: BankAccount | None, hours: int, payable: bool
) -> None:
    assert is_payable(account, ENTERED + hours * HOUR) is payable
