"""A planned visit as the charge that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Protocol

from clearing.plans.facts.plan import VisitId
from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.units import HOUR
from marketplace.rules.visit_list import VisitWithState
from provider_portal.rules.visit_entry import VisitEntry


class ChosenService(Protocol):
    """What a charge names of the choice of a visit."""

    @property
    def voucher(self) -> str:
        """The code of the voucher."""

    @property
    def service(self) -> str:
        """The code of the service."""

    @property
    def unit(self) -> str:
        """The unit of the offering."""


@dataclass(frozen=True, slots=True)
class GivenVisit:
    """What was given in place of the planned visit, and why: quantity in hundredths, None if times say it.

    `part` tells apart the charges of help without times, which may be given in parts.
    """

    day: date
    start: time | None
    end: time | None
    quantity: int | None
    why: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Tap:
    """A press of *done as planned* for help without times: its day, and what was left of the help then.

    The quantity is in hundredths. Sent later it is the same charge.
    """

    day: date
    quantity: int


def visit_reference(visit: VisitId) -> str:
    """Return the reference of the charge of a visit: the same each time, so that there is one charge."""
    return f"V-{visit.text}"


def given_reference(planned: VisitWithState, part: str) -> str:
    """Return the reference of a visit that was given otherwise: its own with times, else one of each part."""
    reference = visit_reference(planned.visit.id)
    return reference if planned.visit.start is not None else f"{reference}-{part}"


def left_of(planned: VisitWithState) -> int:
    """Return how much of a visit is not charged, in hundredths."""
    return max(0, planned.visit.quantity - planned.charged_quantity)


def entry_of(
    planned: VisitWithState, choice: ChosenService, today: date, tap: Tap | None = None
) -> VisitEntry:
    """Return the visit as if it had been typed; what has no times with the quantity that is left of it.

    A `tap` that was kept says the day and the quantity in place of today and what is left now.

    A visit with times is named: there is one charge of it. Without times it stands for a week or a month,
    which may be charged in parts.
    """
    visit = planned.visit
    start, end = visit.start, visit.end
    quantity: int | None = visit.quantity
    day = visit.day
    if start is None:
        now_left = Tap(max(visit.day, min(today, planned.last_day)), left_of(planned))
        day, quantity = (tap or now_left).day, (tap or now_left).quantity
    elif choice.unit == HOUR:
        quantity = None
    return VisitEntry(
        reference=visit_reference(visit.id),
        voucher=choice.voucher,
        service=choice.service,
        unit=choice.unit,
        service_day=day,
        start=None if start is None else start.astimezone(HELSINKI).time(),
        end=None if end is None else end.astimezone(HELSINKI).time(),
        quantity=quantity,
        visit="" if start is None else visit.id.text,
    )


def given_entry(planned: VisitWithState, choice: ChosenService, given: GivenVisit) -> VisitEntry:
    """Return a visit that was given otherwise than planned, as if it had been typed, without a price."""
    is_timed = planned.visit.start is not None
    return VisitEntry(
        reference=given_reference(planned, given.part),
        voucher=choice.voucher,
        service=choice.service,
        unit=choice.unit,
        service_day=given.day,
        start=given.start,
        end=given.end,
        quantity=given.quantity,
        note=given.why,
        visit=planned.visit.id.text if is_timed else "",
    )
