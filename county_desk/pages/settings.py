"""/hallinta/alue: an administrator changes the settings of the own county, each shown before it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.eligibility.facts.calendar import DayKind
from county_desk.actions.change_settings import ChangedSettings, Seen, change_settings, withdraw_version
from county_desk.load.county_setup import newest_setup
from county_desk.load.people import inviting_county
from county_desk.load.settings_versions import concerned, dated_settings
from county_desk.pages.pay_day_texts import pay_days_shown
from county_desk.pages.setting_forms import (
    AddressForm,
    CalendarForm,
    DetailsForm,
    LateDaysForm,
    SettingsForm,
    calendar_data,
    details_data,
)
from county_desk.pages.setting_texts import calendar_rows, change_rows
from county_desk.rules.county_setup import CountySetup
from county_desk.rules.settings_sections import Section, mark_of_section
from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Role
from foundation.web.clock import now, today
from foundation.web.formats import name_text
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.load.catalogue import service_names, time_class_names
from marketplace.load.names import Names

blueprint = Blueprint("county_settings", __name__, template_folder="../templates")
ANY_TIME = "any"
Edit = Callable[[CountySetup], CountySetup]


@blueprint.get("/hallinta/alue")
@allow(Role.ADMIN)
def show() -> Page:
    """Show every setting, what begins later, and where each is changed."""
    setup, classes = stored(), time_class_names(db())
    dated = dated_settings(db(), own_county_id(), today())
    return render_template(
        "county_desk/settings.html",
        setup=setup,
        dated=dated,
        pays=pay_days_shown(own_county_id(), today()),
        centres=_centres(setup),
        services=sorted(name_text(service_names(db())[code]) for code in setup.services),
        calendar=calendar_rows(dated.calendar, classes),
        later_calendars=[(day, calendar_rows(each, classes)) for day, each in dated.later_calendars],
    )


def _centres(setup: CountySetup) -> list[tuple[str, Names, Money]]:
    return [
        (each.code, Names(each.name.fi, each.name.sv, each.name.en), each.appropriation_cents)
        for each in setup.cost_centres
    ]


@blueprint.route("/hallinta/alue/tiedot", methods=["GET", "POST"])
@allow(Role.ADMIN)
def change_details() -> Result:
    """Change names, phone, business ID and the time that messages are kept."""
    setup = stored()
    form = DetailsForm(data=details_data(setup))
    changed = apply(form, Section.DETAILS, form.edit) if form.validate_on_submit() else None
    return answer("settings_details.html", form, changed)


@blueprint.route("/hallinta/alue/myohassa", methods=["GET", "POST"])
@allow(Role.ADMIN)
def change_late_days() -> Result:
    """Change the days for late charges from a day on."""
    setup = stored()
    mark = mark_of_section(setup, Section.LATE_DAYS)
    form = LateDaysForm(data={"late_days": setup.late_days, "from_day": tomorrow(), "section_mark": mark})
    changed = apply(form, Section.LATE_DAYS, form.edit) if form.validate_on_submit() else None
    return answer("settings_late_days.html", form, changed, from_day=form.from_day.data)


@blueprint.route("/hallinta/alue/osoite", methods=["GET", "POST"])
@allow(Role.ADMIN)
def change_address() -> Result:
    """Change the address on invoices from a day on."""
    setup = stored()
    mark = mark_of_section(setup, Section.ADDRESS)
    address = {} if setup.address is None else asdict(setup.address)
    form = AddressForm(data={**address, "from_day": tomorrow(), "section_mark": mark})
    changed = apply(form, Section.ADDRESS, form.edit) if form.validate_on_submit() else None
    return answer("settings_address.html", form, changed)


@blueprint.route("/hallinta/alue/kalenteri", methods=["GET", "POST"])
@allow(Role.ADMIN)
def change_calendar() -> Result:
    """Change the calendar of time classes from a day on."""
    setup = stored()
    data = calendar_data(setup.calendar, tomorrow())
    form = CalendarForm(data=data | {"section_mark": mark_of_section(setup, Section.CALENDAR)})
    form.offer({code: names for code, names in time_class_names(db()).items() if code != ANY_TIME})
    changed = _apply_calendar(form) if form.validate_on_submit() else None
    return answer("settings_calendar.html", form, changed, from_day=form.from_day.data, kinds=list(DayKind))


def _apply_calendar(form: CalendarForm) -> ChangedSettings | None:
    calendar = form.read()
    if calendar is None:
        return None
    first_day = form.from_day.data

    def edit(setup: CountySetup) -> CountySetup:
        return replace(setup, calendar=calendar, calendar_from=first_day)

    return apply(form, Section.CALENDAR, edit)


@blueprint.post("/hallinta/alue/kalenteri/<first_day>/peru", defaults={"name": "calendar"})
@blueprint.post("/hallinta/alue/osoite/<first_day>/peru", defaults={"name": "address"})
@blueprint.post("/hallinta/alue/myohassa/<first_day>/peru", defaults={"name": "late_days"})
@blueprint.post("/hallinta/alue/maksupaivat/<first_day>/peru", defaults={"name": "settlement_calendar"})
@allow(Role.ADMIN)
def withdraw(name: str, first_day: str) -> Result:
    """Withdraw a calendar, late days, an address or pay days that have not begun."""
    actor, day = current_actor(), parse_iso_day(first_day) or not_found()
    if not withdraw_version(db(), own_county_id(), name, day, actor=actor, now=now()):
        not_found()
    flash(_("It is withdrawn. What is in force before that day goes on."), "success")
    return redirect(url_for(".show"), 303)


def apply(form: SettingsForm, section: str, edit: Edit) -> ChangedSettings:
    """Show what the form changes, or store it if the button says so and nothing has changed since."""
    seen = form.seen() if "store" in request.form else Seen(form.seen().section)
    changed = change_settings(db(), stored().code, section, edit, seen, actor=current_actor(), now=now())
    form.show(changed)
    return changed


def answer(
    template: str,
    form: SettingsForm,
    changed: ChangedSettings | None,
    *,
    from_day: date | None = None,
    **values: object,
) -> Result:
    """Return to the overview when it is stored; else show the form, and under it what would change."""
    if changed is not None and changed.is_stored:
        flash(_("The settings are stored."), "success")
        return redirect(url_for("county_settings.show"), 303)
    names = {**time_class_names(db()), **service_names(db())} if changed else {}
    rows = change_rows(changed.changes, names) if changed else []
    whom = concerned(db(), own_county_id(), from_day) if changed and from_day else None
    return render_template(
        f"county_desk/{template}",
        form=form,
        changed=changed,
        rows=rows,
        concerned=whom,
        from_day=from_day,
        **values,
    )


def own_county_id() -> int:
    """Return the id of the administrator's county."""
    return current_actor().county_id or 0


def stored() -> CountySetup:
    """Return the stored settings of the own county, with what begins later."""
    county = inviting_county(db(), own_county_id()) or not_found()
    return newest_setup(db(), county.code) or not_found()


def tomorrow() -> date:
    """Return the first day that is not locked."""
    return today() + timedelta(days=1)
