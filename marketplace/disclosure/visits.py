"""Planned visits by the API."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from clearing.plans.facts.plan import VisitId
from clearing.plans.rules.cancelling import CancellationTerms
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import Actor
from marketplace.load.listed_visit import ListedVisit
from marketplace.load.mandates import ClientEntry, clients
from marketplace.load.pauses import Pause, pause_by_id, pauses_of_client
from marketplace.load.video_links import with_links
from marketplace.load.visit_list import cancellation_of, running_visits_of_clients, visit_by_id


def own_visits(
    session: Session,
    window: DateWindow,
    *,
    first: int,
    count: int,
    actor: Actor,
    now: datetime,
    client: str | None = None,
) -> tuple[list[ListedVisit], int]:
    """Return a page of the visits of the clients whom the actor is or acts for, and the number of all.

    `client` is a client number: only the visits of that one.
    """
    found = [
        visit
        for visit in running_visits_of_clients(session, actor.client_ids, window, now)
        if actor.reaches(visit.client_id, visit.choice.funding_id)
    ]
    own = [visit for visit in found if client in (None, visit.client_number)]
    look = Look(actor, now, Purpose.ACTS_FOR_CLIENT, "visit")
    return disclose(session, with_links(session, own[first : first + count]), look), len(own)


def visit_to_change(
    session: Session, visit_id: VisitId, *, actor: Actor, now: datetime
) -> ListedVisit | None:
    """Return a visit of a client whom the actor is or acts for. Changing it has its own audit row."""
    found = visit_by_id(session, visit_id, now)
    if found is None or not actor.reaches(found.client_id, found.choice.funding_id):
        return None
    return with_links(session, [found])[0]


def cancelling(session: Session, visit: ListedVisit, day: date) -> CancellationTerms | None:
    """Return what cancelling a visit of the actor's client would mean. Cancelling has its own audit row."""
    return cancellation_of(session, visit, day)


def own_pauses(session: Session, *, day: date, actor: Actor, now: datetime) -> list[Pause]:
    """Return the days away, on a day or later, of the clients whom the actor is or acts for."""
    found = [
        pause for client_id in sorted(actor.client_ids) for pause in pauses_of_client(session, client_id)
    ]
    own = [pause for pause in found if _reaches(actor, pause) and not pause.never_began()]
    going_on = [pause for pause in own if pause.last_day is None or pause.last_day >= day]
    return disclose(session, going_on, Look(actor, now, Purpose.ACTS_FOR_CLIENT, "pause"))


def pause_to_end(session: Session, pause_id: int, *, actor: Actor) -> Pause | None:
    """Return days away of a client whom the actor is or acts for. Making and ending them have audit rows."""
    found = pause_by_id(session, pause_id)
    return found if found is not None and _reaches(actor, found) else None


def pausing_client(session: Session, number: str | None, *, actor: Actor) -> ClientEntry | None:
    """Return the client whose help the actor pauses: with a number that one, else the only one."""
    own = clients(session, actor.client_ids)
    named = [client for client in own.values() if number in (None, client.number)]
    return named[0] if len(named) == 1 else None


def _reaches(actor: Actor, pause: Pause) -> bool:
    if pause.funding_id is None:
        return pause.client_id in actor.client_ids
    return actor.reaches(pause.client_id, pause.funding_id)
