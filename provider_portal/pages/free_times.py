"""/t/vapaat: hours of the week in which the provider is free, closed days, and what clients see of them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.plans.rules.free_times import first_free_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import _
from foundation.web.pages import Page, Result, read_id
from foundation.web.transaction import db
from marketplace.actions.keep_free_times import change_free_times
from marketplace.load.own_free_times import OwnFreeTimes, own_free_times, own_offering_titles
from provider_portal.pages.free_time_forms import ClosedForm, HoursForm, hours_form

blueprint = Blueprint("provider_free_times", __name__, template_folder="../templates")


@blueprint.route("/t/vapaat", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def show() -> Result:
    """Show the hours and closed days, and add hours."""
    form = hours_form(_titles())
    if form.validate_on_submit():
        hours = form.read(today())
        if hours and _stored(form.show, add=hours):
            flash(_("Clients see these hours now."), "success")
            return redirect(url_for(".show"))
    return _page(form, ClosedForm(formdata=None))


@blueprint.post("/t/vapaat/suljettu")
@allow(*PROVIDER_ROLES)
def close() -> Result:
    """Add closed days."""
    form = ClosedForm()
    if form.validate_on_submit() and _stored(form.show, close=[form.read()]):
        flash(_("No free times are shown on these days."), "success")
        return redirect(url_for(".show"))
    return _page(hours_form(_titles(), is_sent=False), form)


@blueprint.post("/t/vapaat/poista")
@allow(*PROVIDER_ROLES)
def remove() -> Result:
    """Remove hours, or open on days that were closed."""
    hours, closed = (read_id(request.form.get(name, "")) for name in ("hours", "closed"))
    remove, reopen = ({key} if key else set() for key in (hours, closed))
    actor = current_actor()
    change_free_times(db(), current_provider_id(), remove=remove, reopen=reopen, actor=actor, now=now())
    flash(_("It was removed."), "success")
    return redirect(url_for(".show"))


def _stored(show: Callable[[Refusal], None], **changes: object) -> bool:
    key = {"actor": current_actor(), "now": now()}
    kept = change_free_times(db(), current_provider_id(), **changes, **key)  # type: ignore[arg-type]
    if isinstance(kept, Refusal):
        show(kept)
    return isinstance(kept, OwnFreeTimes)


def _titles() -> dict[int, str]:
    return own_offering_titles(db(), current_provider_id())


def _page(form: HoursForm, closed_form: ClosedForm) -> Page:
    times, day = own_free_times(db(), current_provider_id()), today()
    return render_template(
        "provider_portal/free_times.html",
        form=form,
        closed_form=closed_form,
        titles=_titles(),
        hours={
            key: each for key, each in times.hours.items() if each.last_day is None or each.last_day >= day
        },
        closed={key: window for key, window in times.closed.items() if window.last >= day},
        free=times.free,
        first_free={key: first_free_day(slots, day) for key, slots in times.free.items()},
    )
