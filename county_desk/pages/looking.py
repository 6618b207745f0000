"""Why a worker looks at a client: asked once a day for each client, kept with every look."""

from __future__ import annotations

from flask import session

from clearing.disclosure.facts.purposes import Purpose
from county_desk.load.clients import is_client_of
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.identity import current_actor
from foundation.web.languages import _
from foundation.web.pages import not_found
from foundation.web.transaction import db

REASONS = {
    "handling": N_("I handle the client's matter"),
    "asked": N_("The client or a helper has asked"),
    "charge": N_("I check a charge"),
    "oversight": N_("I oversee how the money is used"),
}
FOR_CLIENT = {
    "handling": Purpose.CASEWORK,
    "asked": Purpose.ASKED,
    "charge": Purpose.COUNTY_CHARGES,
    "oversight": Purpose.OVERSIGHT_OF_MONEY,
}
KEY = "reasons_to_look"
MOST_REASONS = 30


def require_own_client(client_id: int) -> None:
    """Answer 404 for a client who is not the worker's county's."""
    if not is_client_of(db(), current_actor().county_id or 0, client_id):
        not_found()


def reason_to_look(client_id: int) -> str | None:
    """Return the reason that was given today for this client: a key of REASONS, or the worker's own words."""
    told = session.get(KEY, {}).get(str(client_id))
    return told[1] if told and told[0] == today().isoformat() else None


def keep_reason(client_id: int, reason: str) -> None:
    """Keep the reason for today; old ones are forgotten."""
    day = today().isoformat()
    kept = {key: told for key, told in session.get(KEY, {}).items() if told[0] == day}
    kept = dict(list(kept.items())[-MOST_REASONS:])
    session[KEY] = kept | {str(client_id): [day, reason]}


def reason_text(reason: str) -> str:
    """Return a kept reason in the worker's words."""
    return _(REASONS[reason]) if reason in REASONS else reason


def reason_for_client(reason: str) -> str:
    """Return a kept reason as the client reads it: a purpose, which is translated, or the worker's words."""
    return str(FOR_CLIENT.get(reason, reason))
