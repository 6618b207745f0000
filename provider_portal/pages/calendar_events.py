"""Visits as a calendar (RFC 5545), for the programs of phones and computers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from foundation.vocabulary.dates import HELSINKI, ONE_DAY
from foundation.web.languages import _
from marketplace.load.listed_visit import ListedVisit
from marketplace.rules.visit_list import VisitState
from provider_portal.disclosure.calendars import CalendarVisit

PRODUCT: Final = "-//Omatori//Omatori//FI"
REFRESHED: Final = timedelta(hours=1)
UID_HOST: Final = "visits.omatori.invalid"
"""The right side of each UID: no host of ours, so that a moved service keeps its events."""


def calendar_of(
    visits: Iterable[CalendarVisit], made_at: datetime, address_of: Callable[[ListedVisit], str]
) -> bytes:
    """Return the calendar of visits as bytes, with the definition of Helsinki's time.

    Args:
        visits: In order of their time.
        made_at: The revision time of visits that were never changed: when the address was made.
        address_of: The page of a visit.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Visits (Omatori)"))
    calendar.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for each in visits:
        calendar.add_component(_event(each, made_at, address_of(each.visit)))
    calendar.add_missing_timezones()
    text: bytes = calendar.to_ical()
    return text


def _event(each: CalendarVisit, made_at: datetime, address: str) -> Event:
    visit, event = each.visit, Event()
    changed_at = made_at if each.revisions is None else max(each.revisions.last_at, made_at)
    event.add("uid", f"{visit.id}@{UID_HOST}")
    event.add("sequence", 0 if each.revisions is None else each.revisions.count)
    event.add("dtstamp", changed_at)
    _add_times(event, visit)
    event.add("summary", _summary(visit))
    event.add("description", _("Open the visit in Omatori: %(address)s", address=address))
    event.add("url", address)
    event.add("status", "CANCELLED" if visit.state is VisitState.CANCELLED else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def _add_times(event: Event, visit: ListedVisit) -> None:
    """Give a visit its times; help without times takes whole days, on which the person counts as free."""
    if visit.start is not None and visit.end is not None:
        event.add("dtstart", visit.start.astimezone(HELSINKI))
        event.add("dtend", visit.end.astimezone(HELSINKI))
        return
    event.add("dtstart", visit.day)
    event.add("dtend", visit.planned.last_day + ONE_DAY)
    event.add("transp", "TRANSPARENT")


def _summary(visit: ListedVisit) -> str:
    parts = [visit.client_name, visit.choice.title]
    text = ": ".join(part for part in parts if part)
    return _("Cancelled: %(visit)s", visit=text) if visit.state is VisitState.CANCELLED else text
