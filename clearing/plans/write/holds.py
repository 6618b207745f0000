"""Postings of what choices hold."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.ledger.write.postings import post
from foundation.vocabulary.money import Money


def move_holds(
    session: Session, county_id: int, funding_id: int, cents: Mapping[int, int], *, at: datetime
) -> None:
    """Hold so many cents more for each choice by its id, or release them if negative: releases first.

    The caller has locked the funding.
    """
    moved = sorted(((sum_, choice_id) for choice_id, sum_ in cents.items() if sum_), key=lambda each: each)
    postings = [_posting(county_id, funding_id, choice_id, sum_) for sum_, choice_id in moved]
    if postings:
        post(session, [postings], at=at)


def _posting(county_id: int, funding_id: int, choice_id: int, cents: int) -> Posting:
    hold = cents > 0
    return Posting(
        county_id=county_id,
        event=Event.HOLD if hold else Event.RELEASE,
        from_account=Account.FREE if hold else Account.HELD,
        to_account=Account.HELD if hold else Account.FREE,
        amount_cents=Money(abs(cents)),
        funding_id=funding_id,
        choice_id=choice_id,
    )
