"""The same reference again, the same visit again, two visits at once (R-04, R-27, R-28)."""

from typing import NamedTuple

from clearing.charges.facts.charge import Charge
from clearing.charges.facts.outcomes import Duplicate
from clearing.charges.rules.charge_in_context import ChargeInContext, Line
from clearing.reasons import (
    OVERLAPS_OTHER_PROVIDER,
    POSSIBLE_DOUBLE,
    REFERENCE_REUSED,
    Finding,
    report,
)

_DAYS_TOUCHED = 2
"""A visit lasts under 36 hours, so only visits of two days before or after can touch it."""


class UsedReference(NamedTuple):
    """A reference in use: the id of the stored charge, or its place in this batch, and its content."""

    charge_id: int | None
    place: int | None
    content: str


def reference_reused(charge: Charge, used: UsedReference) -> Finding | Duplicate | None:
    """This provider has an accepted, held or settled charge under this reference with other content (R-04).

    The same content: the first answer again, marked duplicate. Told alone. A refused charge does not
    keep its reference.
    """
    if charge.replaces is not None and charge.replaces == used.charge_id:
        return None
    if charge.content == used.content:
        return Duplicate(used.charge_id, used.place)
    return report(REFERENCE_REUSED, reference=charge.reference or "")


def _is_double(context: ChargeInContext, line: Line, on_same_day: bool) -> bool:
    """Tell whether another line is the same visit. A charge that is decided again has the reference of its
    own stored line."""
    charge = context.charge
    if (
        line.provider_id != charge.provider_id
        or line.service != charge.service
        or line.reference == charge.reference
    ):
        return False
    if charge.start and charge.end and line.start and line.end:
        return line.start < charge.end and charge.start < line.end
    return on_same_day and line.quantity == charge.quantity and line.price_cents == context.price_cents


def possible_double(context: ChargeInContext) -> Finding | None:
    """Same provider, funding and service with overlapping times (≥ 1 minute), under another reference (R-27).

    Or the same day, quantity and price where one has no times.
    """
    charge = context.charge
    if charge.service_day is None or charge.reference is None or context.times_unread:
        return None
    today, lines = charge.service_day.toordinal(), context.open_funding.lines
    touched = _DAYS_TOUCHED if charge.start else 0
    for day_number in range(today - touched, today + touched + 1):
        if day_number in lines:
            for line in lines[day_number]:
                if _is_double(context, line, day_number == today):
                    return report(POSSIBLE_DOUBLE, reference=line.reference)
    return None


def overlaps_other_provider(context: ChargeInContext) -> Finding | None:
    """The client at another provider at the same minute, on any funding (R-28)."""
    charge = context.charge
    visits = context.open_funding.visits
    if charge.start is None or charge.end is None or not visits:
        return None
    today = charge.start.toordinal()
    for day_number in range(today - _DAYS_TOUCHED, today + _DAYS_TOUCHED + 1):
        for visit in visits.get(day_number, ()):
            if (
                visit.provider_id != charge.provider_id
                and visit.start < charge.end
                and charge.start < visit.end
            ):
                return report(OVERLAPS_OTHER_PROVIDER)
    return None
