"""/hallinta/alue/kustannuspaikat: an administrator adds, changes and removes cost centres."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, url_for

from county_desk.actions.change_settings import ChangedSettings, Seen, change_settings
from county_desk.pages.setting_forms import CostCentreForm, NewCostCentreForm, cost_centre_data
from county_desk.pages.setting_texts import fault_text
from county_desk.pages.settings import answer, apply, stored
from county_desk.rules.county_setup import CostCentreSetup, CountySetup
from county_desk.rules.settings_sections import cost_centre_section, mark_of_section
from foundation.vocabulary.roles import Role
from foundation.web.clock import now
from foundation.web.forms import Form
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db

blueprint = Blueprint("county_cost_centres", __name__, template_folder="../templates")


@blueprint.route("/hallinta/alue/kustannuspaikat/uusi", methods=["GET", "POST"])
@allow(Role.ADMIN)
def add() -> Result:
    """Add a cost centre with its appropriation."""
    form, changed = NewCostCentreForm(), None
    if form.validate_on_submit():
        code = form.code.data or ""
        section = cost_centre_section(code)
        if any(each.code == code for each in stored().cost_centres):
            form.refuse("code", fault_text("code_taken"))
        else:
            form.section_mark.data = mark_of_section(stored(), section)
            changed = apply(form, section, lambda setup: _with(setup, form.centre(code)))
    return answer("cost_centre.html", form, changed, code=None)


@blueprint.route("/hallinta/alue/kustannuspaikat/<code>", methods=["GET", "POST"])
@allow(Role.ADMIN)
def change(code: str) -> Result:
    """Change the names and the appropriation of a cost centre."""
    setup, centre = stored(), _centre(code)
    form, changed = CostCentreForm(data=cost_centre_data(setup, centre)), None
    if form.validate_on_submit():
        changed = apply(form, cost_centre_section(code), lambda setup: _with(setup, form.centre(code)))
    return answer("cost_centre.html", form, changed, code=code)


@blueprint.route("/hallinta/alue/kustannuspaikat/<code>/poista", methods=["GET", "POST"])
@allow(Role.ADMIN)
def remove(code: str) -> Result:
    """Remove a cost centre that nothing is paid from."""
    centre, form = _centre(code), Form()
    if form.validate_on_submit():
        fault = _why_not_removed(code)
        if fault is None:
            flash(_("The cost centre is removed."), "success")
            return redirect(url_for("county_settings.show"), 303)
        form.refuse(None, fault_text(fault))
    return render_template("county_desk/cost_centre_remove.html", form=form, centre=centre)


def _why_not_removed(code: str) -> str | None:
    """Remove the cost centre; return why it was not."""
    setup = stored()
    if len(setup.cost_centres) == 1:
        return "last_one"
    tried = _remove(code, Seen(mark_of_section(setup, cost_centre_section(code))))
    faults = tried.faults or _remove(code, tried.seen).faults
    return faults[0].code if faults else None


def _remove(code: str, seen: Seen) -> ChangedSettings:
    key = {"actor": current_actor(), "now": now()}
    section = cost_centre_section(code)
    return change_settings(db(), stored().code, section, lambda setup: _without(setup, code), seen, **key)  # type: ignore[arg-type]


def _centre(code: str) -> CostCentreSetup:
    return next((each for each in stored().cost_centres if each.code == code), None) or not_found()


def _without(setup: CountySetup, code: str) -> CountySetup:
    return replace(setup, cost_centres=tuple(each for each in setup.cost_centres if each.code != code))


def _with(setup: CountySetup, centre: CostCentreSetup) -> CountySetup:
    others = [each for each in setup.cost_centres if each.code != centre.code]
    return replace(setup, cost_centres=tuple(sorted([*others, centre], key=lambda each: each.code)))
