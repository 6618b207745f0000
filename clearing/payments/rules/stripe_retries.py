"""When a call to Stripe is tried again, and with which key."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=1)
MONEY_WAIT = timedelta(hours=1)
MOST_PAYOUTS = 24
"""After so many tries a payout is left: the provider's own account keeps the money."""


class CallState(StrEnum):
    """The state of a call. A person looks at one that is STUCK."""

    ASKED = "asked"
    QUEUED = "queued"
    DONE = "done"
    REFUSED = "refused"
    STUCK = "stuck"


def wait_before_call(attempts: int) -> timedelta:
    """Return how long to wait after so many tries: two minutes, doubled each time, an hour at most.

    It is never shorter than the longest call, so that a call whose answer was lost has ended when it is tried
    again.
    """
    return min(FIRST_WAIT * 2 ** max(attempts - 1, 0), LONGEST_WAIT) if attempts < 12 else LONGEST_WAIT
