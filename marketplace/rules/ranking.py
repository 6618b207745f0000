"""The order of a list of offerings. Nobody can buy a place in it."""

from __future__ import annotations

from enum import StrEnum


class Sort(StrEnum):
    """Orders that a client can request (contract, GET /offerings)."""

    OWN_SHARE = "own_share"
    PRICE = "price"
    DISTANCE = "distance"
    SOONEST = "soonest"


def fitting_sort(requested: Sort | None, *, has_funding: bool, has_place: bool) -> Sort:
    """Return the requested order if its facts are known; else by own share, or by price without a voucher."""
    lacks_place = requested is Sort.DISTANCE and not has_place
    lacks_funding = requested is Sort.OWN_SHARE and not has_funding
    if requested is None or lacks_place or lacks_funding:
        return Sort.OWN_SHARE if has_funding else Sort.PRICE
    return requested
