"""The order of a list of offerings. Nobody can buy a place in it."""

from __future__ import annotations

from enum import StrEnum


class Sort(StrEnum):
    """Orders that a client can request (contract, GET /offerings)."""

    OWN_SHARE = "own_share"
    PRICE = "price"
    DISTANCE = "distance"
    SOONEST = "soonest"
    FIT = "fit"


def fitting_sort(
    requested: Sort | None, *, has_funding: bool, has_place: bool, one_service: bool = True
) -> Sort:
    """Return the requested order if its facts are known; else the usual one.

    The usual order is by own share, or by price without a voucher. Prices of different services are per
    different units, so the usual order of several services is by how well they fit the words.
    """
    lacks_place = requested is Sort.DISTANCE and not has_place
    lacks_funding = requested is Sort.OWN_SHARE and not has_funding
    if requested is not None and not lacks_place and not lacks_funding:
        return requested
    if not one_service:
        return Sort.FIT
    return Sort.OWN_SHARE if has_funding else Sort.PRICE
