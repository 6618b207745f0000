"""What was planned for a client and what was given, by choice: the visits of the last weeks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from foundation.vocabulary.money import Quantity
from marketplace.rules.visit_list import VisitState, VisitWithState

CANCELLED = VisitState.CANCELLED


@dataclass(frozen=True, slots=True)
class PlannedAndGiven:
    """Quantities of visits that are over: planned, given (charged); and visits cancelled or not charged."""

    planned: Quantity
    given: Quantity
    cancelled_visits: int
    unbilled_visits: int


def planned_and_given(visits: Iterable[VisitWithState]) -> PlannedAndGiven:
    """Return the sums of visits that are over. A cancelled visit was planned and not given."""
    over = [visit for visit in visits if visit.state is not VisitState.PLANNED]
    return PlannedAndGiven(
        planned=Quantity(sum(visit.visit.quantity for visit in over)),
        given=Quantity(
            sum(visit.charged_quantity for visit in over if visit.state is not VisitState.CANCELLED)
        ),
        cancelled_visits=sum(visit.state is CANCELLED for visit in over),
        unbilled_visits=sum(visit.state is VisitState.UNBILLED for visit in over),
    )
