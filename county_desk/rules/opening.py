"""Opening balances: the vouchers in use that a county brings from its earlier system, and their totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from foundation.vocabulary.labels import N_
from foundation.vocabulary.money import Money, Quantity

OPENING_TEXTS = {
    "used_over_granted": N_("More euros were used than the voucher has."),
    "used_units_over_granted": N_("More units were used than the voucher has."),
    "units_not_granted": N_("The voucher is not granted in units: give what was used in euros alone."),
    "window_before_opening": N_("The voucher ends before the opening day: leave it in the earlier system."),
    "already_in_book": N_("This decision is in the books already."),
    "plan_unreadable": N_("Write the plan as 6/week, 40/month, total 20, or mon,thu 17:00-19:00."),
    "chosen_provider_unknown": N_("There is no provider with this business ID."),
    "offering_not_found": N_("The provider does not offer this voucher's service in public."),
    "offering_ambiguous": N_("The provider has several offerings of this service. Name one by its number."),
}
"""What is wrong with a row, by public code, beside what can be wrong with a decision (msgids)."""


class OpeningState(StrEnum):
    """Where the file of opening balances is. The values are stored."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class OpeningRefusal(StrEnum):
    """Why nothing was done. The codes are public."""

    UNKNOWN = "opening_unknown"
    DECIDED = "opening_decided"
    SAME_PERSON = "same_person"
    CHANGED = "opening_changed"
    WHY_MISSING = "why_missing"
    FILE_KNOWN = "opening_file_known"


@dataclass(frozen=True, slots=True)
class OpenedVoucher:
    """A voucher as it comes in, after the choice of its provider: whole cents and hundredths of a unit."""

    cost_centre: str
    services: str
    granted_cents: Money
    used_cents: Money
    held_cents: Money
    free_cents: Money
    granted_hundredths: Quantity
    used_hundredths: Quantity
    has_choice: bool


@dataclass(frozen=True, slots=True)
class OpeningTotal:
    """The sums of one cost centre and service, to compare with the earlier system's report."""

    cost_centre: str
    services: str
    vouchers: int
    choices: int
    granted_cents: int
    used_cents: int
    held_cents: int
    free_cents: int
    granted_hundredths: int
    used_hundredths: int

    @property
    def left_cents(self) -> Money:
        """Return what is left: booked and free."""
        return Money(self.held_cents + self.free_cents)

    @property
    def of_earlier_system(self) -> OpeningTotal:
        """Return the total without what the choices hold."""
        return replace(self, held_cents=0, free_cents=self.left_cents)

    def as_stored(self) -> dict[str, Any]:
        """Return the total as JSON."""
        return asdict(self)


def totals_of(vouchers: Iterable[OpenedVoucher]) -> tuple[OpeningTotal, ...]:
    """Return the totals in order of cost centre and service."""
    groups: defaultdict[tuple[str, str], list[OpenedVoucher]] = defaultdict(list)
    for voucher in vouchers:
        groups[voucher.cost_centre, voucher.services].append(voucher)
    return tuple(_total(*key, groups[key]) for key in sorted(groups))


def _total(cost_centre: str, services: str, vouchers: list[OpenedVoucher]) -> OpeningTotal:
    return OpeningTotal(
        cost_centre,
        services,
        vouchers=len(vouchers),
        choices=sum(voucher.has_choice for voucher in vouchers),
        granted_cents=sum(voucher.granted_cents for voucher in vouchers),
        used_cents=sum(voucher.used_cents for voucher in vouchers),
        held_cents=sum(voucher.held_cents for voucher in vouchers),
        free_cents=sum(voucher.free_cents for voucher in vouchers),
        granted_hundredths=sum(voucher.granted_hundredths for voucher in vouchers),
        used_hundredths=sum(voucher.used_hundredths for voucher in vouchers),
    )


def agree(new: Iterable[OpeningTotal], earlier: Iterable[OpeningTotal]) -> bool:
    """Return whether two reports agree in all that the earlier system says: what is booked may differ."""
    return [total.of_earlier_system for total in new] == [total.of_earlier_system for total in earlier]


def total_of(totals: Iterable[OpeningTotal]) -> OpeningTotal:
    """Return the sums of all totals."""
    rows = list(totals)
    names = [name for name in OpeningTotal.__slots__ if name not in ("cost_centre", "services")]
    return OpeningTotal("", "", **{name: sum(getattr(row, name) for row in rows) for name in names})
