"""What a correction may take of a charge, how it is shared, and where its money goes (R-31).

A correction is a charge with negative cents and units; a correction of a correction has positive ones, and so
on. Every row keeps something between nothing and what it was, in the county's share, the client's and units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clearing.charges.corrections.rules.corrections import (
    CorrectedCharge,
    correction_over_original,
    given_back,
)
from clearing.reasons import AMOUNT_NOT_POSITIVE, CORRECTION_OVER_ORIGINAL, Finding, report
from foundation.vocabulary.money import Money, Quantity, half_up_division

NOTHING = Money(0)


class CorrectionReason(StrEnum):
    """Why a charge is corrected. The codes are public."""

    WRONG_QUANTITY = "wrong_quantity"
    WRONG_PRICE = "wrong_price"
    NOT_GIVEN = "not_given"
    WRONG_CLIENT = "wrong_client"
    WRONG_DAY = "wrong_day"
    AGREED = "agreed"
    APPROVAL_CHANGED = "approval_changed"


GIVEN_REASONS = tuple(
    reason for reason in CorrectionReason if reason is not CorrectionReason.APPROVAL_CHANGED
)
"""The reasons that a person gives. The program itself takes back what a changed approval does not cover."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A charge or a correction: signed cents and hundredths, and what came from the choice's hold.

    `drawn_quantity` are the units that it moved: none, if the funding was not granted in units.
    """

    id: int
    corrects_id: int | None
    price_cents: int
    county_pays_cents: int
    quantity: int
    from_held_cents: int
    drawn_quantity: int = 0
    from_held_quantity: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What is left to correct, without sign; or what a correction takes of it, with its sign."""

    county_cents: int
    client_cents: int
    quantity: int

    @property
    def price_cents(self) -> int:
        """The county's and the client's share together."""
        return self.county_cents + self.client_cents


def lineage(entries: Sequence[Entry], target_id: int) -> list[int]:
    """The row to be corrected, the one that it corrects, and so on up to the charge."""
    parents = {entry.id: entry.corrects_id for entry in entries}
    found, key = [target_id], parents.get(target_id)
    while key is not None:
        found.append(key)
        key = parents[key]
    return found


def what_is_left(entries: Sequence[Entry], target_id: int) -> Share:
    """What can still be taken of a row: no more than it has, nor than its ancestors of the same sign have."""
    kept = {entry.id: [0, 0, 0] for entry in entries}
    for entry in entries:
        own = (entry.county_pays_cents, entry.price_cents - entry.county_pays_cents, entry.quantity)
        for ancestor in lineage(entries, entry.id):
            kept[ancestor] = [a + b for a, b in zip(kept[ancestor], own, strict=True)]
    same_sign = lineage(entries, target_id)[::2]
    return Share(*(min(abs(kept[key][place]) for key in same_sign) for place in range(3)))


def correction_of(
    entries: Sequence[Entry], target_id: int, quantity: Quantity | None, price_cents: Money | None
) -> Share | Finding:
    """The share of a correction: so many units with their money, so much money, both, or all that remains.

    Units alone take the money in proportion of what remains; money alone takes no units.
    """
    left = what_is_left(entries, target_id)
    if left.price_cents == 0 and left.quantity == 0:
        return report(CORRECTION_OVER_ORIGINAL, left_cents=0)
    if (quantity is not None and quantity <= 0) or (price_cents is not None and price_cents <= 0):
        return report(AMOUNT_NOT_POSITIVE)
    units = left.quantity if quantity is None and price_cents is None else quantity or 0
    cents = _money_of(left, units) if price_cents is None else price_cents
    remaining = CorrectedCharge(Money(left.price_cents), Money(left.county_cents), NOTHING, NOTHING)
    if units > left.quantity or correction_over_original(remaining, Money(cents)):
        return report(CORRECTION_OVER_ORIGINAL, left_cents=left.price_cents)
    county = given_back(remaining, Money(cents)).county_cents if cents else 0
    sign = -1 if len(lineage(entries, target_id)) % 2 else 1
    return Share(sign * county, sign * (cents - county), sign * units)


def _money_of(left: Share, units: int) -> int:
    if units >= left.quantity:
        return left.price_cents
    return half_up_division(left.price_cents * units, left.quantity)


def nothing_is_left(entries: Sequence[Entry], share: Share) -> bool:
    """Return whether a further correction takes all that is left of a charge in money and units."""
    cents = sum(entry.price_cents for entry in entries) + share.price_cents
    return cents == 0 and sum(entry.quantity for entry in entries) + share.quantity == 0


def given_to_hold(entries: Sequence[Entry], county_cents: int, choice_lives: bool) -> int:
    """How much of what comes back is held again: a charge drew its hold first, so that comes back last."""
    if not choice_lives:
        return 0
    drawn_free = sum(entry.county_pays_cents - entry.from_held_cents for entry in entries)
    return max(county_cents - drawn_free, 0)


def units_given_to_hold(entries: Sequence[Entry], quantity: int, choice_lives: bool) -> int:
    """Return how many of the units that come back are held again, as `given_to_hold` does for money."""
    if not choice_lives:
        return 0
    drawn_free = sum(entry.drawn_quantity - entry.from_held_quantity for entry in entries)
    return max(quantity - drawn_free, 0)
