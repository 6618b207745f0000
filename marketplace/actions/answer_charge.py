"""A client says that a charge is right, or that it is not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from marketplace.actions.choose_offering import MandateMissingError
from marketplace.load.charges import MyCharge
from marketplace.load.mandates import may_confirm
from marketplace.write.charge_answers import store_answer

ANSWERABLE = ("accepted", "on_hold", "settled")


class ChargeNotOpenError(Exception):
    """The charge was withdrawn or rejected: there is nothing to answer."""


def confirm_charge(session: Session, *, charge: MyCharge, actor: Actor, now: datetime) -> None:
    """Say that the charge is right."""
    _answer(session, charge, "confirmed", "", actor, now)


def dispute_charge(session: Session, *, charge: MyCharge, why: str, actor: Actor, now: datetime) -> None:
    """Say that the charge is not right, and why; the county and the provider see it.

    Before settlement the charge then waits for the county, and its money is free meanwhile (R-34).
    """
    _answer(session, charge, "disputed", why, actor, now)


def _answer(session: Session, charge: MyCharge, answer: str, why: str, actor: Actor, now: datetime) -> None:
    if not may_confirm(session, actor, charge.client_id, helsinki_day(now)):
        raise MandateMissingError
    if charge.state not in ANSWERABLE:
        raise ChargeNotOpenError
    if answer == "disputed":
        _hold(session, charge, now)
    store_answer(
        session, county_id=charge.county_id, charge_id=charge.id, answer=answer, why=why, actor=actor, now=now
    )
    record(
        session,
        actor=actor,
        now=now,
        act="charge.confirm" if answer == "confirmed" else "charge.dispute",
        subject=("charge", charge.id),
        county_id=charge.county_id,
        client_id=charge.client_id,
        why=why,
    )


def _hold(session: Session, charge: MyCharge, now: datetime) -> None:
    """Somebody may have taken the charge back since it was read; the locked row says so."""
    held = hold_disputed_charge(session, charge.id, now=now)
    if held is None or held.state not in ANSWERABLE:
        raise ChargeNotOpenError
