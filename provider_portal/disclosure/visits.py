"""Visits that clients have planned with a provider."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from clearing.plans.facts.plan import VisitId
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import Actor
from marketplace.load.listed_visit import ListedVisit
from marketplace.load.video_links import with_links
from marketplace.load.visit_list import visit_by_id, visits_of_provider
from marketplace.rules.visit_list import VisitState


def planned_visits(
    session: Session,
    provider_id: int,
    window: DateWindow,
    *,
    first: int,
    count: int,
    actor: Actor,
    now: datetime,
    state: VisitState | None = None,
    timed: bool = False,
) -> tuple[list[ListedVisit], int]:
    """Return a page of the provider's visits on the days of a window by their time, and the number of all.

    With `state` only those in it, and with `timed` those that have times. A fee that is not charged is listed
    with what is not charged.
    """
    found = visits_of_provider(session, provider_id, window, now)
    found = [visit for visit in found if visit.start is not None or not timed]
    found = [visit for visit in found if state in (None, visit.state) or _is_owed(visit, state, now)]
    look = Look(actor, now, Purpose.PROVIDER_PLAN, "visit")
    page = with_links(session, found[first : first + count])
    return disclose(session, page, look), len(found)


def _is_owed(visit: ListedVisit, state: VisitState | None, now: datetime) -> bool:
    return state is VisitState.UNBILLED and visit.planned.has_open_fee(now)


def visit_to_charge(
    session: Session, provider_id: int, visit_id: VisitId, *, now: datetime
) -> ListedVisit | None:
    """Return a visit planned with the provider. Its charge has its own audit row."""
    found = visit_by_id(session, visit_id, now)
    if found is None or found.choice.provider_id != provider_id:
        return None
    return with_links(session, [found])[0]
