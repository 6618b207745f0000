"""/hallinta/alue/neuvonta: an administrator names the county's contacts for advice and complaints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, url_for

from county_desk.actions.change_settings import Seen, change_settings
from county_desk.pages.complaint_path_form import (
    CONTACT_KINDS,
    ComplaintPathForm,
    CorrectionPathForm,
    complaint_path_data,
)
from county_desk.pages.setting_texts import fault_text
from county_desk.pages.settings import answer, apply, own_county_id, stored
from county_desk.rules.complaint_paths import ComplaintPathSetup, path_section
from county_desk.rules.county_setup import CountySetup
from county_desk.rules.settings_sections import mark_of_section
from foundation.vocabulary.complaint_kinds import ComplaintKind
from foundation.vocabulary.roles import Role
from foundation.web.clock import now
from foundation.web.forms import Form
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.load.complaint_paths import county_contacts

blueprint = Blueprint("county_complaint_paths", __name__, template_folder="../templates")
PLACES = {
    "asiavastaava": ComplaintKind.OMBUDSMAN,
    "muistutus": ComplaintKind.OBJECTION,
    "oikaisuvaatimus": ComplaintKind.CORRECTION,
    "valvonta": ComplaintKind.AUTHORITY,
}
"""The kinds by the last part of the address of their pages."""


@blueprint.get("/hallinta/alue/neuvonta")
@allow(Role.ADMIN)
def show() -> Page:
    """Show the contacts as clients see them, and where each is changed."""
    (own,) = county_contacts(db(), [own_county_id()])
    return render_template(
        "county_desk/complaint_paths.html", contacts=own.contacts, places=PLACES, contact_kinds=CONTACT_KINDS
    )


@blueprint.route("/hallinta/alue/neuvonta/<place>", methods=["GET", "POST"])
@allow(Role.ADMIN)
def change(place: str) -> Result:
    """Change a contact, or give the first one of its kind."""
    kind, setup = PLACES.get(place) or not_found(), stored()
    section = path_section(kind)
    form_class = CorrectionPathForm if kind is ComplaintKind.CORRECTION else ComplaintPathForm
    former = _former(setup, kind)
    data = complaint_path_data(former) | {"section_mark": mark_of_section(setup, section)}
    form, changed = form_class(data=data), None
    if form.validate_on_submit():
        changed = apply(form, section, lambda each: _with(each, form.path(kind)))
    title = CONTACT_KINDS[kind]
    return answer("complaint_path.html", form, changed, kind_title=title, place=place, former=former)


@blueprint.route("/hallinta/alue/neuvonta/<place>/poista", methods=["GET", "POST"])
@allow(Role.ADMIN)
def remove(place: str) -> Result:
    """Remove a contact: clients read the common text again."""
    kind, form = PLACES.get(place) or not_found(), Form()
    former = _former(stored(), kind) or not_found()
    if form.validate_on_submit():
        fault = _why_not_removed(kind)
        if fault is None:
            flash(_("The contact is removed."), "success")
            return redirect(url_for(".show"), 303)
        form.refuse(None, fault_text(fault))
    shown = {"former": former, "kind_title": CONTACT_KINDS[kind], "place": place}
    return render_template("county_desk/complaint_path_remove.html", form=form, **shown)


def _former(setup: CountySetup, kind: ComplaintKind) -> ComplaintPathSetup | None:
    return next((each for each in setup.complaint_paths or () if each.kind is kind), None)


def _why_not_removed(kind: ComplaintKind) -> str | None:
    """Remove the contact; return why it was not."""
    section, code = path_section(kind), stored().code
    seen = Seen(mark_of_section(stored(), section))
    for _step in ("shown", "stored"):
        tried = change_settings(
            db(), code, section, lambda setup: _without(setup, kind), seen, actor=current_actor(), now=now()
        )
        if tried.faults:
            return tried.faults[0].code
        seen = tried.seen
    return None


def _without(setup: CountySetup, kind: ComplaintKind) -> CountySetup:
    return _in_order(setup, (each for each in setup.complaint_paths or () if each.kind is not kind))


def _with(setup: CountySetup, path: ComplaintPathSetup) -> CountySetup:
    return _in_order(setup, [*(_without(setup, path.kind).complaint_paths or ()), path])


def _in_order(setup: CountySetup, paths: Iterable[ComplaintPathSetup]) -> CountySetup:
    kinds = list(ComplaintKind)
    ordered = sorted(paths, key=lambda path: kinds.index(path.kind))
    return replace(setup, complaint_paths=tuple(ordered))
