"""The form of a search: what the address holds, and the conditions that it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from foundation.vocabulary.identifiers import place_key
from foundation.vocabulary.labels import COMMUNICATION
from foundation.vocabulary.money import Money
from foundation.web.catalogues import N_
from foundation.web.formats import name_text
from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    Form,
    MoneyField,
    TextField,
    YesField,
    at_most,
    between,
    may_be_empty,
)
from foundation.web.languages import _
from marketplace.labels import ACCESS, TIMES
from marketplace.load.catalogue import MunicipalityEntry
from marketplace.load.fundings import MyFunding
from marketplace.pages.acting_client import Acting
from marketplace.pages.distances import Places, measured_from, needed_in
from marketplace.pages.search_values import (
    ANY,
    REMOTE,
    STARTS,
    Offered,
    distance_texts,
    read_offered,
    values_of_conditions,
)
from marketplace.rules.near_places import near_places
from marketplace.rules.searching import Wishes

LONGEST_PLACE = 60

FIELDS = {
    *("q", "service", "municipality", "near", "within_km", "language", "communication", "time"),
    *("home_visits", "remote", "free_within_days", "max_price", "access"),
}


def results_url(query: Mapping[str, Sequence[str] | str]) -> str:
    """Return the address of a search with these fields, and no others."""
    known = {name: query[name] for name in query if name in FIELDS or name in ("sort", "size")}
    return f"{url_for('marketplace_search.show_results')}?{urlencode(known, doseq=True)}"


class SearchForm(Form):
    """The four questions, and the search words of the front page."""

    class Meta:
        csrf = False

    q = TextField(N_("Search words"), [at_most(100, N_("Enter at most 100 characters"))])
    service = ChoiceField(N_("What help do you need?"))
    municipality = ChoiceField(N_("Where do you need it?"), dropdown=True)
    near = ChoiceField(N_("Where is the distance measured from?"), dropdown=True)
    within_km = ChoiceField(N_("How far may the place be?"), dropdown=True)
    language = ChoiceField(N_("In which language?"), dropdown=True)
    communication = ChoicesField(N_("How do you communicate?"))
    max_price = MoneyField(
        N_("What may one unit cost at most?"),
        [may_be_empty(), between(0, 9_999_999, N_("Enter a sum from 0 to 99 999,99 euros"))],
        hint=N_("For example an hour or a visit. The county pays a part of it."),
    )
    home_visits = YesField(N_("Help must come to your home"))
    access = ChoicesField(N_("What must the place have?"))
    free_within_days = ChoiceField(N_("When should it start?"))
    time = ChoiceField(N_("At what time of day?"), dropdown=True)
    remote = ChoiceField(N_("Where does the help take place?"), dropdown=True)

    def __init__(
        self, arguments: MultiDict[str, str], person: Acting | None, fundings: list[MyFunding]
    ) -> None:
        home = None if person is None else person.client.municipality
        answered = bool(FIELDS & set(arguments))
        usual = dict.fromkeys(("language", "time", "remote", "near", "within_km"), ANY)
        usual["municipality"] = home or ANY
        super().__init__(formdata=arguments if answered else None, data=usual)
        county_id = None if person is None else person.client.county_id
        any_text = _("It does not matter")
        self.offered = read_offered(county_id)
        self.places = Places(self.offered.places if county_id is None else None)
        self.service.choices = _services(fundings, self.offered)
        values = values_of_conditions(self.offered, several_services=True, measured=True)
        for field in (self.municipality, self.language, self.time, self.remote, self.within_km):
            field.choices = [(ANY, any_text), *values[field.name].items()]
        self.near.choices = [(ANY, _("Where you need the help")), *values["municipality"].items()]
        self.communication.choices = [*values["communication"].items()]
        self.access.choices = [*values["access"].items()]
        self.free_within_days.choices = [*values["free_within_days"].items(), (ANY, any_text)]

    def says_more(self) -> bool:
        """Return whether a question that is folded away has an answer."""
        folded = ("q", "near", "within_km", "language", "communication", "time", "home_visits", "remote")
        return any(
            self[name].data not in (None, "", ANY, [], False) for name in (*folded, "max_price", "access")
        )


def _services(fundings: list[MyFunding], offered: Offered) -> list[tuple[str, str]]:
    """Return the services that the vouchers pay for; without a voucher every service."""
    paid_for = {code: name_text(name) for funding in fundings for code, name in funding.services.items()}
    possible = paid_for or {service.code: name_text(service.name) for service in offered.services}
    return [*possible.items(), (ANY, _("Something else, or I do not know"))]


def read_wishes(form: SearchForm, person: Acting | None) -> Wishes:
    """Return the conditions of the form; those that could not be read are left out."""
    days, municipality = form.free_within_days.data, municipality_of(form, person)
    near = measured_from(person, _wish(form.near.data), municipality, form.places)
    return Wishes(
        q=(form.q.data or "")[:100],
        service=_wish(form.service.data),
        municipality=municipality,
        near=near,
        within_km=float(form.within_km.data) if near and form.within_km.data in distance_texts() else None,
        language=_wish(form.language.data),
        communication=tuple(way for way in form.communication.data or () if way in COMMUNICATION),
        remote=form.remote.data == "yes" if form.remote.data in REMOTE else None,
        home_visits=True if form.home_visits.data else None,
        free_within_days=int(days or 0) if days in STARTS else None,
        max_price=None if form.max_price.data is None else Money(form.max_price.data),
        access=tuple(name for name in form.access.data or () if name in ACCESS),
        time=form.time.data if form.time.data in TIMES else None,
    )


def _wish(picked: str | None) -> str | None:
    return None if picked in (None, "", ANY) else picked


def municipality_of(form: SearchForm, person: Acting | None) -> str | None:
    """Return the picked municipality; the client's own if none was sent."""
    picked = (form.municipality.data or "") if form.municipality.raw_data else None
    return needed_in(picked, person, form.places)


@dataclass(frozen=True, slots=True)
class UnknownPlace:
    """A text that names no municipality, and those whose names are spelt nearly so."""

    text: str
    near: list[MunicipalityEntry]


def unknown_place(form: SearchForm) -> UnknownPlace | None:
    """Return what the address names as a municipality and is none; None if it is one, or nothing is named."""
    picked = _wish(form.municipality.data)
    places, codes = form.places.by_code, form.places.codes
    if picked is None or place_key(picked) in codes:
        return None
    near = [places[code] for code in near_places(picked, codes) if code in places]
    return UnknownPlace(picked[:LONGEST_PLACE], near)
