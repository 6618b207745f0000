"""Where distances start, and the distance that every page shows of an offering."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from clearing.grants.load.municipalities import municipality_codes
from foundation.vocabulary.identifiers import place_key
from foundation.web.clock import today
from foundation.web.languages import _
from foundation.web.transaction import db
from marketplace.load.catalogue import MunicipalityEntry, municipalities
from marketplace.load.offerings import OfferingEntry
from marketplace.pages.acting_client import Acting
from marketplace.pages.filters import distance_text
from marketplace.pages.search_values import ANY
from marketplace.pages.searched import searched_value
from marketplace.rules.distance import Place, distance_km


class Places:
    """The municipalities of all counties that exist today, and what they are called; each is read once.

    Args:
        known: The municipalities, if the page has read them already.
    """

    def __init__(self, known: list[MunicipalityEntry] | None = None) -> None:
        self.known = known

    @cached_property
    def by_code(self) -> dict[str, MunicipalityEntry]:
        """Return the municipalities by code."""
        places = municipalities(db(), today()) if self.known is None else self.known
        return {place.code: place for place in places}

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Return the codes by what a municipality is called, also an ended one."""
        return municipality_codes(db(), day=today())


def needed_in(picked: str | None, person: Acting | None, places: Places) -> str | None:
    """Return the code of the municipality where help is needed: the client's own if none was picked."""
    if picked is None and person is not None:
        return person.client.municipality
    if picked in (None, "", ANY):
        return None
    return places.codes.get(place_key(picked), picked)


def measured_from(
    person: Acting | None, near: str | None, municipality: str | None, places: Places
) -> Place | None:
    """Return where distances start: the picked place; else the home, if the help is needed there; else the
    centre of the municipality where it is needed."""
    client = None if person is None else person.client
    if client and client.place and near is None and municipality in (None, client.municipality):
        return client.place
    found = places.by_code.get(near or municipality or "")
    return None if found is None else found.place


def distance_shown(person: Acting | None, entry: OfferingEntry) -> str:
    """Return the distance of an offering, measured from where the search that led here measured it."""
    if entry.facts.remote:
        return _("Remote")
    near, places = searched_value("near"), Places()
    municipality = needed_in(searched_value("municipality"), person, places)
    here = measured_from(person, None if near in (None, "", ANY) else near, municipality, places)
    if here is None or entry.place is None:
        return distance_text(None)
    return distance_text(distance_km(here, Place(entry.place.latitude, entry.place.longitude)))
