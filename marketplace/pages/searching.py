"""/etsi: four questions, then offerings as cards with the client's own price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from clearing.grants.facts.funding import ByClass
from clearing.grants.load.municipalities import municipality_codes
from foundation.vocabulary.identifiers import place_key
from foundation.vocabulary.labels import LANGUAGES
from foundation.web.api import Paging, read_page_number
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.formats import name_text
from foundation.web.forms import ChoiceField, ChoicesField, Form, TextField, at_most
from foundation.web.identity import public
from foundation.web.languages import _
from foundation.web.pages import Page, Result
from foundation.web.transaction import db
from marketplace.labels import ACCESS, NO_PAID_PLACES, SORTS, WHY_IN_THIS_ORDER, WITHOUT_CONDITION
from marketplace.load.catalogue import municipalities, services, typical_class
from marketplace.load.fundings import MyFunding
from marketplace.load.priced import Priced, price_for_me, purse_of
from marketplace.load.search import Listed, count_offerings, find_offerings
from marketplace.load.vocabulary import load_vocabulary
from marketplace.pages.acting_client import Acting, acting_or_none, funding_for, usable_fundings
from marketplace.rules.distance import Place
from marketplace.rules.ranking import Sort, fitting_sort
from marketplace.rules.relaxing import Relaxation, best_relaxations, conditions_in_use
from marketplace.rules.searching import Purse, Search, Wishes

blueprint = Blueprint("marketplace_search", __name__, template_folder="../templates")

ON_A_PAGE = 10
ANY = "any"
"""The value of "it does not matter": a radio button must have one."""
SHOWN_LANGUAGES = ("fi", "sv", "en", "ru", "fse")


FIELDS = {"q", "service", "municipality", "language", "access", "free_within_days"}


class SearchForm(Form):
    """The four questions, and the search words of the front page."""

    class Meta:
        csrf = False

    q = TextField(N_("Search words"), [at_most(100, N_("Enter at most 100 characters"))])
    service = ChoiceField(N_("What help do you need?"))
    municipality = ChoiceField(N_("Where do you need it?"), dropdown=True)
    language = ChoiceField(N_("In which language?"), dropdown=True)
    access = ChoicesField(N_("What must the place have?"))
    free_within_days = ChoiceField(N_("When should it start?"))

    def __init__(
        self, arguments: MultiDict[str, str], person: Acting | None, fundings: list[MyFunding]
    ) -> None:
        home = None if person is None else person.client.municipality
        answered = bool(FIELDS & set(arguments))
        usual = {"municipality": home or ANY, "language": ANY}
        super().__init__(formdata=arguments if answered else None, data=usual)
        county_id = None if person is None else person.client.county_id
        any_text = _("It does not matter")
        self.service.choices = _services(fundings, county_id)
        self.municipality.choices = [
            (ANY, any_text),
            *((place.code, name_text(place.name)) for place in municipalities(db(), today(), county_id)),
        ]
        self.language.choices = [(ANY, any_text), *((code, _(LANGUAGES[code])) for code in SHOWN_LANGUAGES)]
        self.access.choices = [(name, _(text)) for name, text in ACCESS.items()]
        self.free_within_days.choices = [
            ("7", _("Within a week")),
            ("31", _("Within a month")),
            (ANY, any_text),
        ]


def _services(fundings: list[MyFunding], county_id: int | None) -> list[tuple[str, str]]:
    """Return the services that the vouchers pay for; without a voucher every service."""
    paid_for = {code: name_text(name) for funding in fundings for code, name in funding.services.items()}
    offered = paid_for or {service.code: name_text(service.name) for service in services(db(), county_id)}
    return [*offered.items(), (ANY, _("Something else, or I do not know"))]


@dataclass(frozen=True, slots=True)
class Found:
    """The results of a search, as the page shows them."""

    listed: Sequence[Listed]
    prices: dict[int, Priced]
    paging: Paging
    sort: Sort
    relaxations: Sequence[Relaxation]


@blueprint.get("/etsi")
@public
def search() -> Result:
    """Ask the four questions."""
    if request.args.get("q"):
        return redirect(url_for(".show_results", q=request.args["q"]))
    person = acting_or_none()
    form = SearchForm(request.args, person, usable_fundings(person))
    return render_template("marketplace/search.html", person=person, form=form)


@blueprint.get("/etsi/tulokset")
@public
def show_results() -> Page:
    """Show offerings as cards: price, own share, distance, first free day, languages, accessibility."""
    person = acting_or_none()
    fundings = usable_fundings(person)
    form = SearchForm(request.args, person, fundings)
    form.validate()
    return _results(form, person, fundings)


def _results(form: SearchForm, person: Acting | None, fundings: list[MyFunding]) -> Page:
    query = {name: value for name, value in request.args.lists() if name not in ("page", "lang", "sort")}
    county_id = None if person is None else person.client.county_id
    wishes = read_wishes(form, person)
    if wishes.q:
        wishes = wishes.understood(load_vocabulary(db(), county_id))
    fitting = fitting_fundings(fundings, form.service.data)
    found = _find(wishes, fitting, county_id)
    return render_template(
        "marketplace/results.html",
        person=person,
        form=form,
        found=found,
        query=query,
        sorts=_sorts(
            bool(fitting), wishes, one_service=wishes.has_one_service() or _pay_for_one_service(fitting)
        ),
        why=[WHY_IN_THIS_ORDER[found.sort], NO_PAID_PLACES],
        without_condition=WITHOUT_CONDITION,
    )


def fitting_fundings(fundings: list[MyFunding], service: str | None) -> list[MyFunding]:
    """Return the funding that pays for the service; all fundings if no service was picked."""
    if service in (None, "", ANY):
        return fundings
    funding = funding_for(fundings, service)
    return [] if funding is None else [funding]


def read_wishes(form: SearchForm, person: Acting | None) -> Wishes:
    """Return the conditions of the form; those that could not be read are left out."""
    days = form.free_within_days.data
    return Wishes(
        q=(form.q.data or "")[:100],
        service=_wish(form.service.data),
        municipality=_municipality(form, person),
        near=_home(form, person),
        language=_wish(form.language.data),
        free_within_days=int(days) if days in ("7", "31") else None,
        access=tuple(name for name in form.access.data or () if name in ACCESS),
    )


def _wish(picked: str | None) -> str | None:
    return None if picked in (None, "", ANY) else picked


def _municipality(form: SearchForm, person: Acting | None) -> str | None:
    """Return the picked municipality; the client's own if the question was not asked."""
    if person is not None and not form.municipality.raw_data:
        return person.client.municipality
    picked = _wish(form.municipality.data)
    return None if picked is None else municipality_codes(db(), day=today()).get(place_key(picked), picked)


def _home(form: SearchForm, person: Acting | None) -> Place | None:
    """Return where distances start: at home if the search is there, else at the municipality's centre."""
    municipality, client = _municipality(form, person), None if person is None else person.client
    if client and client.place and municipality in (None, client.municipality):
        return client.place
    places = {place.code: place.place for place in municipalities(db(), today())}
    return places.get(municipality or "")


def _sorts(has_funding: bool, wishes: Wishes, *, one_service: bool) -> list[tuple[str, str]]:
    possible = [Sort.FIT]
    if one_service:
        possible = [Sort.OWN_SHARE, Sort.PRICE] if has_funding else [Sort.PRICE]
    if wishes.near is not None:
        possible.append(Sort.DISTANCE)
    return [(sort.value, _(SORTS[sort])) for sort in (*possible, Sort.SOONEST)]


def _find(wishes: Wishes, fundings: list[MyFunding], county_id: int | None) -> Found:
    requested = request.args.get("sort")
    one_service = wishes.has_one_service() or _pay_for_one_service(fundings)
    by_price = requested in (Sort.PRICE, Sort.OWN_SHARE)
    sort = fitting_sort(
        Sort(requested) if requested in set(Sort) and (one_service or not by_price) else None,
        has_funding=bool(fundings),
        has_place=wishes.near is not None,
        one_service=one_service,
    )
    search = _search(wishes, fundings, sort, county_id)
    paging = read_page_number(ON_A_PAGE)
    listed = find_offerings(db(), search, first=paging.offset, count=paging.page_size)
    total = count_offerings(db(), search)
    return Found(listed, _prices(listed, fundings), paging.of(total), sort, () if total else _relax(search))


def _pay_for_one_service(fundings: list[MyFunding]) -> bool:
    return len({service for funding in fundings for service in funding.facts.services}) == 1


def _prices(listed: Sequence[Listed], fundings: list[MyFunding]) -> dict[int, Priced]:
    """Return the client's own price of each offering, from the funding that pays for its service."""
    found: dict[int, Priced] = {}
    for funding in fundings:
        ids = [
            offering.id
            for offering in listed
            if offering.service in funding.facts.services and offering.id not in found
        ]
        found |= price_for_me(db(), funding, ids, today()) if ids else {}
    return found


def _search(wishes: Wishes, fundings: list[MyFunding], sort: Sort, county_id: int | None) -> Search:
    """Return the search. With vouchers it is limited to what they pay for, unless "something else" was
    picked."""
    values: dict[str, ByClass] = {}
    for funding in reversed(fundings):
        values |= purse_of(funding, today()).values
    everything = request.args.get("service") == ANY or bool(wishes.q)
    return Search(
        wishes=wishes,
        day=today(),
        sort=sort,
        time_class=typical_class(db(), county_id),
        county_id=county_id,
        services=() if everything else tuple(sorted(values)),
        purse=Purse(values) if values else None,
    )


def _relax(search: Search) -> Sequence[Relaxation]:
    """Return the number of results without one of the conditions, for the best conditions to drop."""
    empty: dict[str, Any] = {"q": "", "access": ()}
    counts = {}
    for name in conditions_in_use(search.wishes.as_conditions()):
        wishes = search.wishes.without(name, empty.get(name))
        counts[name] = count_offerings(db(), search.with_wishes(wishes))
    return best_relaxations(counts)
