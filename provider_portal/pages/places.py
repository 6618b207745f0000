"""/t/toimipisteet: the provider's places and how accessible they are."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.forms import Form, HiddenField
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import _, current_language
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.actions.keep_places import add_place, close_place, edit_place
from marketplace.load.catalogue import municipalities
from marketplace.load.own_places import OwnPlace, own_place, own_places
from marketplace.load.register import municipality_centres
from provider_portal.pages.place_forms import FAULTS, PlaceForm, place_form

blueprint = Blueprint("provider_places", __name__, template_folder="../templates")


class CloseForm(Form):
    """Close the version that was read."""

    version = HiddenField("")


@blueprint.get("/t/toimipisteet")
@allow(*PROVIDER_ROLES)
def list_all() -> Page:
    """Show the places with their measured accessibility."""
    return render_template("provider_portal/places.html", places=own_places(db(), current_provider_id()))


@blueprint.route("/t/toimipisteet/uusi", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def add() -> Result:
    """Add a place."""
    form = _form(None)
    if form.validate_on_submit() and form.read_degrees():
        key = {"actor": current_actor(), "now": now()}
        added = add_place(db(), current_provider_id(), form.entry(), **key)  # type: ignore[arg-type]
        if not isinstance(added, Refusal):
            flash(
                _("The place was added. Choose it on the page of each service that you give there."),
                "success",
            )
            return redirect(url_for(".list_all"), 303)
        form.show(added)
    return render_template("provider_portal/place.html", form=form, place=None, stored=None)


@blueprint.route("/t/toimipisteet/<int:place_id>", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def change(place_id: int) -> Result:
    """Change a place; one that somebody has changed meanwhile is shown beside what was typed."""
    place, stored = _own(place_id), None
    form = _form(place)
    if form.validate_on_submit() and form.read_degrees():
        changed = _change(place_id, form)
        if not isinstance(changed, Refusal):
            flash(_("The place was saved."), "success")
            return redirect(url_for(".list_all"), 303)
        form.show(changed)
        if changed.code == "place_changed":
            stored = place = _own(place_id)
            form.version.data = str(stored.version)
    return render_template("provider_portal/place.html", form=form, place=place, stored=stored)


@blueprint.route("/t/toimipisteet/<int:place_id>/sulje", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def close(place_id: int) -> Result:
    """Say which services are given at the place, and close it."""
    place = _own(place_id)
    form = CloseForm(data={"version": str(place.version)})
    if form.validate_on_submit():
        key = {"actor": current_actor(), "now": now(), "seen": read_id(form.version.data or "") or 0}
        refusal = close_place(db(), current_provider_id(), place_id, **key)  # type: ignore[arg-type]
        if refusal is None:
            flash(_("The place was closed."), "success")
            return redirect(url_for(".list_all"), 303)
        form.refuse(None, _(FAULTS[refusal.code]))
        place = _own(place_id)
        form.version.data = str(place.version)
    return render_template("provider_portal/place_close.html", form=form, place=place)


def _own(place_id: int) -> OwnPlace:
    return own_place(db(), current_provider_id(), place_id) or not_found()


def _change(place_id: int, form: PlaceForm) -> OwnPlace | Refusal:
    key = {"seen": form.seen, "actor": current_actor(), "now": now()}
    return edit_place(db(), current_provider_id(), place_id, form.entry(), **key)  # type: ignore[arg-type]


def _form(place: OwnPlace | None) -> PlaceForm:
    language = current_language()
    names = sorted((found.name.in_language(language), found.code) for found in municipalities(db(), today()))
    centres = municipality_centres(db(), today())
    centre = None if place is None else centres.get(place.municipality)
    return place_form(place, [(code, name) for name, code in names], centre)
