"""The twelve providers of the small world: every state of approval, of papers, of account and of price.

All twelve are approved for home care in county 12, so that one voucher may meet many providers. They differ
in housing support (county 12) and remote support (county 11), and in papers, account and prices.
"""

from __future__ import annotations

from datetime import date

from foundation.vocabulary.dates import DateWindow
from worlds.check_digits import business_id
from worlds.municipalities import SOUTH_KARELIA, SOUTH_SAVO, CountyPlan
from worlds.names import COMPANY_WORDS
from worlds.providers import (
    PAPERS,
    DatedPrice,
    History,
    OfferingPlan,
    ProviderPlan,
    UnitPlan,
    WrittenProvider,
    write_provider,
)
from worlds.services import BY_CODE
from worlds.world import World

COUNT = 12
PRICE_CHANGE, PRICE_HOLE, NO_NIGHT, UNTIMED = 3, 6, 5, 2
"""Indexes: home care prices that changed, have a gap of days, lack a class, do not differ by class."""

SUSPENDED_THEN, SUSPENDED_NOW, ENDED, PENDING = 3, 10, 11, 12
PAPERS_EXPIRED, PAPERS_GAP, ACCOUNT_UNVERIFIED = 8, 7, 9
SINCE_DAYS = 700
CANCELLING = {1: (24, 50), 2: (48, 100), 4: (12, 25)}
"""Indexes of providers that may charge a cancelled visit: hours of notice, share in per cent."""

NOTHING_CHARGED = (24, 0)

MORE = {
    1: (("PERSONAL_ASSISTANCE", 12), ("HOUSING_SUPPORT", 12), ("PERSONAL_ASSISTANCE", 11)),
    2: (("SHORT_TERM_CARE", 12), ("HOME_CARE", 11), ("MEALS", 12)),
    3: (("HOUSING_SUPPORT", 12), ("HOME_CARE", 11)),
    4: (("TRANSPORT", 12), ("TRANSPORT", 11), ("MEALS", 11)),
    5: (("SPORT_AND_CULTURE", 12), ("REMOTE_SUPPORT", 12), ("REMOTE_SUPPORT", 11)),
    6: (("COMMUNICATION_SUPPORT", 12), ("SIGN_LANGUAGE", 12), ("SIGN_LANGUAGE", 11)),
    7: (("COMMUNAL_HOUSING", 12), ("NIGHT_CARE", 12), ("COMMUNAL_HOUSING", 11)),
    8: (("PERSONAL_ASSISTANCE", 12),),
    9: (("PERSONAL_ASSISTANCE", 12), ("REMOTE_SUPPORT", 12)),
    10: (("HOUSING_SUPPORT", 12),),
    11: (("HOUSING_SUPPORT", 12),),
    12: (("REMOTE_SUPPORT", 11),),
}
COUNTIES = {county.id: county for county in (SOUTH_SAVO, SOUTH_KARELIA)}


def write_small_providers(world: World) -> list[WrittenProvider]:
    """Write the twelve providers in the order of their indexes."""
    return [write_provider(world, _plan(world, index)) for index in range(1, COUNT + 1)]


def _plan(world: World, index: int) -> ProviderPlan:
    sold = (("HOME_CARE", 12), *MORE[index])
    home = SOUTH_SAVO.places[(index * 5) % len(SOUTH_SAVO.places)]
    return ProviderPlan(
        index=index,
        business_id=business_id(index),
        name=f"{COMPANY_WORDS[index]} {'Oy' if index % 3 else 'ry'}",
        about="Pieni ja tuttu palveluntuottaja.",
        first_visit="Ensimmäisellä käynnillä tutustumme ja sovimme yhdessä, miten autamme.",
        unit=UnitPlan(
            f"Kotikuja {index}", home.code, home.latitude, home.longitude, {"step_free": index % 2 == 0}
        ),
        papers=_papers(world, index),
        offerings=tuple(_offering(world, index, service, COUNTIES[county]) for service, county in sold),
        pending=_pending(world, index),
        account_verified=index != ACCOUNT_UNVERIFIED,
    )


def _papers(world: World, index: int) -> tuple[tuple[str, date, date | None], ...]:
    since = world.day(-SINCE_DAYS)
    valid = [(kind, since, None) for kind in PAPERS if (index, kind) not in _faulty_papers()]
    if index == PAPERS_EXPIRED:
        return (*valid, ("insurance", since, world.day(-30)))
    if index == PAPERS_GAP:
        return (*valid, ("register_entry", since, world.day(-41)), ("register_entry", world.day(-30), None))
    return tuple(valid)


def _faulty_papers() -> set[tuple[int, str]]:
    return {(PAPERS_EXPIRED, "insurance"), (PAPERS_GAP, "register_entry")}


def _offering(world: World, index: int, service: str, county: CountyPlan) -> OfferingPlan:
    notice_hours, share_percent = CANCELLING.get(index, NOTHING_CHARGED)
    return OfferingPlan(
        service=service,
        county_id=county.id,
        county=county.code,
        approval=_approval(world, index, service, county.id),
        prices=_prices(world, index, service, county),
        title=BY_CODE[service].name_fi,
        languages=("fi", "sv") if index % 4 == 0 else ("fi",),
        remote=service == "REMOTE_SUPPORT",
        communication=("plain_language", "pictures") if index % 3 == 0 else (),
        home_visits=None if index % 5 == 0 else service == "HOME_CARE",
        free_in_days=index,
        cancel_notice_hours=notice_hours,
        cancel_share_percent=share_percent,
    )


def _approval(world: World, index: int, service: str, county_id: int) -> History:
    approved = ("approved", world.day(-SINCE_DAYS))
    if (index, service) == (SUSPENDED_THEN, "HOUSING_SUPPORT"):
        return (approved, ("suspended", world.day(-40)), ("approved", world.day(-30)))
    if (index, service) == (SUSPENDED_NOW, "HOUSING_SUPPORT"):
        return (approved, ("suspended", world.day(-20)))
    if (index, service) == (ENDED, "HOUSING_SUPPORT"):
        return (approved, ("ended", world.day(-25)))
    if (index, service, county_id) == (PENDING, "REMOTE_SUPPORT", SOUTH_KARELIA.id):
        return (("pending", world.day(-50)), ("approved", world.day(-15)))
    return (approved,)


def _pending(world: World, index: int) -> tuple[tuple[int, str, History], ...]:
    if index != PENDING:
        return ()
    return ((SOUTH_SAVO.id, "HOUSING_SUPPORT", (("pending", world.day(-45)),)),)


def _prices(world: World, index: int, service: str, county: CountyPlan) -> tuple[DatedPrice, ...]:
    """Return prices: the county's value for services free of charge, else a little over or under it."""
    plan = BY_CODE[service]
    classes = {time_class for *_, time_class in county.hours}
    percent = 100 if plan.free_of_charge else 94 + 2 * index
    cents = {
        time_class: value * percent // 100
        for time_class, value in plan.values.items()
        if time_class in classes | {"any"}
    }
    if service == "HOME_CARE" and county.id == SOUTH_SAVO.id:
        return _home_care_prices(world, index, cents)
    since = world.day(-SINCE_DAYS)
    return tuple((time_class, price, since, None) for time_class, price in cents.items())


def _home_care_prices(world: World, index: int, cents: dict[str, int]) -> tuple[DatedPrice, ...]:
    since = world.day(-SINCE_DAYS)
    if index == UNTIMED:
        return (("any", 3_990, since, None),)
    if index == NO_NIGHT:
        cents = {time_class: price for time_class, price in cents.items() if time_class != "night"}
    spans = [DateWindow(since, world.day(3_000))]
    if index == PRICE_CHANGE:
        spans = [DateWindow(since, world.day(-21)), DateWindow(world.day(-20), world.day(3_000))]
    if index == PRICE_HOLE:
        spans = [DateWindow(since, world.day(-26)), DateWindow(world.day(-15), world.day(3_000))]
    return tuple(
        (time_class, price + 150 * later, span.first, None if later == len(spans) - 1 else span.last)
        for later, span in enumerate(spans)
        for time_class, price in cents.items()
    )
