"""The order of a list of offerings. Nobody can buy a place in it."""

from __future__ import annotations

from enum import StrEnum


class Sort(StrEnum):
    """Orders that a client can ask for (contract, GET /offerings)."""

    OWN_SHARE = "own_share"
    PRICE = "price"
    DISTANCE = "distance"
    SOONEST = "soonest"


def fitting_sort(asked: Sort | None, *, has_funding: bool, has_place: bool) -> Sort:
    """The order asked for if its facts are known; else by what I pay, or by price without a voucher."""
    if asked is Sort.DISTANCE and not has_place:
        asked = None
    if asked is Sort.OWN_SHARE and not has_funding:
        asked = Sort.PRICE
    return asked or (Sort.OWN_SHARE if has_funding else Sort.PRICE)
