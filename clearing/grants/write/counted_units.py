"""Charges that count in units from now on."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from clearing.grants.facts.uncounted_charge import UncountedCharge
from foundation.database.tables.charges import Charge
from foundation.database.tables.payments import SettlementCharge


def store_counted(session: Session, charges: Sequence[UncountedCharge]) -> None:
    """Store that each charge, also in a payment run that is prepared, moved all its units."""
    for charge in charges:
        drawn = {"drawn_hundredths": charge.quantity}
        session.execute(update(Charge).where(Charge.id == charge.id).values(drawn))
        session.execute(update(SettlementCharge).where(SettlementCharge.charge_id == charge.id).values(drawn))
