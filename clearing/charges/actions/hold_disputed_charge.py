"""Hold a charge that its client disputes before it is settled (R-34)."""

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import StoredCharge, has_corrections, locked_charge, one_charge
from clearing.charges.load.drawn_money import drawn_of
from clearing.charges.rules.withdrawal import disputed_by_client, withdrawal_postings
from clearing.charges.write.charges import put_on_hold
from clearing.grants.facts.kinds import ChargeState
from clearing.ledger.write.postings import post
from clearing.plans.write.holds import mark
from foundation.vocabulary.dates import helsinki_day

OPEN_STATES = (ChargeState.ACCEPTED.value, ChargeState.ON_HOLD.value)


def hold_disputed_charge(session: Session, charge_id: int, *, now: datetime) -> StoredCharge | None:
    """Put an accepted charge on hold: its money goes back where it came from until the county decides.

    A charge already on hold gets the reason beside its own. A settled or corrected charge stays as it is: the
    client's words are kept for a correction. Return the charge as it is now; None: there is no such charge.
    """
    found = locked_charge(session, charge_id)
    if found is None or found.state not in OPEN_STATES or has_corrections(session, charge_id):
        return found
    disputed = disputed_by_client(ChargeState(found.state), dispute_open=True)
    if disputed is None or any(earlier.code == disputed.code for earlier in found.findings):
        return found
    if found.state == ChargeState.ACCEPTED.value:
        drawn = drawn_of(session, charge_id, today=helsinki_day(now))
        post(session, [withdrawal_postings(drawn)], at=now)
        mark(session, drawn.funding_id)
    put_on_hold(session, charge_id, [*found.findings, disputed])
    return one_charge(session, charge_id)
