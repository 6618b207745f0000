"""A provider's own charges."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import StoredCharge, one_charge
from foundation.database.tables.charges import Charge


def is_own_charge(session: Session, provider_id: int, charge_id: int) -> bool:
    """Return whether the charge with this id is the provider's."""
    own = select(Charge.id).where(Charge.id == charge_id, Charge.provider_id == provider_id)
    return session.scalar(select(own.exists())) or False


def own_charge(session: Session, provider_id: int, charge_id: int) -> StoredCharge | None:
    """Return one of the provider's charges; None if it does not exist or belongs to another provider."""
    charge = one_charge(session, charge_id)
    return charge if charge is not None and charge.provider_id == provider_id else None
