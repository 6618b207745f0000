"""Remind of a claim, and match it with the money that came: it is open until then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.ledger.write.audit import record
from clearing.ledger.write.postings import post
from clearing.payments.load.claims import Claim, is_paid_with, locked_claim
from clearing.payments.rules.settling import PREPARERS, why_not_by
from clearing.payments.write.recoveries import change_recovery
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


class FollowRefusalCode(StrEnum):
    """Why a claim is not reminded of or marked as paid. The codes are public."""

    FORBIDDEN = "role_forbidden"
    PAID = "claim_paid"
    DAY_WRONG = "day_impossible"
    REFERENCE_MISSING = "bank_reference_missing"
    REFERENCE_USED = "bank_reference_used"


def remind_of_claim(session: Session, claim_id: int, *, actor: Actor, now: datetime) -> Claim | Refusal:
    """Note that the provider was reminded today; the reminder itself is sent with the county's invoices."""
    claim = _open_claim(session, claim_id, actor)
    if isinstance(claim, Refusal):
        return claim
    change_recovery(session, claim.id, {"reminded_on": helsinki_day(now)})
    _audit(session, "recovery.remind", claim, {}, actor, now)
    return _changed(session, claim)


def mark_claim_paid(
    session: Session, claim_id: int, *, paid_on: date, bank_reference: str, actor: Actor, now: datetime
) -> Claim | Refusal:
    """Match the claim with a payment on the county's account: bank → recovery, and the claim is closed.

    Refused with `role_forbidden`, `claim_paid`, `day_impossible` (before the claim or in the future),
    `bank_reference_missing`, `bank_reference_used` (one payment pays one claim).
    """
    claim = _open_claim(session, claim_id, actor)
    if isinstance(claim, Refusal):
        return claim
    reference = bank_reference.strip()
    if not helsinki_day(claim.made_at) <= paid_on <= helsinki_day(now):
        return Refusal(FollowRefusalCode.DAY_WRONG, "paid_on")
    if not reference:
        return Refusal(FollowRefusalCode.REFERENCE_MISSING, "bank_reference")
    return close_claim(session, claim, paid_on=paid_on, reference=reference, actor=actor, now=now)


def close_claim(
    session: Session, claim: Claim, *, paid_on: date, reference: str, actor: Actor, now: datetime
) -> Claim | Refusal:
    """Close an open claim, which the caller has locked, with a payment; `bank_reference_used` refuses it."""
    if is_paid_with(session, claim.county_id, reference):
        return Refusal(FollowRefusalCode.REFERENCE_USED, "bank_reference")
    change_recovery(
        session,
        claim.id,
        {"paid_on": paid_on, "paid_reference": reference, "paid_by": actor.person_id},
    )
    post(session, [[_received(claim)]], at=now)
    detail = {"paid_on": paid_on.isoformat(), "bank_reference": reference}
    _audit(session, "recovery.paid", claim, detail, actor, now)
    return _changed(session, claim)


def _open_claim(session: Session, claim_id: int, actor: Actor) -> Claim | Refusal:
    claim = locked_claim(session, claim_id)
    if claim is None or why_not_by(actor, PREPARERS, claim.county_id):
        return Refusal(FollowRefusalCode.FORBIDDEN)
    return claim if claim.is_open else Refusal(FollowRefusalCode.PAID)


def _received(claim: Claim) -> Posting:
    return Posting(
        county_id=claim.county_id,
        event=Event.RECOVERED,
        from_account=Account.BANK,
        to_account=Account.RECOVERY,
        amount_cents=claim.amount_cents,
        provider_id=claim.provider_id,
    )


def _audit(
    session: Session, act: str, claim: Claim, detail: Mapping[str, object], actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("recovery", claim.id),
        county_id=claim.county_id,
        detail={"provider_id": claim.provider_id, "amount_cents": claim.amount_cents, **detail},
    )


def _changed(session: Session, claim: Claim) -> Claim:
    changed = locked_claim(session, claim.id)
    assert changed is not None
    return changed
