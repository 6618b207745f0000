"""Return money that can no longer be charged: holds to free money, and free money to the appropriation."""

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.load.fundings import client_of
from clearing.grants.write.funding_states import end_spent_choices
from clearing.ledger.load.balances import lock_balances
from clearing.ledger.rules.postings import Event, Posting
from clearing.ledger.write.audit import record
from clearing.ledger.write.postings import post
from clearing.upkeep.load.expiring import due_to_expire, expiring
from clearing.upkeep.rules.expiry import Expiring, expiry_postings, released
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor

TIMETABLE = Actor(None, None, "Omatori")
"""The actor of what the timetable does."""


def expire_fundings(session: Session, *, after: int, most: int, now: datetime) -> int | None:
    """Expire at most `most` fundings after the id `after`; return the last id, or None if none is left.

    A funding whose window ended more than `late_days` ago returns all its money, and one that is revoked or
    replaced its free money, unless one of its charges is on hold. A choice that ended more than `late_days`
    ago releases its hold. Safe to repeat: returned money is no longer free, and what a later correction gives
    back is returned the next time.
    """
    today = helsinki_day(now)
    due = due_to_expire(session, today=today, after=after, most=most)
    if not due:
        return None
    lock_balances(session, due)
    for funding in expiring(session, due, today=today):
        if postings := expiry_postings(funding):
            post(session, [postings], at=now)
            failpoint("expire.after_money")
            end_spent_choices(session, [hold.choice_id for hold in released(funding)], today=today, at=now)
            failpoint("expire.after_choices")
            _audit(session, funding, postings, now)
            failpoint("expire.after_audit")
    return due[-1]


def _audit(session: Session, funding: Expiring, postings: list[Posting], now: datetime) -> None:
    sums = {
        name: sum(posting.amount_cents for posting in postings if posting.event is event)
        for name, event in (("released_cents", Event.RELEASE), ("returned_cents", Event.EXPIRE))
    }
    record(
        session,
        actor=TIMETABLE,
        now=now,
        act="funding.expire" if funding.window_over or funding.is_given_up else "choice.expire",
        subject=("funding", funding.voucher),
        county_id=funding.county_id,
        client_id=client_of(session, funding.funding_id),
        detail=sums,
    )
