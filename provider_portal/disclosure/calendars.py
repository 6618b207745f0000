"""Visits as a person's calendar program reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from clearing.disclosure.rules.known_fields import without_unknown_fields
from foundation.vocabulary.dates import HELSINKI, DateWindow, helsinki_day
from foundation.vocabulary.roles import PROVIDER_WORKERS, Actor
from marketplace.load.listed_visit import ListedVisit
from marketplace.load.visit_list import visits_of_choices, visits_of_provider
from provider_portal.load.calendar_feeds import OwnFeed, Revisions, clients_looked_at, revisions_of

BACK: Final = timedelta(days=14)
AHEAD: Final = timedelta(days=60)
"""How far a calendar reaches: enough for what was forgotten, and for planning."""


@dataclass(frozen=True, slots=True)
class CalendarVisit:
    """A visit in a calendar. `revisions` is None if no visit of its choice was ever changed."""

    visit: ListedVisit
    revisions: Revisions | None


def visits_of_feed(session: Session, feed: OwnFeed, *, actor: Actor, now: datetime) -> list[CalendarVisit]:
    """Return the visits that a person's calendar shows: a worker's own, else those of the provider.

    A calendar program reads many times a day without anybody looking: the look at a client is recorded with
    the first reading of each day. Clients are named only if the person has chosen so, and never those whose
    address is protected.
    """
    day = helsinki_day(now)
    window = DateWindow(day - BACK, day + AHEAD)
    if actor.role in PROVIDER_WORKERS:
        found = visits_of_choices(session, actor.choice_ids, window, now)
    else:
        found = visits_of_provider(session, actor.provider_id or 0, window, now)
    shown = [_named(visit, feed) for visit in _disclosed_once_a_day(session, found, actor, now)]
    revisions = revisions_of(session, {visit.choice.id for visit in shown})
    return [CalendarVisit(visit, revisions.get(visit.choice.id)) for visit in shown]


def _disclosed_once_a_day(
    session: Session, found: list[ListedVisit], actor: Actor, now: datetime
) -> list[ListedVisit]:
    """Return the visits as the person may know them, and record the day's first look at each client."""
    purpose = Purpose.PROVIDER_CALENDAR
    midnight = datetime.combine(helsinki_day(now), time(), HELSINKI)
    clients = {visit.client_id for visit in found}
    looked = clients_looked_at(session, actor.person_id, clients, purpose, midnight)
    disclose(
        session, [each for each in found if each.client_id not in looked], Look(actor, now, purpose, "visit")
    )
    return [without_unknown_fields(visit, actor.role, purpose) for visit in found]


def _named(visit: ListedVisit, feed: OwnFeed) -> ListedVisit:
    if feed.shows_names and not visit.has_protected_address:
        return visit
    return replace(visit, client_name=None, client_number=None)
