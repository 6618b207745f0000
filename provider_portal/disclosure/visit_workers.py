"""The visits of a worker, and the clients among whom an owner chooses whose visits a worker does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from clearing.plans.facts.plan import VisitId
from foundation.vocabulary.dates import DateWindow, helsinki_day
from foundation.vocabulary.roles import Actor
from marketplace.load.listed_visit import ListedVisit
from marketplace.load.video_links import with_links
from marketplace.load.visit_list import visit_by_id, visits_of_choices
from provider_portal.load.visit_workers import LiveChoice, live_choices


def visits_of_worker(
    session: Session, window: DateWindow, *, actor: Actor, now: datetime
) -> list[ListedVisit]:
    """Return the visits of a worker on the days of a window, in order of their time."""
    found = with_links(session, visits_of_choices(session, actor.choice_ids, window, now))
    return disclose(session, found, Look(actor, now, Purpose.PROVIDER_PLAN, "visit"))


def visit_of_worker(
    session: Session, visit_id: VisitId, *, actor: Actor, now: datetime
) -> ListedVisit | None:
    """Return a visit that is the worker's. Its charge has its own audit row."""
    if visit_id.choice_id not in actor.choice_ids:
        return None
    found = visit_by_id(session, visit_id, now)
    own = found is not None and found.choice.provider_id == actor.provider_id
    return found if own else None


def clients_to_assign(session: Session, provider_id: int, *, actor: Actor, now: datetime) -> list[LiveChoice]:
    """Return the choices of the provider that last, each with its client."""
    found = live_choices(session, provider_id, helsinki_day(now))
    return disclose(session, found, Look(actor, now, Purpose.PROVIDER_PLAN, "choice"))
