"""/vertaa: two to four offerings side by side, showing the differences."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for

from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.formats import name_text, said_day_text
from foundation.web.identity import public
from foundation.web.languages import _
from foundation.web.pages import Page, Result, read_id
from foundation.web.said_units import unit_of
from foundation.web.transaction import db
from marketplace.load.catalogue import typical_class
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.load.priced import Priced, prices_for_me
from marketplace.pages.acting_client import Acting, acting_or_none, usable_fundings
from marketplace.pages.distances import distance_shown
from marketplace.pages.filters import (
    about_units,
    access_lines,
    home_text,
    language_names,
    per_unit,
    share_text,
    ways_text,
)
from marketplace.pages.free_time_words import free_week_text
from marketplace.pages.searched import searched_class, searched_time
from marketplace.rules.comparison import typical_price

blueprint = Blueprint("marketplace_comparing", __name__, template_folder="../templates")
MOST, FEWEST = 4, 2

Shown = str | tuple[str, ...]
"""A cell: a text, or lines."""

Cell = Callable[[OfferingEntry, Priced | None, Acting | None], Shown]


def _price(entry: OfferingEntry, _priced: Priced | None, _person: Acting | None) -> str:
    time_class = searched_class() or typical_class(db(), entry.facts.county_id, today())
    return per_unit(typical_price(entry.facts.prices, time_class, today()), unit_of(entry.facts))


def _you_pay(entry: OfferingEntry, priced: Priced | None, _person: Acting | None) -> str:
    if priced is None:
        return _("Your vouchers do not pay for this")
    return share_text(priced.share.you_pay_cents if priced.share else None, unit_of(entry.facts))


def _first_free_day(entry: OfferingEntry, _priced: Priced | None, _person: Acting | None) -> str:
    day = entry.next_free_on
    return said_day_text(day, today=today()) if day else _("Not known")


def _free_times(entry: OfferingEntry, _priced: Priced | None, _person: Acting | None) -> str:
    return free_week_text(entry.free_slots) or _("Not known")


YOU_PAY = N_("You pay")
"""This row is shown even if all pay the same: it is what a client compares first."""

ROWS: list[tuple[str, Cell]] = [
    (YOU_PAY, _you_pay),
    (N_("Your money covers"), lambda e, p, _w: about_units(p.units, unit_of(e.facts)) if p else "–"),
    (N_("Price"), _price),
    (N_("Service"), lambda e, _p, _w: name_text(e.service_name)),
    (N_("Distance"), lambda e, _p, w: distance_shown(w, e)),
    (N_("First free day"), _first_free_day),
    (N_("Free times"), _free_times),
    (N_("Languages"), lambda e, _p, _w: language_names(e.languages)),
    (N_("Communication"), lambda e, _p, _w: ways_text(e.communication)),
    (N_("Comes to your home"), lambda e, _p, _w: home_text(e.home_visits)),
    (
        N_("Accessibility of the place"),
        lambda e, _p, _w: tuple(access_lines(e.place.access if e.place else {})) or _("Not known"),
    ),
    (
        N_("Cancelling"),
        lambda e, _p, _w: _("Cancel at least %(hours)s hours before", hours=e.cancel_notice_hours),
    ),
]


@blueprint.get("/vertaa")
@public
def compare() -> Result:
    """Show offerings side by side; rows with the same value in all are hidden unless requested."""
    picked = _picked()
    found = offerings_by_id(db(), picked)
    entries = [found[key] for key in picked if key in found and found[key].facts.is_public(today())]
    return _compared(entries, picked) if entries else redirect(url_for("marketplace_search.search"))


def _requested() -> list[int]:
    ids = (read_id(text) for text in request.args.getlist("id"))
    return list(dict.fromkeys(key for key in ids if key is not None))


def _picked() -> list[int]:
    return _requested()[:MOST]


def _too_many() -> bool:
    return len(_requested()) > MOST


def _compared(entries: list[OfferingEntry], picked: list[int]) -> Page:
    person = acting_or_none()
    prices = prices_for_me(db(), usable_fundings(person), picked, today(), searched_class())
    rows = compared_rows(entries, prices, person)
    differing = [row for row in rows if row[0] == _(YOU_PAY) or len(set(row[1])) > 1]
    return render_template(
        "marketplace/compare.html",
        person=person,
        entries=entries,
        choosable={key for key, priced in prices.items() if priced.eligible and person and person.may_choose},
        rows=rows if "all" in request.args else differing,
        hidden=len(rows) - len(differing),
        too_many=_too_many(),
        dropped=len(picked) - len(entries),
        few=len(entries) < FEWEST,
        picked=picked,
        time=searched_time(),
    )


def compared_rows(
    entries: list[OfferingEntry], prices: dict[int, Priced], person: Acting | None
) -> list[tuple[str, list[Shown]]]:
    """Return the label of each row and its cells, one for each offering."""
    rows = ROWS if prices else ROWS[2:]
    return [
        (_(label), [cell(entry, prices.get(entry.facts.id), person) for entry in entries])
        for label, cell in rows
    ]
