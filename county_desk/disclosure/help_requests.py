"""What clients ask of the county, as its workers read it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from marketplace.load.help_requests import HelpRequestEntry, help_request, waiting_requests

SHOWN = 8


def client_request(
    session: Session, county_id: int, request_id: int, *, actor: Actor, now: datetime
) -> HelpRequestEntry | None:
    """Return a request to the county, and record the look; None if there is none."""
    found = help_request(session, county_id, request_id)
    if found is None:
        return None
    (shown,) = disclose(session, [found], Look(actor, now, Purpose.ASKED, "help_request"))
    return shown


def requests_to_answer(
    session: Session, county_id: int, *, actor: Actor, now: datetime
) -> tuple[list[HelpRequestEntry], int]:
    """Return the requests that wait the longest, and the number of all that wait."""
    found, total = waiting_requests(session, county_id, count=SHOWN)
    return disclose(session, found, Look(actor, now, Purpose.CASE_LIST, "help_request")), total
