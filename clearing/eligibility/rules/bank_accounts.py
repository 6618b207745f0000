"""When a provider's bank account may be paid to (rulebook: R-32, payee safety)."""

from datetime import datetime, timedelta

from clearing.eligibility.facts.provider import BankAccount

ACCOUNT_WAIT = timedelta(hours=48)
"""How long a new or changed account waits before it is paid to."""


def payable_from(account: BankAccount) -> datetime | None:
    """A bank account may be paid to once a second person has confirmed it and it is 48 hours old (R-32).

    Return the moment from which it may be paid to; None: no second person has confirmed it.
    """
    if account.confirmed_at is None or account.confirmed_by in (None, account.entered_by):
        return None
    return max(account.confirmed_at, account.entered_at + ACCOUNT_WAIT)


def is_payable(account: BankAccount | None, now: datetime) -> bool:
    """Return whether the account may be paid to at this moment; no account may not."""
    since = None if account is None else payable_from(account)
    return since is not None and since <= now
