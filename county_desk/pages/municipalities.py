"""/hallinta/alue/kunnat: an administrator adds, renames and removes municipalities of the county."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, url_for

from county_desk.actions.change_settings import Seen, change_settings
from county_desk.pages.municipality_forms import (
    LAST_MUNICIPALITY,
    MunicipalityForm,
    NewMunicipalityForm,
    municipality_data,
    removal_texts,
)
from county_desk.pages.settings import answer, apply, stored
from county_desk.rules.county_setup import CountySetup, MunicipalitySetup
from county_desk.rules.municipalities import municipality_section
from county_desk.rules.settings_sections import mark_of_section
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.clock import now
from foundation.web.forms import Form
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.load.names import Names

blueprint = Blueprint("county_municipalities", __name__, template_folder="../templates")


@blueprint.get("/hallinta/alue/kunnat")
@allow(Role.ADMIN)
def list_all() -> Page:
    """List the municipalities of the county."""
    places = [(each, Names(each.name.fi, each.name.sv, "")) for each in stored().municipalities]
    return render_template("county_desk/municipalities.html", places=places)


@blueprint.route("/hallinta/alue/kunnat/uusi", methods=["GET", "POST"])
@allow(Role.ADMIN)
def add() -> Result:
    """Add a municipality."""
    form, changed, setup = NewMunicipalityForm(), None, stored()
    if form.validate_on_submit() and form.is_new_to(setup):
        section = municipality_section(form.code.data or "")
        form.section_mark.data = mark_of_section(setup, section)
        changed = apply(form, section, lambda each: _with(each, form.place(form.code.data or "")))
    return answer("municipality.html", form, changed, code=None)


@blueprint.route("/hallinta/alue/kunnat/<code>", methods=["GET", "POST"])
@allow(Role.ADMIN)
def change(code: str) -> Result:
    """Change the names and the centre of a municipality."""
    setup, place, section = stored(), _place(code), municipality_section(code)
    form, changed = MunicipalityForm(data=municipality_data(place, mark_of_section(setup, section))), None
    if form.validate_on_submit():
        changed = apply(form, section, lambda each: _with(each, form.place(code, place)))
    return answer("municipality.html", form, changed, code=code)


@blueprint.route("/hallinta/alue/kunnat/<code>/poista", methods=["GET", "POST"])
@allow(Role.ADMIN)
def remove(code: str) -> Result:
    """Remove a municipality that nothing uses."""
    place, form = _place(code), Form()
    if form.validate_on_submit():
        fault = _why_not_removed(code)
        if fault is None:
            flash(_("The municipality is removed."), "success")
            return redirect(url_for(".list_all"), 303)
        for text in removal_texts(fault):
            form.refuse(None, text)
    return render_template("county_desk/municipality_remove.html", form=form, place=place)


def _why_not_removed(code: str) -> Refusal | None:
    """Remove the municipality; return why it was not."""
    setup, section = stored(), municipality_section(code)
    if len(setup.municipalities) == 1:
        return Refusal(LAST_MUNICIPALITY)
    seen = Seen(mark_of_section(setup, section))
    for _step in ("shown", "stored"):
        tried = change_settings(
            db(),
            setup.code,
            section,
            lambda each: _without(each, code),
            seen,
            actor=current_actor(),
            now=now(),
        )
        if tried.faults:
            return tried.faults[0]
        seen = tried.seen
    return None


def _place(code: str) -> MunicipalitySetup:
    return next((each for each in stored().municipalities if each.code == code), None) or not_found()


def _without(setup: CountySetup, code: str) -> CountySetup:
    return replace(setup, municipalities=tuple(each for each in setup.municipalities if each.code != code))


def _with(setup: CountySetup, place: MunicipalitySetup) -> CountySetup:
    others = _without(setup, place.code).municipalities
    return replace(setup, municipalities=tuple(sorted([*others, place], key=lambda each: each.code)))
