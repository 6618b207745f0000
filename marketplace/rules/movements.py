"""The movements of a client's funding in order, each with what was left after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import NO_UNITS, Money, Quantity


class MovementKind(StrEnum):
    """What happened. The values are public; on one day movements are in this order."""

    GRANTED = "granted"
    ADDED = "added"
    MOVED_IN = "moved_in"
    USED_BEFORE = "used_before"
    VISIT = "visit"
    CORRECTED = "corrected"
    MOVED_OUT = "moved_out"
    REDUCED = "reduced"
    RETURNED = "returned"


ORDER = tuple(MovementKind)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a charge says about a visit: a correction has the difference, so its sums may be negative."""

    charge_id: int
    provider: str
    service: str
    quantity: Quantity
    unit: str
    county_pays_cents: Money
    you_pay_cents: Money


@dataclass(frozen=True, slots=True)
class Change:
    """One change of what is left: negative if there is less. `visit` is set for visits alone.

    `units` are hundredths of a funding that is granted in units, else 0.
    """

    kind: MovementKind
    day: date
    cents: Money
    units: Quantity = NO_UNITS
    visit: Visit | None = None

    @property
    def is_shown(self) -> bool:
        """Whether it says anything: units alone were added to the grants of before (docs/decisions/0151)."""
        return self.visit is not None or self.cents != 0


@dataclass(frozen=True, slots=True)
class Movement:
    """A change, and what was left after it: in cents, and in units if the funding limits them."""

    change: Change
    left_cents: Money
    left_units: Quantity | None


def movements_of(changes: Iterable[Change], *, in_units: bool) -> list[Movement]:
    """Return the movements in order of their days, with what was left after each.

    Args:
        in_units: Whether the funding is granted in units.
    """
    left, units, found = 0, 0, []
    for change in sorted(changes, key=_place):
        left, units = left + change.cents, units + change.units
        if change.is_shown:
            found.append(Movement(change, Money(left), Quantity(units) if in_units else None))
    return found


def _place(change: Change) -> tuple[date, int, bool, int]:
    first = 0 if change.visit is None else change.visit.charge_id
    return change.day, ORDER.index(change.kind), change.is_shown, first


def within(movements: Iterable[Movement], window: DateWindow) -> list[Movement]:
    """Return the movements of the days of a window."""
    return [movement for movement in movements if movement.change.day in window]


def last_until(movements: Iterable[Movement], day: date) -> Movement | None:
    """Return the last movement up to the end of a day; None if there was none."""
    return next((each for each in reversed(list(movements)) if each.change.day <= day), None)


@dataclass(frozen=True, slots=True)
class Used:
    """What the visits of some days took together."""

    visits: int
    county_pays_cents: Money
    you_pay_cents: Money
    units: Quantity


def used_in(movements: Sequence[Movement]) -> Used:
    """Return what the visits of the movements took; a correction is no visit, but its sums count."""
    visits = [each.change.visit for each in movements if each.change.visit]
    count = sum(each.change.kind is MovementKind.VISIT for each in movements)
    return Used(
        count,
        Money(sum(visit.county_pays_cents for visit in visits)),
        Money(sum(visit.you_pay_cents for visit in visits)),
        Quantity(sum(visit.quantity for visit in visits)),
    )
