"""Hold a provider's charges from a day on, because its approval was changed from a past day (R-14)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import findings_of
from clearing.charges.load.charges_since import ChargesSince, charges_since, lock_fundings_of
from clearing.charges.load.drawn_money import drawn_by
from clearing.charges.rules.withdrawal import approval_changed_afterwards, withdrawal_postings
from clearing.charges.write.charges import put_all_on_hold
from clearing.ledger.write.postings import post
from clearing.plans.write.holds import mark
from foundation.vocabulary.dates import helsinki_day


def hold_charges_since(
    session: Session, *, provider_id: int, county_id: int, service: str, from_day: date, now: datetime
) -> ChargesSince:
    """Hold every accepted charge of the service from the day on: its money goes back where it came from.

    A run that is being prepared does not pay a held charge. A settled charge stays as it is: the county
    corrects it. One that is corrected in part is taken back by `take_back_since`. A charge already on hold
    gets the reason beside its own. Return what was found.
    """
    lock_fundings_of(session, provider_id, county_id)
    found = charges_since(session, provider_id, county_id, service, from_day=from_day)
    held = [charge.id for charge in found.held]
    drawn = drawn_by(session, held, today=helsinki_day(now))
    post(session, [withdrawal_postings(money) for money in drawn], at=now)
    for funding_id in sorted({money.funding_id for money in drawn}):
        mark(session, funding_id)
    findings = findings_of(session, [*held, *found.waiting])
    changed = approval_changed_afterwards(from_day)
    reasons = {
        charge_id: [*(one for one in findings[charge_id] if one.code != changed.code), changed]
        for charge_id in [*held, *found.waiting]
    }
    put_all_on_hold(session, reasons)
    return found
