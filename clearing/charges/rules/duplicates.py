"""The same reference again, the same visit again, two visits at once (R-04, R-27, R-28)."""

from typing import NamedTuple

from clearing.charges.facts.charge import Charge
from clearing.charges.facts.outcomes import Duplicate
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.charges.rules.open_funding import PreviousCharge
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

    The same content: the first answer again, marked duplicate. It is reported on its own. A refused charge
    does not keep its reference.
    """
    if charge.replaces is not None and charge.replaces == used.charge_id:
        return None
    if charge.content == used.content:
        return Duplicate(used.charge_id, used.place)
    return report(REFERENCE_REUSED, reference=charge.reference or "")


def _is_double(context: ChargeInContext, other: PreviousCharge, on_same_day: bool) -> bool:
    """Return whether another charge may be of the same visit.

    A charge that is decided again meets its own stored row, which has the same reference.
    """
    charge = context.charge
    if (
        other.provider_id != charge.provider_id
        or other.service != charge.service
        or other.reference == charge.reference
    ):
        return False
    if charge.start and charge.end and other.start and other.end:
        return other.start < charge.end and charge.start < other.end
    return on_same_day and other.quantity == charge.quantity and other.price_cents == context.price_cents


def possible_double(context: ChargeInContext) -> Finding | None:
    """Same provider, funding and service with overlapping times (≥ 1 minute), under another reference (R-27).

    Or the same day, quantity and price where one has no times. Silent beside `times_invalid` (R-06): the
    charge is refused, and compared when it comes again with times that can be right.
    """
    charge = context.charge
    if charge.service_day is None or charge.reference is None or context.times_unread:
        return None
    today, previous = charge.service_day.toordinal(), context.open_funding.previous
    touched = _DAYS_TOUCHED if charge.start else 0
    for day_number in range(today - touched, today + touched + 1):
        if day_number in previous:
            for other in previous[day_number]:
                if _is_double(context, other, day_number == today):
                    return report(POSSIBLE_DOUBLE, reference=other.reference)
    return None


def overlaps_other_provider(context: ChargeInContext) -> Finding | None:
    """The client at another provider at the same minute, on any funding (R-28).

    Planned visits are compared in the same way when a client chooses a helper or moves a visit.
    """
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
