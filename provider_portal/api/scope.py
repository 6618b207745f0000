"""Access to charges: a provider reads its own, a county's staff those of the county."""

from __future__ import annotations

from collections.abc import Iterable

from clearing.charges.load.charge_register import StoredCharge, one_charge
from clearing.ledger.write.audit import record
from foundation.vocabulary.roles import COUNTY_READERS, PROVIDER_ROLES
from foundation.web.api import not_there
from foundation.web.clock import now
from foundation.web.identity import current_actor, current_provider_id
from foundation.web.transaction import db


def scope_of_reader() -> tuple[int | None, int | None]:
    """Return the reader's provider id or county id, which limits the charges that are read."""
    actor = current_actor()
    if actor.role in PROVIDER_ROLES:
        return current_provider_id(), None
    return None, (not_there() if actor.county_id is None else actor.county_id)


def seen_or_not_there(charge_id: int) -> StoredCharge:
    """Return a charge that the reader may see; 404 otherwise."""
    charge = one_charge(db(), charge_id)
    provider_id, county_id = scope_of_reader()
    if charge is None or provider_id not in (None, charge.provider_id):
        not_there()
    if county_id not in (None, charge.county_id):
        not_there()
    return charge


def note_looks(charges: Iterable[StoredCharge]) -> None:
    """Record one look of the county's staff for each client whose charges are read (Act 703/2023)."""
    actor = current_actor()
    if actor.role not in COUNTY_READERS:
        return
    for client_id in dict.fromkeys(charge.client_id for charge in charges if charge.client_id):
        record(
            db(),
            actor=actor,
            now=now(),
            act="client.look",
            subject=("charges", client_id),
            client_id=client_id,
        )
