"""What a county decides on a service of an application, and what is wrong with a decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from foundation.vocabulary.dates import is_plausible
from foundation.vocabulary.refusals import Refusal
from marketplace.rules.applying import LONGEST_TEXT, AppliedService

DECISION_REFUSED: Final = "decision_refused"
"""The code of a decision that is not possible; the refusal's reasons name its fields."""
APPROVED_ALREADY: Final = Refusal("approved_already", "last_day")
"""The service is approved already: a decision adds municipalities, and does not change the window."""
APPLICATION_NOT_WAITING: Final = Refusal("application_not_waiting")
"""The application does not wait for the county: it was decided, withdrawn, or the applicant adds to it."""
OWN_COMPANY: Final = Refusal("own_company")
"""Nobody decides on an application of their own."""


@dataclass(frozen=True, slots=True)
class ServiceDecision:
    """What a county decides on a service of an application; no municipalities: the whole county."""

    is_approved: bool
    first_day: date
    last_day: date | None = None
    municipalities: tuple[str, ...] = ()
    why: str = ""


def faults_of_decision(decision: ServiceDecision, applied: AppliedService, today: date) -> Iterator[Refusal]:
    """Yield what is wrong with a decision."""
    if not decision.is_approved and not decision.why.strip():
        yield Refusal("why_missing", "why")
    if len(decision.why) > LONGEST_TEXT:
        yield Refusal("why_too_long", "why")
    if not decision.is_approved:
        return
    if decision.first_day < today:
        yield Refusal("first_day_past", "first_day")
    elif not is_plausible(decision.first_day):
        yield Refusal("day_impossible", "first_day")
    if decision.last_day is not None and decision.last_day < decision.first_day:
        yield Refusal("days_backwards", "last_day")
    if applied.municipalities and not set(decision.municipalities) <= set(applied.municipalities):
        yield Refusal("municipality_not_applied_for", "municipalities")
    if applied.municipalities and not decision.municipalities:
        yield Refusal("municipality_missing", "municipalities")
