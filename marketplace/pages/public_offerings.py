"""An offering that a page may show: in the public list today. What has left it leads to others like it."""

from __future__ import annotations

from typing import NoReturn

from flask import abort, make_response, render_template

from foundation.web.clock import today
from foundation.web.pages import not_found
from foundation.web.transaction import db
from marketplace.load.catalogue import typical_class
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.load.search import Listed, find_offerings
from marketplace.pages.acting_client import acting_or_none
from marketplace.rules.provider_stops import was_public
from marketplace.rules.ranking import Sort
from marketplace.rules.searching import Search, Wishes

ALTERNATIVES = 3


def public_offering(offering_id: int) -> OfferingEntry:
    """Return an offering of the public list.

    404 otherwise: with a page of alternatives if the list has had it (its provider is suspended or has
    ended), without them for a draft and for a provider that nobody has approved yet.
    """
    entry = offerings_by_id(db(), [offering_id]).get(offering_id)
    if entry is None or not was_public(entry.facts, today()):
        not_found()
    if not entry.facts.is_public(today()):
        _show_alternatives(entry)
    return entry


def _show_alternatives(entry: OfferingEntry) -> NoReturn:
    person = acting_or_none()
    municipality = None if person is None else person.client.municipality
    page = render_template(
        "marketplace/closed_offering.html",
        person=person,
        entry=entry,
        others=_others(entry, municipality),
    )
    abort(make_response(page, 404))


def _others(entry: OfferingEntry, municipality: str | None) -> list[Listed]:
    """Return offerings of the same service that are free soonest."""
    search = Search(
        wishes=Wishes(service=entry.facts.service, municipality=municipality),
        day=today(),
        sort=Sort.SOONEST,
        time_class=typical_class(db(), entry.facts.county_id, today()),
        county_id=entry.facts.county_id,
    )
    return find_offerings(db(), search, first=0, count=ALTERNATIVES)
