"""A provider withdraws a charge before it is settled."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import StoredCharge, has_corrections, locked_charge, one_charge
from clearing.charges.load.drawn_money import drawn_of
from clearing.charges.rules.withdrawal import withdrawal_postings
from clearing.charges.write.charges import set_state
from clearing.ledger.write.audit import record
from clearing.ledger.write.postings import post
from clearing.plans.write.holds import mark
from clearing.reasons import PERIOD_LOCKED
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


class WithdrawalRefusalCode(StrEnum):
    """Why a charge is not withdrawn: settled (R-30), corrected or no longer open. The codes are public."""

    SETTLED = PERIOD_LOCKED.code
    CORRECTED = "charge_corrected"
    NOT_OPEN = "charge_not_open"


def withdraw_charge(
    session: Session, charge_id: int, *, actor: Actor, now: datetime, why: str = ""
) -> StoredCharge | Refusal:
    """Withdraw an accepted or held charge: its money is free again, and held again while its choice lives.

    The reference is free to be used again. Return the charge as it is now.
    """
    found = locked_charge(session, charge_id)
    if found is None or found.state not in ("accepted", "on_hold"):
        settled = found is not None and found.state == "settled"
        return Refusal(WithdrawalRefusalCode.SETTLED if settled else WithdrawalRefusalCode.NOT_OPEN)
    if has_corrections(session, charge_id):
        return Refusal(WithdrawalRefusalCode.CORRECTED)
    if found.state == "accepted":
        drawn = drawn_of(session, charge_id, today=helsinki_day(now))
        post(session, [withdrawal_postings(drawn)], at=now)
        mark(session, drawn.funding_id)
    set_state(session, charge_id, "withdrawn")
    record(
        session,
        actor=actor,
        now=now,
        act="charge.withdraw",
        subject=("charge", charge_id),
        county_id=found.county_id,
        client_id=found.client_id,
        why=why,
    )
    withdrawn = one_charge(session, charge_id)
    assert withdrawn is not None
    return withdrawn
