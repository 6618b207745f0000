"""Bring the units of earlier charges into the books of fundings that are granted in units from now on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.load.uncounted_charges import uncounted_charges
from clearing.grants.rules.counting_units import counting_postings
from clearing.grants.rules.grant_plan import Grant
from clearing.grants.write.counted_units import store_counted
from clearing.ledger.write.postings import post


def count_units(session: Session, grants: Sequence[Grant], *, now: datetime) -> None:
    """Count the earlier charges of the changed fundings. The caller has locked their balances.

    Safe to repeat: a charge is counted once.
    """
    changed = [
        funding.in_force.id
        for grant in grants
        for funding in grant.fundings
        if funding.in_force is not None and funding.decided.quantity is not None
    ]
    charges = uncounted_charges(session, changed) if changed else {}
    for of_funding in charges.values():
        store_counted(session, of_funding)
    post(session, [counting_postings(of_funding) for of_funding in charges.values()], at=now)
