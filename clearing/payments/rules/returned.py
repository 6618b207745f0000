"""What comes next for a payee whose payment came back (rulebook: Settlement and payout)."""

from __future__ import annotations

from enum import StrEnum

from clearing.eligibility.facts.provider import BankAccount
from clearing.eligibility.rules.bank_accounts import payable_from
from clearing.payments.rules.payouts import WaitReason


class NextStep(StrEnum):
    """What comes next for money that came back. The codes are public."""

    PAID_AGAIN = "paid_again"
    SET_OFF = "set_off"
    DECIDE_ANSWER = "decide_answer"
    ANOTHER_ACCOUNT = "another_account"
    CONFIRM_ACCOUNT = "confirm_account"
    IN_RUN = "in_run"
    NEXT_RUN = "next_run"


DONE = frozenset({NextStep.PAID_AGAIN, NextStep.SET_OFF})
"""Nothing is left to do."""


def next_step_of(
    *,
    owed_cents: int,
    held: WaitReason | None,
    account: BankAccount | None,
    paid_in: int | None,
    prepared_in: int | None,
) -> tuple[NextStep, int | None]:
    """Return what comes next, and the run that pays the money again if there is one.

    Money that came back is owed until a later run has paid it or later corrections have used it up.

    Args:
        owed_cents: What approved runs left unpaid of the provider in the county.
        held: Why the bank's answers hold the payee.
        paid_in: The newest later run that was approved with a payment to the provider.
        prepared_in: The run that waits for approval, if it has a payment to the provider.
    """
    if held is WaitReason.ANSWER_OPEN:
        return NextStep.DECIDE_ANSWER, None
    if owed_cents <= 0:
        return (NextStep.PAID_AGAIN, paid_in) if paid_in is not None else (NextStep.SET_OFF, None)
    if held is not None or account is None:
        return NextStep.ANOTHER_ACCOUNT, None
    if payable_from(account) is None:
        return NextStep.CONFIRM_ACCOUNT, None
    return (NextStep.IN_RUN, prepared_in) if prepared_in is not None else (NextStep.NEXT_RUN, None)
