"""What clients ask of providers (free times) and of the county (help), by the API."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from marketplace.disclosure.client_requests import ClientRequests
from marketplace.load.help_requests import (
    HelpRequestEntry,
    help_request,
    waiting_requests,
)
from marketplace.load.mandates import ClientEntry, clients
from marketplace.load.time_requests import (
    TimeRequestEntry,
    requests_of_provider,
    time_request,
)

HELP, TIME = "help_request", "time_request"
MOST = 1000
"""The requests of a client that are listed: more than anybody makes."""


def own_time_requests(session: Session, *, actor: Actor, now: datetime) -> list[TimeRequestEntry]:
    """Return the requests of the clients whom the actor is or acts for, by client, the newest first."""
    found = [
        request
        for client_id in sorted(actor.client_ids)
        for request in ClientRequests(session, client_id, actor).for_times(count=MOST)
    ]
    return disclose(session, found, Look(actor, now, Purpose.ACTS_FOR_CLIENT, TIME))


def own_time_request(
    session: Session, request_id: int, *, actor: Actor, now: datetime
) -> tuple[TimeRequestEntry, ClientEntry] | None:
    """Return a request of such a client, and the client; None if there is none."""
    own = own_time_requests(session, actor=actor, now=now)
    found = next((each for each in own if each.id == request_id), None)
    return None if found is None else (found, clients(session, [found.client_id])[found.client_id])


def time_requests_to_answer(session: Session, *, actor: Actor, now: datetime) -> list[TimeRequestEntry]:
    """Return the open requests to the actor's provider, the longest wait first."""
    found = requests_of_provider(session, actor.provider_id or 0, helsinki_day(now))
    return disclose(session, found, Look(actor, now, Purpose.PROVIDER_TIMES, TIME))


def time_request_to_answer(
    session: Session, request_id: int, *, actor: Actor, now: datetime
) -> TimeRequestEntry | None:
    """Return a request to the actor's provider, also a closed one; None if there is none."""
    found = time_request(session, request_id)
    if found is None or found.provider_id != actor.provider_id:
        return None
    return disclose(session, [found], Look(actor, now, Purpose.PROVIDER_TIMES, TIME))[0]


def own_help_requests(session: Session, *, actor: Actor, now: datetime) -> list[HelpRequestEntry]:
    """Return what the clients whom the actor is or acts for have asked, by client, newest first."""
    found = [
        request
        for client_id in sorted(actor.client_ids)
        for request in ClientRequests(session, client_id, actor).all_of_county()
    ]
    return disclose(session, found, Look(actor, now, Purpose.ACTS_FOR_CLIENT, HELP))


def own_help_request(
    session: Session, request_id: int, *, actor: Actor, now: datetime
) -> tuple[HelpRequestEntry, ClientEntry] | None:
    """Return a request of such a client, and the client; None if there is none."""
    own = own_help_requests(session, actor=actor, now=now)
    found = next((each for each in own if each.id == request_id), None)
    return None if found is None else (found, clients(session, [found.client_id])[found.client_id])


def help_requests_to_answer(
    session: Session, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[HelpRequestEntry], int]:
    """Return a page of the requests that wait for the worker's county, and the number of all."""
    found, total = waiting_requests(session, actor.county_id or 0, first=first, count=count)
    return disclose(session, found, Look(actor, now, Purpose.CASE_LIST, HELP)), total


def help_request_to_answer(
    session: Session, request_id: int, *, actor: Actor, now: datetime
) -> HelpRequestEntry | None:
    """Return a request to the worker's county; None if there is none."""
    found = help_request(session, actor.county_id or 0, request_id)
    if found is None:
        return None
    return disclose(session, [found], Look(actor, now, Purpose.ASKED, HELP))[0]
