"""Planned and given visits of a client by choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from county_desk.rules.planned_and_given import PlannedAndGiven, planned_and_given
from foundation.vocabulary.dates import ONE_DAY, DateWindow, helsinki_day
from marketplace.load.listed_visit import ListedVisit, VisitChoice
from marketplace.load.visit_list import visits_of_clients

WEEKS = 8


@dataclass(frozen=True, slots=True)
class ChoiceCourse:
    """A choice, and what was planned and given of it in the last eight weeks."""

    choice: VisitChoice
    sums: PlannedAndGiven


def course_of_client(session: Session, client_id: int, now: datetime) -> list[ChoiceCourse]:
    """Return the course of each choice of a client that had visits until yesterday, in order of choosing."""
    last = helsinki_day(now) - ONE_DAY
    window = DateWindow(last - timedelta(weeks=WEEKS), last)
    visits: dict[int, list[ListedVisit]] = {}
    for visit in visits_of_clients(session, [client_id], window, now):
        visits.setdefault(visit.choice.id, []).append(visit)
    return [
        ChoiceCourse(found[0].choice, planned_and_given(visit.planned for visit in found))
        for _choice_id, found in sorted(visits.items())
    ]
