"""The statement of a search: what is found, with what its order and its counts read of each offering.

It reads an offering once. Names and texts are read later, only of the offerings that are shown.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    SmallInteger,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from clearing.grants.facts.funding import ANY_CLASS
from foundation.database.tables.providers import ListedOffering, Offering, Provider
from foundation.database.tables.services import Service
from marketplace.load.search_conditions import (
    Columns,
    approved,
    has_any_name,
    in_box,
    scope,
    wish_conditions,
    word_conditions,
)
from marketplace.load.search_shape import DAY, LATITUDE, LONGITUDE, SearchShape
from marketplace.load.shown_price import ShownPrice, class_id, price_of_the_day
from marketplace.rules.distance import EARTH_RADIUS_KM
from marketplace.rules.ranking import Sort

SHOWN = frozenset({"price_cents", "distance_km"})
"""The columns that a list reads of what is found, beside its order."""


def found_offerings(
    shape: SearchShape, *, priced: bool = True, columns: frozenset[str] | None = None
) -> Select[*tuple[Any, ...]]:
    """Return the statement of what is found, not sorted.

    Args:
        priced: Look up the price of each offering. To count them it is needed only as a condition.
        columns: The columns to read beside the order; None for all that conditions read.
    """
    needs_price = priced or "max_price" in shape.wishes or bool(shape.wishes.time_classes)
    price = price_of_the_day(ListedOffering.offering_id, shape.preferred_classes) if needs_price else None
    of = _columns(shape, price)
    found = select(*of.labelled(columns), *_sort_keys(shape, price)).join(
        Service, Service.id == ListedOffering.service_id
    )
    if _reads_names(shape):
        found = found.join(Offering, Offering.id == ListedOffering.offering_id)
        found = found.join(Provider, Provider.id == ListedOffering.provider_id)
    return (found if price is None else found.join(price.of_offering, true())).where(
        approved(),
        *scope(shape),
        *word_conditions(shape),
        *in_box(shape.wishes),
        *wish_conditions(shape.wishes, of),
    )


def _columns(shape: SearchShape, price: ShownPrice | None) -> Columns:
    return Columns(
        service=Service.code,
        county_id=ListedOffering.county_id,
        municipalities=ListedOffering.municipalities,
        languages=ListedOffering.languages,
        remote=ListedOffering.remote,
        communication=ListedOffering.communication,
        home_visits=ListedOffering.home_visits,
        next_free_on=ListedOffering.next_free_on,
        access=ListedOffering.access,
        time_classes=null().cast(ARRAY(SmallInteger)) if price is None else price.time_classes,
        price_cents=null().cast(Integer) if price is None else price.unit_price_cents,
        distance_km=_distance() if "near" in shape.wishes else null().cast(Float),
    )


def _sort_keys(shape: SearchShape, price: ShownPrice | None) -> list[Any]:
    soonest = case(
        (ListedOffering.next_free_on.is_(None), null()), else_=func.greatest(ListedOffering.next_free_on, DAY)
    )
    return [
        ListedOffering.offering_id.label("id"),
        ListedOffering.service_id,
        soonest.label("soonest"),
        _fit(shape).label("fit"),
        (null().cast(Integer) if price is None else _own_share(shape, price)).label("own_share"),
    ]


def sort_order(sort: Sort, of: Any) -> list[ColumnElement[Any]]:
    """Return the columns to sort by; ties by price and id, so that pages never overlap."""
    orders: dict[Sort, list[ColumnElement[Any]]] = {
        Sort.OWN_SHARE: [of.own_share.asc().nulls_last()],
        Sort.PRICE: [],
        Sort.DISTANCE: [of.distance_km.asc().nulls_last()],
        Sort.SOONEST: [of.soonest.asc().nulls_last()],
        Sort.FIT: [
            of.fit.desc(),
            of.soonest.asc().nulls_last(),
            of.distance_km.asc().nulls_last(),
            of.service_id.asc(),
        ],
    }
    return [*orders[sort], of.price_cents.asc().nulls_last(), of.id.asc()]


def _distance() -> ColumnElement[Any]:
    """The haversine formula of `marketplace.rules.distance` in SQL; NULL if the offering has no place."""
    north = func.radians(ListedOffering.latitude - LATITUDE)
    east = func.radians(ListedOffering.longitude - LONGITUDE)
    both = func.cos(func.radians(LATITUDE)) * func.cos(func.radians(ListedOffering.latitude))
    inside = func.power(func.sin(north / 2), 2) + both * func.power(func.sin(east / 2), 2)
    far = 2 * EARTH_RADIUS_KM * func.asin(func.least(1.0, func.sqrt(inside)))
    return case(
        (ListedOffering.latitude.is_not(None), far)
    )  # LEAST ignores NULLs: no place would be far away


def _own_share(shape: SearchShape, price: ShownPrice) -> ColumnElement[Any]:
    """What the client pays of the price shown; NULL if the county has no value for its time class (R-21)."""
    cents: ColumnElement[Any] = price.unit_price_cents
    if shape.purse is None:
        return cents
    if shape.time_class is None:
        return null().cast(Integer)
    priced_class = case(
        (price.time_class_id == class_id(ANY_CLASS), class_id(shape.time_class)),
        else_=price.time_class_id,
    )
    whens = [
        (
            and_(Service.code == bindparam(f"paid_{number}"), cents.is_not(None)),
            _beyond(cents, priced_class, number, classes),
        )
        for number, classes in enumerate(shape.purse)
    ]
    return case(*whens, else_=cents) if whens else cents


def _beyond(
    cents: ColumnElement[Any], time_class: ColumnElement[Any], service: int, classes: tuple[str, ...]
) -> ColumnElement[Any]:
    """What is left of a price beyond the county's value of a time class, for one service of the purse."""
    if not classes:
        return literal(0)
    beyond = {name: func.greatest(0, cents - bindparam(f"paid_{service}_{name}")) for name in classes}
    rest = beyond.pop(ANY_CLASS, null())
    shares = [(time_class == class_id(name), share) for name, share in beyond.items()]
    return case(*shares, else_=rest) if shares else rest


def _reads_names(shape: SearchShape) -> bool:
    return shape.sort is Sort.FIT and shape.meant > 0 and shape.names > 0


def _fit(shape: SearchShape) -> ColumnElement[Any]:
    """How well an offering fits the words: its service's score, and more if names have the other words."""
    scores = [
        (Service.code == bindparam(f"meant_{number}"), bindparam(f"score_{number}", type_=Float))
        for number in range(shape.meant)
    ]
    score: ColumnElement[Any] = case(*scores, else_=0.0) if scores else literal(0.0)
    if _reads_names(shape):
        score += case((has_any_name(shape), 1.0), else_=0.0)
    return score
