"""Do the calls to Stripe that are due, one by one: claim, look, call, store (docs/decisions/0197).

No lock of the database is held while Stripe is called. A call whose answer was lost is claimed again after a
while. Then Stripe's own list is read first, and the same idempotency key is used: it is never done twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from clearing.payments.actions.take_transfer import return_unsent, take_transfer
from clearing.payments.gateways.stripe_orders import TransferOrder
from clearing.payments.gateways.stripe_rail import Failure, StripeCallError, StripeRail
from clearing.payments.load.stops import why_stopped
from clearing.payments.load.stripe_calls import DueCall, next_due_call, transfer_of_payment
from clearing.payments.load.stripe_payees import stripe_payees
from clearing.payments.rules.payouts import WaitReason, why_stripe_waits
from clearing.payments.rules.stripe_retries import MONEY_WAIT, MOST_PAYOUTS, CallState, wait_before_call
from clearing.payments.rules.stripe_transfers import SeenTransfer, StripeFault
from clearing.payments.write.stripe_calls import change_call, note_object
from clearing.payments.write.stripe_events import keep_event
from foundation.database.failpoints import failpoint

Rails = Mapping[str, StripeRail]
"""Stripe by county code, of the counties that have keys."""
STOPPED_WAIT = timedelta(minutes=10)


class CallResult(StrEnum):
    """What came of one call."""

    NOTHING_DUE = "nothing_due"
    DONE = "done"
    LATER = "later"
    REFUSED = "refused"
    STUCK = "stuck"
    STOPPED = "stopped"


def send_next_call(sessions: sessionmaker[Session], rails: Rails, *, now: datetime) -> CallResult:
    """Do the oldest call that is due; return what came of it.

    A transfer whose payee may not be paid any more is not made, and its money is payable again. While
    payments of the county are stopped, as in a restored database, nothing is called.
    """
    with sessions.begin() as session:
        claimed = _claim(session, rails, now)
    if isinstance(claimed, CallResult):
        return claimed
    failpoint("stripe.call.before")
    rail = rails[claimed.county]
    try:
        with sessions() as session:
            held = _why_held(session, claimed, now)
        done = _DO[claimed.kind](rail, claimed, held)
    except StripeCallError as error:
        with sessions.begin() as session:
            return _store_failure(session, claimed, error, now)
    failpoint("stripe.call.after")
    with sessions.begin() as session:
        result = _store(session, claimed, done, now)
        failpoint("stripe.call.before_commit")
    return result


def _claim(session: Session, rails: Rails, now: datetime) -> DueCall | CallResult:
    """Mark a call as tried before it is, and due again later; nobody else takes it meanwhile."""
    call = next_due_call(session, list(rails), now)
    if call is None:
        return CallResult.NOTHING_DUE
    if why_stopped(session, call.county_id) is not None:
        change_call(session, call.id, {"due_at": now + STOPPED_WAIT})
        return CallResult.STOPPED
    attempts = call.attempts + 1
    change_call(session, call.id, {"attempts": attempts, "due_at": now + wait_before_call(attempts)})
    return call


def _why_held(session: Session, call: DueCall, now: datetime) -> WaitReason | None:
    """Return why the payee may not be paid at this moment to the account that was approved."""
    payee = stripe_payees(session, call.county_id, [call.provider_id]).get(call.provider_id)
    if payee is None or payee.account != call.account:
        return WaitReason.RAIL_CHANGED
    return why_stripe_waits(payee, now)


Done = SeenTransfer | WaitReason | str


def _transfer(rail: StripeRail, call: DueCall, held: WaitReason | None) -> Done:
    order = _order(call)
    made = rail.find_transfers(order)
    if made:
        return made[0]
    return held or rail.make_transfer(order, call.key)


def _payout(rail: StripeRail, call: DueCall, _held: WaitReason | None) -> Done:
    return rail.pay_out(_order(call), call.reference, call.key).id


def _reversal(rail: StripeRail, call: DueCall, _held: WaitReason | None) -> Done:
    assert call.transfer is not None
    if rail.transfer(call.transfer).reversed_cents == 0:
        rail.reverse_transfer(call.transfer, call.end_to_end_id, call.sum_cents, call.key)
    return rail.transfer(call.transfer)


_DO: Mapping[str, Any] = {"transfer": _transfer, "payout": _payout, "reversal": _reversal}


def _order(call: DueCall) -> TransferOrder:
    text = f"{call.county_name} {call.reference}"
    return TransferOrder(call.account, call.end_to_end_id, call.group, call.sum_cents, text)


def _store(session: Session, call: DueCall, done: Done, now: datetime) -> CallResult:
    if isinstance(done, SeenTransfer):
        _outcome, fault, _payment = take_transfer(session, call.county_id, done, now=now)
        if fault is not None:
            return _stuck(session, call, fault, done.id, now)
        name = done.id if call.kind == "transfer" else f"{done.id}:reversal"
        note_object(session, call.payment_id, call.kind, name, now=now)
        return CallResult.DONE
    if isinstance(done, WaitReason):
        return _refuse(session, call, done.value, "", now)
    note_object(session, call.payment_id, call.kind, done, now=now)
    return CallResult.DONE


def _store_failure(session: Session, call: DueCall, error: StripeCallError, now: datetime) -> CallResult:
    said = f"{error.kind.value}: {error.code or error.message}"
    if error.kind is Failure.KEY_REUSED:
        return _stuck(session, call, StripeFault.KEY_REUSED, call.end_to_end_id, now)
    if error.kind is Failure.NO_MONEY and not (call.kind == "payout" and call.attempts >= MOST_PAYOUTS):
        again = {"key_number": call.key_number + 1, "due_at": now + MONEY_WAIT}
        change_call(session, call.id, {"error": said, **again})
        return CallResult.LATER
    if error.kind in (Failure.REFUSED, Failure.NO_MONEY):
        return _refuse(session, call, error.code or error.kind.value, error.message, now)
    change_call(session, call.id, {"error": said})
    return CallResult.LATER


def _refuse(session: Session, call: DueCall, reason: str, text: str, now: datetime) -> CallResult:
    """Stripe will not do it. A transfer's money is payable again, unless an event has said otherwise."""
    if call.kind == "transfer":
        awaited = transfer_of_payment(session, call.payment_id)
        if awaited is None or awaited.state != "sent":
            return CallResult.DONE
        return_unsent(session, awaited, reason, text, now)
    change_call(session, call.id, {"state": CallState.REFUSED.value, "error": reason})
    return CallResult.REFUSED


def _stuck(session: Session, call: DueCall, fault: StripeFault, name: str, now: datetime) -> CallResult:
    """A person must look: the payee is held until the finding is closed."""
    change_call(session, call.id, {"state": CallState.STUCK.value, "error": fault.value})
    keep_event(
        session,
        {
            "id": f"call:{call.id}:{fault.value}",
            "county_id": call.county_id,
            "type": f"call.{call.kind}",
            "at": now,
            "received_at": now,
            "live": False,
            "account": call.account,
            "object_id": name,
            "amount_cents": call.sum_cents,
            "payment_id": call.payment_id,
            "outcome": "listed",
            "code": fault.value,
        },
    )
    return CallResult.STUCK
