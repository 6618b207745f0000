"""Access to charges: a provider reads its own, a county's staff those of the county."""

from __future__ import annotations

from clearing.charges.load.charge_register import StoredCharge
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import not_there
from foundation.web.clock import now
from foundation.web.identity import current_actor, current_provider_id
from foundation.web.transaction import db
from provider_portal.disclosure.charges import visible_charge


def scope_of_reader() -> tuple[int | None, int | None]:
    """Return the reader's provider id or county id, which limits the charges that are read."""
    actor = current_actor()
    if actor.role in PROVIDER_ROLES:
        return current_provider_id(), None
    return None, (not_there() if actor.county_id is None else actor.county_id)


def seen_or_not_there(charge_id: int) -> StoredCharge:
    """Return a charge that the reader may see; 404 otherwise."""
    provider_id, county_id = scope_of_reader()
    scope = {"provider_id": provider_id, "county_id": county_id}
    return visible_charge(db(), charge_id, **scope, actor=current_actor(), now=now()) or not_there()
