"""Keep a signed event of Stripe once, and let it change what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clearing.payments.actions.take_account import note_account, tell_owners
from clearing.payments.actions.take_checkout import take_checkout
from clearing.payments.actions.take_return import take_return
from clearing.payments.actions.take_transfer import take_transfer
from clearing.payments.gateways.stripe_objects import (
    UnreadableObjectError,
    account_of,
    checkout_of,
    payout_of,
    return_of,
    transfer_of,
)
from clearing.payments.gateways.stripe_signature import EventError, read_event
from clearing.payments.load.payers import PayingCounty, paying_county
from clearing.payments.load.stripe_accounts import account_named
from clearing.payments.load.stripe_payouts import payout_of_payment
from clearing.payments.rules.stripe_account_events import later
from clearing.payments.rules.stripe_events import (
    ABOUT,
    About,
    EventFault,
    Outcome,
    SignedEvent,
    later_payout_state,
)
from clearing.payments.rules.stripe_transfers import StripeFault
from clearing.payments.write.stripe_accounts import change_account
from clearing.payments.write.stripe_calls import change_call, note_object
from clearing.payments.write.stripe_events import keep_event, note_outcome
from foundation.database.failpoints import failpoint
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.stripe_keys import StripeKeys

Result = dict[str, Any]
"""Columns of the event: its outcome, and with it a code, the payment, the account or the sum in cents."""


def take_stripe_event(
    session: Session, payload: bytes, signature: str, every: Iterable[StripeKeys], *, now: datetime
) -> Outcome | Refusal:
    """Keep the event and apply it; the same event again is KNOWN and changes nothing.

    What it changes is decided by the whole object that it carries, so events may come in any order. It
    changes only what is of the county whose secret signed it. Types that are not known are kept for a person.
    Refused with `signature_invalid`, `event_too_old`, `event_from_future`, `event_unreadable`,
    `stripe_not_offered`.
    """
    keys = tuple(every)
    try:
        event = read_event(payload, signature, keys, now)
    except EventError as error:
        return Refusal(error.fault)
    county = paying_county(session, event.county)
    if county is None:
        return Refusal(EventFault.NOT_OFFERED)
    is_live = next(one.is_live for one in keys if one.county == event.county)
    if not keep_event(session, _row(event, county, now)):
        return Outcome.KNOWN
    failpoint("stripe.event.after_row")
    result = _applied(session, county.id, event, is_live, now)
    note_outcome(session, event.id, result)
    failpoint("stripe.event.before_commit")
    return Outcome(result["outcome"])


def _row(event: SignedEvent, county: PayingCounty, now: datetime) -> dict[str, Any]:
    object_id = event.body.get("id")
    return {
        "id": event.id,
        "county_id": county.id,
        "type": event.type,
        "at": event.at,
        "received_at": now,
        "live": event.live,
        "account": event.account,
        "object_id": object_id if isinstance(object_id, str) else None,
        "outcome": Outcome.KNOWN.value,
    }


def _applied(session: Session, county_id: int, event: SignedEvent, is_live: bool, now: datetime) -> Result:
    if event.live != is_live:
        return {"outcome": Outcome.OTHER_MODE, "code": StripeFault.OTHER_MODE}
    about = ABOUT.get(event.type)
    if about is None:
        return {"outcome": Outcome.UNKNOWN_TYPE}
    if about is About.NOTHING:
        return {"outcome": Outcome.KNOWN}
    try:
        return _APPLY[about](session, county_id, event, now)
    except UnreadableObjectError:
        return {"outcome": Outcome.LISTED, "code": StripeFault.UNREADABLE}


def _transfer(session: Session, county_id: int, event: SignedEvent, now: datetime) -> Result:
    seen = transfer_of(event.body)
    outcome, fault, payment_id = take_transfer(session, county_id, seen, now=now)
    about = {"payment_id": payment_id, "account": seen.destination, "amount_cents": seen.amount_cents}
    return {"outcome": outcome, "code": fault, **about}


def _account(session: Session, county_id: int, event: SignedEvent, now: datetime) -> Result:
    known = account_named(session, county_id, event.account or str(event.body.get("id", "")))
    if known is None:
        return {"outcome": Outcome.UNMATCHED, "code": StripeFault.ACCOUNT_UNKNOWN}
    if known.gone_at is not None:
        return {"outcome": Outcome.STALE}
    seen = account_of(event.body, live=event.live, seen_at=event.at)
    return {"outcome": note_account(session, known, seen, now=now)}


def _bank(session: Session, county_id: int, event: SignedEvent, _now: datetime) -> Result:
    """Another bank behind the account: nothing is paid to it for 48 hours."""
    known = account_named(session, county_id, event.account or "")
    if known is None:
        return {"outcome": Outcome.UNMATCHED, "code": StripeFault.ACCOUNT_UNKNOWN}
    change_account(session, known.id, {"bank_changed_at": later(known.bank_changed_at, event.at)})
    return {"outcome": Outcome.APPLIED}


def _gone(session: Session, county_id: int, event: SignedEvent, now: datetime) -> Result:
    known = account_named(session, county_id, event.account or "")
    if known is None:
        return {"outcome": Outcome.UNMATCHED, "code": StripeFault.ACCOUNT_UNKNOWN}
    if known.gone_at is not None:
        return {"outcome": Outcome.STALE}
    change_account(session, known.id, {"gone_at": event.at})
    tell_owners(session, known, now=now)
    return {"outcome": Outcome.APPLIED}


def _payout(session: Session, county_id: int, event: SignedEvent, now: datetime) -> Result:
    seen = payout_of(event.body)
    known = account_named(session, county_id, event.account or "")
    if known is None:
        return {"outcome": Outcome.UNMATCHED, "code": StripeFault.ACCOUNT_UNKNOWN}
    call = payout_of_payment(session, seen.payment, known.id)
    if call is not None:
        note_object(session, call.payment_id, "payout", seen.id, now=now)
        state = later_payout_state(call.result, seen.status)
        if state in ("paid", "failed") and state != call.result:
            change_call(session, call.id, {"result": state, "error": seen.failure_code})
    if seen.status == "failed":
        failed_at = later(known.payout_failed_at, event.at)
        change_account(session, known.id, {"payout_failed_at": failed_at})
        tell_owners(session, known, now=now)
    payment_id = None if call is None else call.payment_id
    return {"outcome": Outcome.APPLIED, "payment_id": payment_id, "amount_cents": seen.amount_cents}


def _checkout(session: Session, county_id: int, event: SignedEvent, now: datetime) -> Result:
    """A client paid an invoice on the provider's account, or did not."""
    seen = checkout_of(event.body)
    known = account_named(session, county_id, event.account or "")
    if known is None:
        return {"outcome": Outcome.UNMATCHED, "code": StripeFault.ACCOUNT_UNKNOWN}
    outcome, fault = take_checkout(session, known, seen, event=event.type, now=now)
    return {"outcome": outcome, "code": fault, "amount_cents": seen.cents}


def _return(session: Session, county_id: int, event: SignedEvent, now: datetime) -> Result:
    """A client's card payment was given back, or its payer disputes it at the bank."""
    seen = return_of(event.body, at=event.at)
    known = account_named(session, county_id, event.account or "")
    if known is None:
        return {"outcome": Outcome.UNMATCHED, "code": StripeFault.ACCOUNT_UNKNOWN}
    return {"outcome": take_return(session, known, seen, now=now), "amount_cents": seen.cents}


_APPLY = {
    About.RETURN: _return,
    About.CHECKOUT: _checkout,
    About.TRANSFER: _transfer,
    About.ACCOUNT: _account,
    About.BANK: _bank,
    About.GONE: _gone,
    About.PAYOUT: _payout,
}
