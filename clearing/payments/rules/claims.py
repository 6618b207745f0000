"""What an incoming payment means for a claim on a provider (rulebook: Balance and ledger)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clearing.payments.rules.answers import Answer
from clearing.payments.rules.verdicts import Mismatch, Verdict


@dataclass(frozen=True, slots=True)
class AwaitedClaim:
    """A claim that money may come for; `amount_cents` in whole cents, `account` is the county's own.

    `paid_reference`: the bank's reference of the payment that paid it; None: it is open.
    """

    id: int
    county_id: int
    reference: str
    amount_cents: int
    made_on: date
    account: str
    paid_reference: str | None = None


def judge_credit(claim: AwaitedClaim, credit: Answer, today: date) -> Verdict | Mismatch:
    """A credit pays the claim whose reference it carries if account, sum and day agree.

    A part of the sum, more than it, and a second payment are for a person. So is a reversal, and a credit
    without the bank's reference: nothing would show that it is reported twice.
    """
    if credit.account != claim.account:
        return Mismatch.OTHER_ACCOUNT
    if credit.is_reversal or credit.directions_differ:
        return Mismatch.DIRECTION
    if claim.paid_reference is not None:
        return Verdict.KNOWN if claim.paid_reference in credit.references else Mismatch.CLAIM_PAID
    if credit.amount_cents is None:
        return Mismatch.NO_AMOUNT
    if credit.currency != "EUR":
        return Mismatch.NOT_EURO
    if credit.amount_cents != claim.amount_cents:
        return Mismatch.CLAIM_AMOUNT
    if credit.day is None or not claim.made_on <= credit.day <= today or not credit.references:
        return Mismatch.CLAIM_UNCLEAR
    return Verdict.CONFIRM
