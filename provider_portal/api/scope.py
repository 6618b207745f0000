"""Whose charges a reader sees: a provider its own, a county's staff those of the county."""

from __future__ import annotations

from collections.abc import Iterable

from clearing.load.charge_register import StoredCharge, one_charge
from clearing.write.audit import record
from foundation.vocabulary.roles import Role
from foundation.web.api import not_there
from foundation.web.clock import now
from foundation.web.identity import current_actor
from foundation.web.transaction import db

PROVIDER = (Role.PROVIDER_BILLER, Role.PROVIDER_OWNER)
COUNTY = (
    Role.WORKER,
    Role.COORDINATOR,
    Role.SETTLEMENT_OFFICER,
    Role.SETTLEMENT_APPROVER,
    Role.AUDITOR,
)


def scope_of_reader() -> dict[str, int]:
    """The part of a `ChargeFilter` that keeps others' charges out of sight."""
    actor = current_actor()
    if actor.role in PROVIDER:
        return {"provider_id": not_there() if actor.provider_id is None else actor.provider_id}
    return {"county_id": not_there() if actor.county_id is None else actor.county_id}


def seen_or_not_there(charge_id: int) -> StoredCharge:
    """A charge within the reader's sight; 404 otherwise."""
    charge = one_charge(db(), charge_id)
    if charge is None or any(getattr(charge, name) != key for name, key in scope_of_reader().items()):
        not_there()
    return charge


def note_looks(charges: Iterable[StoredCharge]) -> None:
    """The county's staff leave one row for each client whose charges they read (Act 703/2023)."""
    actor = current_actor()
    if actor.role not in COUNTY:
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
