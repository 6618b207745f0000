"""Enter a provider into the register, or bring its entry up to date; the same again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.write.audit import record
from foundation.vocabulary.identifiers import parse_iban
from foundation.vocabulary.roles import Actor
from marketplace.load.register import RegisterEntry, lock_entry, municipality_centres
from marketplace.rules.registering import RegisterFault, Registration, wrong_in_registration
from marketplace.write.register import (
    store_account,
    store_papers,
    store_provider,
    store_units,
    update_provider,
)


@dataclass(frozen=True, slots=True)
class Registered:
    """The provider's id, and whether the register had it not before."""

    provider_id: int
    is_new: bool


def register_provider(
    session: Session, registration: Registration, *, actor: Actor, now: datetime
) -> Registered | tuple[RegisterFault, ...]:
    """Store the entry, or tell every field that is wrong. A new account number waits for confirmation."""
    centres = municipality_centres(session)
    if faults := wrong_in_registration(registration, frozenset(centres)):
        return faults
    standing = lock_entry(session, registration.business_id)
    if standing is None:
        standing = RegisterEntry(store_provider(session, registration), frozenset(), frozenset(), None)
        act, is_new = "provider.register", True
    else:
        update_provider(session, standing.id, registration)
        act, is_new = "provider.update", False
    store_papers(session, standing.id, [one for one in registration.papers if one not in standing.papers])
    new_units = [one for one in registration.units if one.name not in standing.unit_names]
    store_units(session, standing.id, new_units, centres)
    iban = parse_iban(registration.iban) if registration.iban else None
    if iban is not None and iban != standing.iban:
        store_account(session, standing.id, iban=iban, bic=registration.bic, actor=actor, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("provider", registration.business_id),
        detail={"new_account": iban is not None and iban != standing.iban},
    )
    return Registered(standing.id, is_new)
