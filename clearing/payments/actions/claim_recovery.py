"""Claim a provider's negative sum back instead of waiting for later charges to make up for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.ledger.write.audit import record
from clearing.ledger.write.postings import post
from clearing.payments.load.dues import carried_sum
from clearing.payments.load.payers import lock_settling
from clearing.payments.load.payment_runs import has_prepared_payment
from clearing.payments.rules.settling import PREPARERS, why_not_by
from clearing.payments.write.recoveries import notify_of_claim, store_recovery
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

DUE_AFTER = timedelta(days=14)


class ClaimRefusalCode(StrEnum):
    """Why nothing is claimed. The codes are public."""

    FORBIDDEN = "role_forbidden"
    WHY_MISSING = "why_missing"
    NOTHING_OWED = "nothing_owed"
    OVER_OWED = "over_what_is_owed"
    RUN_PREPARED = "payment_prepared"


def claim_recovery(
    session: Session,
    *,
    county_id: int,
    provider_id: int,
    amount_cents: Money,
    why: str,
    actor: Actor,
    now: datetime,
    due_on: date | None = None,
) -> int | Refusal:
    """Record the claim, take it out of what is carried to the next run, mail the provider; return its id.

    The claim is open until it is matched with money that came (`follow_claim.mark_claim_paid`). It is due on
    `due_on`, else after 14 days.

    At most what approved runs left owed can be claimed. A payment that waits for approval counts on what is
    carried, so nothing is claimed meanwhile.
    """
    if why_not_by(actor, PREPARERS, county_id):
        return Refusal(ClaimRefusalCode.FORBIDDEN)
    if not why.strip():
        return Refusal(ClaimRefusalCode.WHY_MISSING, "why")
    lock_settling(session, county_id)
    owed = -carried_sum(session, county_id, provider_id)
    if refusal := _why_not_claimed(session, county_id, provider_id, amount_cents, owed):
        return refusal
    due = due_on or helsinki_day(now) + DUE_AFTER
    by = actor.person_id
    key = store_recovery(session, county_id, provider_id, amount_cents, why.strip(), by, now, due_on=due)
    post(session, [[_posting(county_id, provider_id, amount_cents)]], at=now)
    notify_of_claim(session, key, county_id, now=now)
    _audit(session, key, county_id, provider_id, amount_cents, why.strip(), actor, now)
    return key


def _audit(
    session: Session,
    key: int,
    county_id: int,
    provider_id: int,
    amount_cents: Money,
    why: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act="recovery.claim",
        subject=("recovery", key),
        county_id=county_id,
        why=why,
        detail={"provider_id": provider_id, "amount_cents": amount_cents},
    )


def _why_not_claimed(
    session: Session, county_id: int, provider_id: int, amount_cents: Money, owed_cents: int
) -> Refusal | None:
    if owed_cents <= 0 or amount_cents <= 0:
        return Refusal(ClaimRefusalCode.NOTHING_OWED)
    if amount_cents > owed_cents:
        return Refusal(ClaimRefusalCode.OVER_OWED, "amount")
    if has_prepared_payment(session, county_id, provider_id):
        return Refusal(ClaimRefusalCode.RUN_PREPARED)
    return None


def _posting(county_id: int, provider_id: int, amount_cents: Money) -> Posting:
    return Posting(
        county_id=county_id,
        event=Event.RECOVER,
        from_account=Account.RECOVERY,
        to_account=Account.PAYABLE,
        amount_cents=amount_cents,
        provider_id=provider_id,
    )
