"""Limits on wrong log-ins: by account and by address, so that a guesser locks out nobody else.

A browser in which the person has logged in before is counted by itself (OWASP: device cookies). Nobody at
another address, or without that browser, uses up its tries.
"""

from __future__ import annotations

from flask import session
from sqlalchemy import func, select

from foundation.database.tables.people import Person
from foundation.web.limits import Guess, limit_guesses, reader_address
from foundation.web.transaction import db

MOST_OF_ACCOUNT, MINUTES = 10, 10
"""Wrong log-ins for one account from one address, or from a browser that knows the account."""

MOST_OF_ADDRESS = 100
"""Wrong log-ins of one address for all accounts: a county's office may have one address."""

MOST_FROM_ANYWHERE, ANYWHERE_MINUTES = 100, 60
"""Wrong log-ins for one account from all addresses and unknown browsers."""


def limit_log_ins(email: str) -> list[Guess]:
    """Check the limits of a log-in, and return those to count if it is wrong.

    Raises:
        TooManyRequests: with Retry-After.
    """
    account = f"account {email.strip().lower()}"
    if _is_known_here(email):
        return [limit_guesses("log_in", wrong=MOST_OF_ACCOUNT, minutes=MINUTES, who=f"known {account}")]
    here = f"{account} {reader_address()}"
    return [
        limit_guesses("log_in", wrong=MOST_OF_ACCOUNT, minutes=MINUTES, who=here),
        limit_guesses("log_in_address", wrong=MOST_OF_ADDRESS, minutes=MINUTES, who=reader_address()),
        limit_guesses("log_in_account", wrong=MOST_FROM_ANYWHERE, minutes=ANYWHERE_MINUTES, who=account),
    ]


def _is_known_here(email: str) -> bool:
    """Return whether the person of the account was the last who logged in with this browser."""
    last = session.get("person")
    if last is None:
        return False
    address = db().scalar(select(func.lower(Person.email)).where(Person.id == last))
    return address is not None and address == email.strip().lower()
