"""A provider's own charges, never another's."""

from __future__ import annotations

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import StoredCharge, one_charge


def own_charge(session: Session, provider_id: int, charge_id: int) -> StoredCharge | None:
    """One of the provider's charges; None when it is not there or another's."""
    found = one_charge(session, charge_id)
    return found if found is not None and found.provider_id == provider_id else None
