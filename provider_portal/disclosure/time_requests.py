"""What clients ask of a provider: free times. The provider does not see who asks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from marketplace.load.time_requests import TimeRequestEntry, requests_of_provider


def requests_for_times(
    session: Session, provider_id: int, day: date, *, actor: Actor, now: datetime
) -> list[TimeRequestEntry]:
    """Return the provider's open requests, the longest wait first, and record the looks."""
    found = requests_of_provider(session, provider_id, day)
    return disclose(session, found, Look(actor, now, Purpose.PROVIDER_TIMES, "time_request"))
