"""Counts limited acts in the database, so that all processes of the service share one limit."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from limits import RateLimitItem
from limits.util import WindowStats
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from foundation.database.tables.limited_acts import LimitedAct
from foundation.web.clock import now
from foundation.web.state import shell
from foundation.web.transaction import db

KEPT = timedelta(hours=2)
"""Longer than any limit looks back."""


class DatabaseWindow:
    """A moving window for each key, with the methods of the one of `limits` that are used here."""

    def test(self, item: RateLimitItem, *who: str) -> bool:
        """Return whether another act is allowed."""
        used, _oldest = _used(db(), _digest(item, who), item, now())
        return used < item.amount

    def hit(self, item: RateLimitItem, *who: str, cost: int = 1) -> bool:
        """Count an act, unless it is over the limit; return whether it was counted.

        It has a transaction of its own: a refused request is rolled back, and counts all the same. Acts of
        one key wait for each other.
        """
        key, moment = _digest(item, who), now()
        with shell().sessions.begin() as own:
            own.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
            own.execute(delete(LimitedAct).where(LimitedAct.at < moment - KEPT))
            used, _oldest = _used(own, key, item, moment)
            if used + cost > item.amount:
                return False
            own.execute(insert(LimitedAct).values(key_sha256=key, at=moment, cost=cost))
        return True

    def get_window_stats(self, item: RateLimitItem, *who: str) -> WindowStats:
        """Return when the oldest act is counted no longer, and how many are left."""
        used, oldest = _used(db(), _digest(item, who), item, now())
        ends = (oldest or now()) + timedelta(seconds=item.get_expiry())
        return WindowStats(ends.timestamp(), max(0, item.amount - used))


def _used(session: Session, key: str, item: RateLimitItem, moment: datetime) -> tuple[int, datetime | None]:
    """Return how much was used in the window, and when the oldest act in it was."""
    since = moment - timedelta(seconds=item.get_expiry())
    query = select(func.coalesce(func.sum(LimitedAct.cost), 0), func.min(LimitedAct.at))
    used, oldest = session.execute(query.where(LimitedAct.key_sha256 == key, LimitedAct.at > since)).one()
    return used, oldest


def _digest(item: RateLimitItem, who: tuple[str, ...]) -> str:
    return sha256(item.key_for(*who).encode()).hexdigest()
