"""Compare a county's payments with Stripe's own list of transfers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from clearing.payments.actions.open_checkout import read_unheard
from clearing.payments.actions.pay_out_cards import pay_out_cards
from clearing.payments.actions.send_stripe_calls import Rails
from clearing.payments.actions.take_transfer import Taken, take_transfer
from clearing.payments.gateways.stripe_rail import StripeCallError, StripeRail
from clearing.payments.load.home import database_identity
from clearing.payments.load.payers import PayingCounty, paying_county
from clearing.payments.rules.stripe_events import Outcome
from clearing.payments.rules.stripe_transfers import SeenTransfer
from clearing.payments.write.stripe_events import keep_event, store_comparison
from foundation.vocabulary.refusals import Refusal

LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many transfers Stripe has, how many of them moved something, and how many are odd."""

    transfers: int
    applied: int
    findings: int


def compare_with_stripe(
    sessions: sessionmaker[Session], county: PayingCounty, rail: StripeRail, *, now: datetime
) -> Comparison | Refusal:
    """Compare the transfers of the last 60 days, each in a transaction of its own; again it changes nothing.

    It moves what an event would have moved, also while payments are stopped: it pays nobody. A transfer that
    no payment explains is listed, and its payee waits. Refused with the code of a failed call.
    """
    since = now - LOOK_BACK
    transfers = applied = findings = 0
    try:
        for seen in rail.transfers_since(since):
            with sessions.begin() as session:
                outcome, fault, _payment = taken = take_transfer(session, county.id, seen, now=now)
                if outcome is Outcome.LISTED:
                    _keep_finding(session, county, seen, taken, now)
            transfers += 1
            applied += outcome is Outcome.APPLIED
            findings += fault is not None and outcome is Outcome.LISTED
    except StripeCallError as error:
        return Refusal(error.kind)
    with sessions.begin() as session:
        row = {"county_id": county.id, "identity": database_identity(session), "compared_at": now}
        store_comparison(session, row | {"since": since, "transfers": transfers, "findings": findings})
    return Comparison(transfers, applied, findings)


def compare_all(sessions: sessionmaker[Session], rails: Rails, *, now: datetime) -> int:
    """Compare every county that has keys; return how many findings there are.

    Clients' payments whose end was not heard of are read too, and what they paid goes to providers' banks.
    """
    read_unheard(sessions, rails, now=now)
    pay_out_cards(sessions, rails, now=now)
    findings = 0
    for code, rail in rails.items():
        with sessions() as session:
            county = paying_county(session, code)
        found = None if county is None else compare_with_stripe(sessions, county, rail, now=now)
        findings += found.findings if isinstance(found, Comparison) else 0
    return findings


def _keep_finding(
    session: Session, county: PayingCounty, seen: SeenTransfer, taken: Taken, now: datetime
) -> None:
    _outcome, fault, payment_id = taken
    keep_event(
        session,
        {
            "id": f"list:{seen.id}:{fault}",
            "county_id": county.id,
            "type": "list.transfer",
            "at": seen.made_at,
            "received_at": now,
            "live": seen.live,
            "account": seen.destination,
            "object_id": seen.id,
            "amount_cents": seen.amount_cents,
            "payment_id": payment_id,
            "outcome": Outcome.LISTED.value,
            "code": None if fault is None else fault.value,
        },
    )
