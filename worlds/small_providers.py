"""The twelve providers of the small world: every state of approval, of papers, of account and of price.

All twelve are approved for home care in county 12, so that one voucher may meet many providers. What differs
lies in housing support (county 12) and remote support (county 11), and in papers, account and prices.
"""

from __future__ import annotations

from datetime import date

from foundation.vocabulary.dates import DateWindow
from worlds.check_digits import business_id
from worlds.municipalities import SOUTH_KARELIA, SOUTH_SAVO, CountyPlan
from worlds.names import COMPANY_WORDS
from worlds.providers import (
    PAPERS,
    History,
    OfferingPlan,
    ProviderPlan,
    Span,
    UnitPlan,
    WrittenProvider,
    write_provider,
)
from worlds.services import BY_CODE
from worlds.world import World

COUNT = 12
PRICE_CHANGE, PRICE_HOLE, NO_NIGHT, UNTIMED = 3, 6, 5, 2
"""Places whose home care prices changed, have a hole of days, lack a class, do not differ by class."""

SUSPENDED_THEN, SUSPENDED_NOW, ENDED, PENDING = 3, 10, 11, 12
PAPERS_EXPIRED, PAPERS_GAP, ACCOUNT_UNVERIFIED = 8, 7, 9
SINCE_DAYS = 700
CANCELLING = {1: (24, 50), 2: (48, 100), 4: (12, 25)}
"""Places that may charge a cancelled visit: with less notice in hours than this, this share in per cent."""

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
    """Write the twelve, in the order of their places."""
    return [write_provider(world, _plan(world, place)) for place in range(1, COUNT + 1)]


def _plan(world: World, place: int) -> ProviderPlan:
    sold = (("HOME_CARE", 12), *MORE[place])
    home = SOUTH_SAVO.places[(place * 5) % len(SOUTH_SAVO.places)]
    return ProviderPlan(
        place=place,
        business_id=business_id(place),
        name=f"{COMPANY_WORDS[place]} {'Oy' if place % 3 else 'ry'}",
        about="Pieni ja tuttu palveluntuottaja.",
        first_visit="Ensimmäisellä käynnillä tutustumme ja sovimme yhdessä, miten autamme.",
        unit=UnitPlan(
            f"Kotikuja {place}", home.code, home.latitude, home.longitude, {"step_free": place % 2 == 0}
        ),
        papers=_papers(world, place),
        offerings=tuple(_offering(world, place, service, COUNTIES[county]) for service, county in sold),
        pending=_pending(world, place),
        account_verified=place != ACCOUNT_UNVERIFIED,
    )


def _papers(world: World, place: int) -> tuple[tuple[str, date, date | None], ...]:
    since = world.day(-SINCE_DAYS)
    whole = [(kind, since, None) for kind in PAPERS if (place, kind) not in _faulty_papers()]
    if place == PAPERS_EXPIRED:
        return (*whole, ("insurance", since, world.day(-30)))
    if place == PAPERS_GAP:
        return (*whole, ("register_entry", since, world.day(-41)), ("register_entry", world.day(-30), None))
    return tuple(whole)


def _faulty_papers() -> set[tuple[int, str]]:
    return {(PAPERS_EXPIRED, "insurance"), (PAPERS_GAP, "register_entry")}


def _offering(world: World, place: int, service: str, county: CountyPlan) -> OfferingPlan:
    notice_hours, share_percent = CANCELLING.get(place, NOTHING_CHARGED)
    return OfferingPlan(
        service=service,
        county_id=county.id,
        county=county.code,
        approval=_approval(world, place, service, county.id),
        prices=_prices(world, place, service, county),
        title=BY_CODE[service].names[0],
        languages=("fi", "sv") if place % 4 == 0 else ("fi",),
        remote=service == "REMOTE_SUPPORT",
        free_in_days=place,
        cancel_notice_hours=notice_hours,
        cancel_share_percent=share_percent,
    )


def _approval(world: World, place: int, service: str, county_id: int) -> History:
    approved = ("approved", world.day(-SINCE_DAYS))
    if (place, service) == (SUSPENDED_THEN, "HOUSING_SUPPORT"):
        return (approved, ("suspended", world.day(-40)), ("approved", world.day(-30)))
    if (place, service) == (SUSPENDED_NOW, "HOUSING_SUPPORT"):
        return (approved, ("suspended", world.day(-20)))
    if (place, service) == (ENDED, "HOUSING_SUPPORT"):
        return (approved, ("ended", world.day(-25)))
    if (place, service, county_id) == (PENDING, "REMOTE_SUPPORT", SOUTH_KARELIA.id):
        return (("pending", world.day(-50)), ("approved", world.day(-15)))
    return (approved,)


def _pending(world: World, place: int) -> tuple[tuple[int, str, History], ...]:
    if place != PENDING:
        return ()
    return ((SOUTH_SAVO.id, "HOUSING_SUPPORT", (("pending", world.day(-45)),)),)


def _prices(world: World, place: int, service: str, county: CountyPlan) -> tuple[Span, ...]:
    """Free services are sold at the county's value, others a little over or under it."""
    plan = BY_CODE[service]
    classes = {time_class for *_, time_class in county.hours}
    percent = 100 if plan.free_of_charge else 94 + 2 * place
    cents = {
        time_class: value * percent // 100
        for time_class, value in plan.values.items()
        if time_class in classes | {"any"}
    }
    if service == "HOME_CARE" and county.id == SOUTH_SAVO.id:
        return _home_care_prices(world, place, cents)
    since = world.day(-SINCE_DAYS)
    return tuple((time_class, one, since, None) for time_class, one in cents.items())


def _home_care_prices(world: World, place: int, cents: dict[str, int]) -> tuple[Span, ...]:
    since = world.day(-SINCE_DAYS)
    if place == UNTIMED:
        return (("any", 3_990, since, None),)
    if place == NO_NIGHT:
        cents = {time_class: one for time_class, one in cents.items() if time_class != "night"}
    spans = [DateWindow(since, world.day(3_000))]
    if place == PRICE_CHANGE:
        spans = [DateWindow(since, world.day(-21)), DateWindow(world.day(-20), world.day(3_000))]
    if place == PRICE_HOLE:
        spans = [DateWindow(since, world.day(-26)), DateWindow(world.day(-15), world.day(3_000))]
    return tuple(
        (time_class, one + 150 * later, span.first, None if later == len(spans) - 1 else span.last)
        for later, span in enumerate(spans)
        for time_class, one in cents.items()
    )
