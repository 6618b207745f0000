"""/tt/hinnat: what the county pays, its calendar and the holes in it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, render_template

from county_desk.load.catalogue import ValueLine, value_lines
from foundation.vocabulary.roles import COUNTY_READERS
from foundation.web.clock import today
from foundation.web.identity import allow, current_actor
from foundation.web.pages import Page
from foundation.web.transaction import db
from marketplace.load.catalogue import services, time_class_names
from marketplace.load.price_shelf import Shelf, load_shelf, values_in_force
from marketplace.rules.day_coverage import DAY_KINDS, clock_text, holes

blueprint = Blueprint("county_catalogue", __name__, template_folder="../templates")


@blueprint.get("/tt/hinnat")
@allow(*COUNTY_READERS)
def show() -> Page:
    """Values and caps by time class, the calendar, and what both leave open."""
    county_id = current_actor().county_id or 0
    shelf = load_shelf(db(), county_id, today())
    return render_template(
        "county_desk/prices.html",
        services=services(db(), county_id),
        values=_by_service(value_lines(db(), county_id, day=today())),
        calendar=_calendar(shelf),
        holes=holes({kind: [one for one, _ in ranges] for kind, ranges in shelf.calendar.items()}),
        without=_without_value(shelf, county_id),
        classes=time_class_names(db()),
    )


def _by_service(lines: list[ValueLine]) -> dict[str, list[ValueLine]]:
    return {code: list(group) for code, group in groupby(lines, key=lambda line: line.service)}


def _calendar(shelf: Shelf) -> list[tuple[str, str, str, str]]:
    """Kind of day, from, to, class."""
    return [
        (kind, clock_text(first), clock_text(last), code)
        for kind in DAY_KINDS
        for (first, last), code in shelf.calendar.get(kind, [])
    ]


def _without_value(shelf: Shelf, county_id: int) -> dict[str, list[str]]:
    """The classes of the calendar for which an hourly service with values has none."""
    ids: dict[int, Any] = {number: code for code, number in shelf.time_classes.items()}
    valued: dict[int, set[str]] = {}
    for service_id, class_id in values_in_force(db(), county_id):
        valued.setdefault(service_id, set()).add(ids[class_id])
    used = dict.fromkeys(code for ranges in shelf.calendar.values() for _, code in ranges)
    found = {}
    for service in shelf.services.values():
        classes = valued.get(service.id, set())
        missing = [code for code in used if code not in classes]
        if service.unit == "hour" and classes and "any" not in classes and missing:
            found[service.code] = missing
    return found
