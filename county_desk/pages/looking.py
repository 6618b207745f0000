"""Why a worker looks at a client: a reason is given once a day for each client and stored with every look."""

from __future__ import annotations

from datetime import datetime, time

from clearing.disclosure.facts.purposes import Purpose
from county_desk.load.clients import is_client_of
from county_desk.load.reasons import reason_given
from foundation.vocabulary.dates import HELSINKI
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


def require_own_client(client_id: int) -> None:
    """Answer 404 for a client who is not the worker's county's."""
    if not is_client_of(db(), current_actor().county_id or 0, client_id):
        not_found()


def reason_to_look(client_id: int) -> str | None:
    """Return the reason that the worker gave today for this client, as the client reads it.

    It is read from the day's looks: a cookie would hold what is said of clients, and has room for a few.
    """
    since = datetime.combine(today(), time(), HELSINKI)
    return reason_given(db(), client_id, current_actor().person_id, since=since)


def reason_for_client(reason: str, other: str) -> str:
    """Return the worker's own words, else the purpose of the chosen reason, which the client reads."""
    return other or str(FOR_CLIENT[reason])


def reason_text(why: str) -> str:
    """Return a given reason in the worker's words."""
    chosen = next((key for key, purpose in FOR_CLIENT.items() if purpose == why), None)
    return why if chosen is None else _(REASONS[chosen])
