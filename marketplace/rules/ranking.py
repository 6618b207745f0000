"""The order of a list, and the sentence that says why. Nobody can buy a place."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

N_: Callable[[str], str] = str
"""Marks a text for translation; the pages translate it."""


class Sort(StrEnum):
    """Orders that a client can ask for (contract, GET /offerings)."""

    OWN_SHARE = "own_share"
    PRICE = "price"
    DISTANCE = "distance"
    SOONEST = "soonest"


WHY_IN_THIS_ORDER = {
    Sort.OWN_SHARE: N_(
        "The one that costs you least is first. If two cost the same, the cheaper price is first."
    ),
    Sort.PRICE: N_("The lowest price is first."),
    Sort.DISTANCE: N_("The nearest place is first. Help at a distance comes last."),
    Sort.SOONEST: N_("The one that can start soonest is first."),
}
NOBODY_BUYS = N_("Nobody can pay for a better place in this list.")

SORT_NAMES = {
    Sort.OWN_SHARE: N_("What I pay"),
    Sort.PRICE: N_("Price"),
    Sort.DISTANCE: N_("Distance"),
    Sort.SOONEST: N_("Who can start soonest"),
}


def fitting_sort(asked: Sort | None, *, has_funding: bool, has_place: bool) -> Sort:
    """The order asked for if its facts are known; else by what I pay, or by price without a voucher."""
    if asked is Sort.DISTANCE and not has_place:
        asked = None
    if asked is Sort.OWN_SHARE and not has_funding:
        asked = Sort.PRICE
    return asked or (Sort.OWN_SHARE if has_funding else Sort.PRICE)
