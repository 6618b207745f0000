"""Answer a charge as its client: it is right, or it is not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.charges import MyCharge
from marketplace.load.mandates import may_confirm
from marketplace.rules.refusals import CHARGE_NOT_OPEN, MANDATE_MISSING
from marketplace.write.charge_answers import store_answer

ANSWERABLE = ("accepted", "on_hold", "settled")


def confirm_charge(session: Session, *, charge: MyCharge, actor: Actor, now: datetime) -> Refusal | None:
    """Say that the charge is right. Refused with `mandate_missing`, `charge_not_open`."""
    return _answer(session, charge, "confirmed", "", actor, now)


def dispute_charge(
    session: Session, *, charge: MyCharge, why: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Say that the charge is not right, and why; the county and the provider see it.

    Before settlement the charge then waits for the county, and its money is free meanwhile (R-34). Refused
    with `mandate_missing`, `charge_not_open`.
    """
    return _answer(session, charge, "disputed", why, actor, now)


def _answer(
    session: Session, charge: MyCharge, answer: str, why: str, actor: Actor, now: datetime
) -> Refusal | None:
    if not may_confirm(session, actor, charge.client_id, helsinki_day(now)):
        return MANDATE_MISSING
    if charge.state not in ANSWERABLE or (answer == "disputed" and not _held(session, charge, now)):
        return CHARGE_NOT_OPEN
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
    return None


def _held(session: Session, charge: MyCharge, now: datetime) -> bool:
    """Hold the charge, and return whether it is still open: it may have been withdrawn since it was read."""
    held = hold_disputed_charge(session, charge.id, now=now)
    return held is not None and held.state in ANSWERABLE
