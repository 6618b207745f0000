"""/etsi: four questions, then offerings as cards with the client's own price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request

from clearing.grants.facts.funding import ByClass
from foundation.web.api import Paging, read_page_number
from foundation.web.clock import today
from foundation.web.forms import first_control_id
from foundation.web.identity import public
from foundation.web.languages import _
from foundation.web.pages import Page, Result
from foundation.web.transaction import db
from marketplace.labels import NO_PAID_PLACES, SORTS, WHY_IN_THIS_ORDER, WITHOUT_CONDITION
from marketplace.load.catalogue import service_names, typical_class
from marketplace.load.fundings import MyFunding
from marketplace.load.priced import Priced, prices_for_me, purse_of
from marketplace.load.search import Listed, count_offerings, search_offerings
from marketplace.load.served_municipalities import counts_by_municipality
from marketplace.load.vocabulary import load_vocabulary
from marketplace.pages.acting_client import Acting, acting_or_none, funding_for, usable_fundings
from marketplace.pages.search_chips import (
    Narrower,
    Narrowing,
    Query,
    chips_of,
    narrower_searches,
    possible_narrowings,
)
from marketplace.pages.search_form import SearchForm, read_wishes, results_url, unknown_place
from marketplace.pages.search_map import TileMap, map_of
from marketplace.pages.search_values import ANY, Offered
from marketplace.rules.ranking import Sort, fitting_sort
from marketplace.rules.relaxing import Relaxation, best_relaxations, conditions_in_use
from marketplace.rules.searching import Purse, Search, Wishes, class_of_time
from marketplace.rules.understanding import NOTHING_UNDERSTOOD, understand
from marketplace.rules.vocabulary import Vocabulary
from marketplace.rules.word_forms import words_of

blueprint = Blueprint("marketplace_search", __name__, template_folder="../templates")

ON_A_PAGE, MANY_ON_A_PAGE = 3, 12
"""Three results can be kept in mind; who wants more at a time says so (`size=12`)."""


@dataclass(frozen=True, slots=True)
class Found:
    """The results of a search, as the page shows them."""

    listed: Sequence[Listed]
    prices: dict[int, Priced]
    paging: Paging
    sort: Sort
    relaxations: Sequence[Relaxation]
    narrower: Sequence[tuple[str, list[Narrower]]]
    map: TileMap | None

    @property
    def can_be_chosen(self) -> bool:
        """Whether the client can choose each of those listed; true for a visitor, who has no voucher."""
        return all(priced.eligible for priced in self.prices.values())


@blueprint.get("/etsi")
@public
def search() -> Result:
    """Ask the four questions."""
    if request.args.get("q") and "change" not in request.args:
        return redirect(results_url({"q": request.args["q"]}))
    person = acting_or_none()
    form = SearchForm(request.args, person, usable_fundings(person))
    if "change" in request.args:
        form.validate()
    return render_template("marketplace/search.html", person=person, form=form)


@blueprint.get("/etsi/tulokset")
@public
def show_results() -> Result:
    """Show offerings as cards: price, own share, distance, first free day, languages, accessibility.

    Words that are filters move from the words to the address, so that each can be taken off.
    """
    person = acting_or_none()
    county_id = None if person is None else person.client.county_id
    vocabulary = load_vocabulary(db(), county_id) if request.args.get("q") else None
    if moved := _moved_filters(vocabulary):
        return redirect(results_url(moved))
    fundings = usable_fundings(person)
    form = SearchForm(request.args, person, fundings)
    form.validate()
    return _results(form, person, fundings, vocabulary)


def _moved_filters(vocabulary: Vocabulary | None) -> dict[str, Sequence[str] | str]:
    """Return the address with the filters that are among the words as filters; empty if there are none."""
    q = request.args.get("q", "")[:100]
    meaning = understand(q, vocabulary) if vocabulary else NOTHING_UNDERSTOOD
    if not meaning.filter_words:
        return {}
    query = {name: values for name, values in request.args.lists() if name not in ("q", "page", "lang")}
    left = " ".join(word for word in words_of(q) if word not in meaning.filter_words)
    return {**query, **meaning.filters, **({"q": left} if left else {})}


def _results(
    form: SearchForm, person: Acting | None, fundings: list[MyFunding], vocabulary: Vocabulary | None
) -> Page:
    query = {name: value for name, value in request.args.lists() if name not in ("page", "lang", "sort")}
    county_id = None if person is None else person.client.county_id
    wishes = read_wishes(form, person)
    if vocabulary:
        wishes = wishes.understood(vocabulary)
    fitting = fitting_fundings(fundings, wishes.only_service())
    search = _search(wishes, fitting, county_id)
    found = _find(search, fitting, query, form.offered)
    names = service_names(db())
    return render_template(
        "marketplace/results.html",
        person=person,
        faults_of_form=_faults(form),
        found=found,
        query=query,
        time=wishes.time,
        other_size=_other_size(query, found.paging.total),
        unknown_place=unknown_place(form),
        chips=chips_of(form, wishes, query),
        narrower=found.narrower if found.paging.total > 1 else [],
        meant=[names[code] for code in wishes.meaning.services if code in names],
        sorts=_sorts(search),
        why=[WHY_IN_THIS_ORDER[search.sort], NO_PAID_PLACES],
        without_condition=WITHOUT_CONDITION,
    )


def _faults(form: SearchForm) -> list[tuple[str, str, str]]:
    """Return the id, the question and the error of each field that could not be read.

    The fields are on another page. A municipality that does not exist is shown with names that are near.
    """
    return [
        (first_control_id(field), _(field.label.text), str(field.errors[0]))
        for field in form
        if field.errors and field is not form.municipality
    ]


def fitting_fundings(fundings: list[MyFunding], service: str | None) -> list[MyFunding]:
    """Return the funding that pays for the service; all fundings if no service was picked."""
    if service in (None, "", ANY):
        return fundings
    funding = funding_for(fundings, service)
    return [] if funding is None else [funding]


def _sorts(search: Search) -> list[tuple[str, str]]:
    """Return the orders that can be picked: by price only within one service, as its unit is the same."""
    possible = [Sort.FIT]
    if _has_one_service(search.wishes, search.purse):
        possible = [Sort.OWN_SHARE, Sort.PRICE] if search.purse else [Sort.PRICE]
    if search.wishes.near is not None:
        possible.append(Sort.DISTANCE)
    return [(sort.value, _(SORTS[sort])) for sort in (*possible, Sort.SOONEST)]


def _has_one_service(wishes: Wishes, purse: Purse | None) -> bool:
    return wishes.only_service() is not None or (
        not wishes.q and purse is not None and len(purse.values) == 1
    )


def _sort(wishes: Wishes, purse: Purse | None) -> Sort:
    requested = request.args.get("sort")
    one_service = _has_one_service(wishes, purse)
    by_price = requested in (Sort.PRICE, Sort.OWN_SHARE)
    return fitting_sort(
        Sort(requested) if requested in set(Sort) and (one_service or not by_price) else None,
        has_funding=purse is not None,
        has_place=wishes.near is not None,
        one_service=one_service,
    )


def _page_size() -> int:
    return MANY_ON_A_PAGE if request.args.get("size") == str(MANY_ON_A_PAGE) else ON_A_PAGE


def _other_size(query: Query, total: int) -> tuple[str, str] | None:
    """Return the text and the address of the same list with more or fewer results at a time."""
    if total <= ON_A_PAGE:
        return None
    size = ON_A_PAGE if _page_size() == MANY_ON_A_PAGE else MANY_ON_A_PAGE
    sort = {name: request.args[name] for name in ("sort",) if name in request.args}
    return _("Show %(n)s at a time", n=size), results_url({**query, **sort, "size": str(size)})


def _find(search: Search, fundings: list[MyFunding], query: Query, offered: Offered) -> Found:
    paging, possible = read_page_number(_page_size()), list(possible_narrowings(search, offered))
    hits = search_offerings(
        db(),
        search,
        first=paging.offset,
        count=paging.page_size,
        filters=[narrowing.alone for narrowing in possible if narrowing.name != "municipality"],
    )
    served = counts_by_municipality(db(), search) if hits.total > 1 else {}
    return Found(
        listed=hits.listed,
        prices=_prices(hits.listed, fundings, search),
        paging=paging.of(hits.total),
        sort=search.sort,
        relaxations=() if hits.total else _relax(search),
        narrower=narrower_searches(possible, _counts(possible, hits.counts, served), query),
        map=map_of(search, offered.places, served, query) if hits.total > 1 else None,
    )


def _counts(possible: list[Narrowing], counts: list[int], served: Mapping[str, int]) -> list[int]:
    """Return the count of each narrowing: by its municipality, or the next of those counted by the search."""
    others = iter(counts)
    return [
        served.get(narrowing.value, 0) if narrowing.name == "municipality" else next(others)
        for narrowing in possible
    ]


def _prices(listed: Sequence[Listed], fundings: list[MyFunding], search: Search) -> dict[int, Priced]:
    """Return the client's own price of each offering, from the funding that pays for its service."""
    ids = [offering.id for offering in listed]
    return prices_for_me(db(), fundings, ids, today(), class_of_time(search.wishes.time)) if ids else {}


def _search(wishes: Wishes, fundings: list[MyFunding], county_id: int | None) -> Search:
    """Return the search. With vouchers it is limited to what they pay for, unless "something else" was
    picked."""
    values: dict[str, ByClass] = {}
    for funding in reversed(fundings):
        values |= purse_of(funding, today()).values
    everything = request.args.get("service") == ANY or bool(wishes.q)
    purse = Purse(values) if values else None
    return Search(
        wishes=wishes,
        day=today(),
        sort=_sort(wishes, purse),
        time_class=class_of_time(wishes.time) or typical_class(db(), county_id, today()),
        county_id=county_id,
        services=() if everything else tuple(sorted(values)),
        purse=purse,
    )


def _relax(search: Search) -> Sequence[Relaxation]:
    """Return the number of results without one of the conditions, for the best conditions to drop."""
    empty: dict[str, Any] = {"q": "", "access": (), "communication": ()}
    counts = {}
    for name in conditions_in_use(search.wishes.as_conditions()):
        wishes = search.wishes.without(name, empty.get(name))
        counts[name] = count_offerings(db(), search.with_wishes(wishes))
    return best_relaxations(counts)
