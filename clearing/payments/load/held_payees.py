"""Payees that the bank's answers hold."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.provider import BankAccount
from clearing.payments.rules.answers import ACCOUNT_CODES
from clearing.payments.rules.payouts import WaitReason
from clearing.payments.rules.verdicts import Mismatch
from foundation.database.tables.payments import Payment


def payees_the_bank_holds(session: Session, accounts: Mapping[int, BankAccount]) -> dict[int, WaitReason]:
    """Return why these payees wait, by provider id; `accounts` are their newest ones.

    A payment to the account came back because of the account, for whatever county, until the provider has
    one with another IBAN. Or a person has not yet decided whether a returned payment was paid after all.
    """
    returned = and_(Payment.state == "returned", Payment.return_reason.in_(ACCOUNT_CODES))
    query = (
        select(Payment.provider_id, Payment.iban, Payment.open_code)
        .where(Payment.provider_id.in_(list(accounts)))
        .where(or_(returned, Payment.open_code == Mismatch.PAID_AFTER_RETURN.value))
    )
    held: dict[int, WaitReason] = {}
    for provider_id, iban, open_code in session.execute(query):
        if open_code == Mismatch.PAID_AFTER_RETURN:
            held[provider_id] = WaitReason.ANSWER_OPEN
        elif _same(iban, accounts[provider_id].iban):
            held.setdefault(provider_id, WaitReason.ACCOUNT_RETURNED)
    return held


def _same(iban: str, other: str) -> bool:
    """Return whether both are one account. Entering the same number again makes no other account."""
    return "".join(iban.split()).upper() == "".join(other.split()).upper()
