"""A short list of who could help: four questions, then cards with my price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from foundation.web.api import Paging, read_page_number
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.forms import ChoiceField, ChoicesField, Form, TextField, at_most
from foundation.web.identity import public
from foundation.web.languages import _
from foundation.web.pages import Page, Result
from foundation.web.transaction import db
from marketplace.load.catalogue import municipalities, services, typical_class
from marketplace.load.fundings import MyFunding
from marketplace.load.priced import Priced, price_for_me, purse_of
from marketplace.load.search import Listed, count_offerings, find_offerings
from marketplace.pages.whose import Acting, acting_or_none, funding_for, usable_fundings
from marketplace.pages.words import ACCESS, LANGUAGES, named
from marketplace.rules.distance import Place
from marketplace.rules.ranking import NOBODY_BUYS, SORT_NAMES, WHY_IN_THIS_ORDER, Sort, fitting_sort
from marketplace.rules.relaxing import DROPPING, Relaxation, best_relaxations, conditions_in_use
from marketplace.rules.searching import Search, Wishes

blueprint = Blueprint("marketplace_search", __name__, template_folder="../templates")

ON_A_PAGE = 10
ANY = "any"
"""The value of "it does not matter": a radio button must have one."""
SHOWN_LANGUAGES = ("fi", "sv", "en", "ru", "fse")


class SearchForm(Form):
    """The four questions, and the words of the front page."""

    class Meta:
        csrf = False

    q = TextField(N_("Search words"), [at_most(100, N_("Write at most 100 characters"))])
    service = ChoiceField(N_("What help do you need?"))
    municipality = ChoiceField(N_("Where do you need it?"), dropdown=True)
    language = ChoiceField(N_("In which language?"), dropdown=True)
    access = ChoicesField(N_("What must the place have?"))
    free_within_days = ChoiceField(N_("When should it start?"))

    def __init__(
        self, arguments: MultiDict[str, str], person: Acting | None, fundings: list[MyFunding]
    ) -> None:
        home = None if person is None else person.client.municipality
        super().__init__(formdata=arguments or None, data={"municipality": home} if home else {})
        county_id = None if person is None else person.client.county_id
        any_text = _("It does not matter")
        self.service.choices = _services(fundings, county_id)
        self.municipality.choices = [
            (ANY, any_text),
            *((place.code, named(place.name)) for place in municipalities(db(), county_id)),
        ]
        self.language.choices = [(ANY, any_text), *((code, _(LANGUAGES[code])) for code in SHOWN_LANGUAGES)]
        self.access.choices = [(name, _(text)) for name, text in ACCESS.items()]
        self.free_within_days.choices = [
            ("7", _("Within a week")),
            ("31", _("Within a month")),
            (ANY, any_text),
        ]


def _services(fundings: list[MyFunding], county_id: int | None) -> list[tuple[str, str]]:
    """What my vouchers pay for; for one without a voucher every service."""
    mine = {code: named(name) for one in fundings for code, name in one.services.items()}
    found = mine or {one.code: named(one.name) for one in services(db(), county_id)}
    return [*found.items(), (ANY, _("Something else, or I do not know"))]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave, as the page shows it."""

    listed: Sequence[Listed]
    prices: dict[int, Priced]
    paging: Paging
    sort: Sort
    relaxations: Sequence[Relaxation]


@blueprint.get("/etsi")
@public
def search() -> Result:
    """Four questions."""
    if request.args.get("q"):
        return redirect(url_for(".show_results", q=request.args["q"]))
    person = acting_or_none()
    form = SearchForm(request.args, person, usable_fundings(person))
    return render_template("marketplace/search.html", person=person, form=form)


@blueprint.get("/etsi/tulokset")
@public
def show_results() -> Page:
    """Cards: what I pay, how far my money goes, distance, soonest, languages, access."""
    person = acting_or_none()
    fundings = usable_fundings(person)
    form = SearchForm(request.args, person, fundings)
    form.validate()
    asked = {name: value for name, value in request.args.lists() if name not in ("page", "lang", "sort")}
    wishes = read_wishes(form, person)
    mine = funding_for(fundings, wishes.service)
    found = _find(wishes, mine)
    return render_template(
        "marketplace/results.html",
        person=person,
        form=form,
        mine=mine,
        found=found,
        asked=asked,
        sorts=_sorts(mine, wishes),
        why=[WHY_IN_THIS_ORDER[found.sort], NOBODY_BUYS],
        dropping=DROPPING,
    )


def read_wishes(form: SearchForm, person: Acting | None) -> Wishes:
    """The conditions of the form; what could not be read does not matter."""
    days = form.free_within_days.data
    return Wishes(
        q=(form.q.data or "")[:100],
        service=_wish(form.service.data),
        municipality=_wish(form.municipality.data),
        near=_home(form, person),
        language=_wish(form.language.data),
        free_within_days=int(days) if days in ("7", "31") else None,
        access=tuple(name for name in form.access.data or () if name in ACCESS),
    )


def _wish(picked: str | None) -> str | None:
    return None if picked in (None, "", ANY) else picked


def _home(form: SearchForm, person: Acting | None) -> Place | None:
    """Distances are counted from home when the search is there, else from the municipality's centre."""
    asked, client = _wish(form.municipality.data), None if person is None else person.client
    if client and client.place and asked in (None, client.municipality):
        return client.place
    places = {place.code: place.place for place in municipalities(db())}
    return places.get(asked or "")


def _sorts(mine: MyFunding | None, wishes: Wishes) -> list[tuple[str, str]]:
    possible = [Sort.PRICE, Sort.SOONEST]
    if mine is not None:
        possible.insert(0, Sort.OWN_SHARE)
    if wishes.near is not None:
        possible.insert(1, Sort.DISTANCE)
    return [(sort.value, _(SORT_NAMES[sort])) for sort in possible]


def _find(wishes: Wishes, mine: MyFunding | None) -> Found:
    asked = request.args.get("sort")
    sort = fitting_sort(
        Sort(asked) if asked in set(Sort) else None,
        has_funding=mine is not None,
        has_place=wishes.near is not None,
    )
    search = make_search(wishes, mine, sort)
    paging = read_page_number(ON_A_PAGE)
    listed = find_offerings(db(), search, first=paging.offset, count=paging.page_size)
    total = count_offerings(db(), search)
    ids = [one.id for one in listed]
    prices = price_for_me(db(), mine, ids, today()) if mine else {}
    return Found(listed, prices, paging.of(total), sort, () if total else _relax(search))


def make_search(wishes: Wishes, mine: MyFunding | None, sort: Sort) -> Search:
    """A search for one with a funding: in its county, for its services, at what it pays."""
    county_id = None if mine is None else mine.facts.county_id
    return Search(
        wishes=wishes,
        day=today(),
        sort=sort,
        time_class=typical_class(db(), county_id),
        county_id=county_id,
        services=() if mine is None else tuple(sorted(mine.facts.services)),
        purse=None if mine is None else purse_of(db(), mine, today()),
    )


def _relax(search: Search) -> Sequence[Relaxation]:
    """What dropping one condition would give."""
    empty: dict[str, Any] = {"q": "", "access": ()}
    counts = {}
    for name in conditions_in_use(search.wishes.as_conditions()):
        wishes = search.wishes.without(name, empty.get(name))
        counts[name] = count_offerings(db(), search.with_wishes(wishes))
    return best_relaxations(counts)
