"""/t/omat: a worker of a provider sees the visits of own clients, and charges them as planned or as given."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.charges.facts.answers import ChargeAnswer
from clearing.plans.facts.plan import VisitId
from foundation.vocabulary.dates import DateWindow, parse_iso_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_WORKERS
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db, system_context
from marketplace.labels import CANCELLATION_REASONS
from marketplace.load.listed_visit import ListedVisit
from provider_portal.actions.charge_visit import charge_visit, mark_not_given
from provider_portal.disclosure.visit_workers import visit_of_worker, visits_of_worker
from provider_portal.labels import VISIT_REFUSALS
from provider_portal.pages.charge_one import outcome_message
from provider_portal.pages.charge_queue import ASK_A_BILLER, Told, send_visit
from provider_portal.pages.visits import LONGEST_WHY, OURS, STATES, by_day

blueprint = Blueprint("provider_own_visits", __name__, template_folder="../templates")
DAYS_SHOWN = 7
DAYS_BACK, DAYS_AHEAD = 60, 60
"""How far a worker looks back, to charge what was forgotten, and ahead."""


class NotGivenForm(Form):
    """Why a visit was not given."""

    who = ChoiceField(
        N_("Why did the visit not happen?"), [needed(N_("Choose why the visit did not happen"))]
    )
    why = TextField(N_("More about it"), [at_most(LONGEST_WHY, N_("At most %(length)s characters"))])

    def __init__(self) -> None:
        super().__init__()
        reasons = [(code, _(text)) for code, text in CANCELLATION_REASONS.items()]
        self.who.choices = [(OURS, _("We could not come")), *reasons]


@blueprint.get("/t/omat")
@allow(*PROVIDER_WORKERS)
def show() -> Page:
    """Show the worker's visits of seven days, those of today first."""
    first = _first_day()
    window = DateWindow(first, first + timedelta(days=DAYS_SHOWN - 1))
    visits = visits_of_worker(db(), window, actor=current_actor(), now=now())
    return render_template(
        "provider_portal/own_visits.html",
        days=by_day(visits),
        loose=[visit for visit in visits if visit.start is None],
        has_clients=bool(current_actor().choice_ids),
        window=window,
        previous=first - timedelta(days=DAYS_SHOWN),
        following=first + timedelta(days=DAYS_SHOWN),
        states=STATES,
    )


def _first_day() -> date:
    """Return the day in the address if it is near, else today."""
    day = parse_iso_day(request.values.get("alkaen", "")) or today()
    return day if -DAYS_BACK <= (day - today()).days <= DAYS_AHEAD else today()


@blueprint.post("/t/omat/<visit_id>/tehty")
@allow(*PROVIDER_WORKERS)
@system_context
def charge_as_planned(visit_id: str) -> Result:
    """Charge a visit as it was planned, and go back to the list."""
    done = charge_visit(db(), visit=own_visit(visit_id), actor=current_actor(), now=now())
    tell_worker(done)
    return redirect(url_for(".show", alkaen=_first_day().isoformat()))


def tell_worker(done: ChargeAnswer | Refusal) -> None:
    """Say on the next page what became of a charge; why, a biller sees: reasons name prices."""
    if isinstance(done, Refusal):
        flash(_(VISIT_REFUSALS[done.code]), "error")
    elif done.outcome == "refused":
        flash(f"{_('The charge was refused.')} {_(ASK_A_BILLER)}", "error")
    else:
        flash(*outcome_message(done))


@blueprint.post("/t/omat/<visit_id>/tehty/jono")
@allow(*PROVIDER_WORKERS)
@system_context
def charge_queued(visit_id: str) -> Told:
    """Charge a visit that a phone sends as it was planned, once, and tell the script what became of it."""
    return send_visit(found_visit(visit_id), url_for(".show", alkaen=_first_day().isoformat()))


@blueprint.route("/t/omat/<visit_id>/ei-toteutunut", methods=["GET", "POST"])
@allow(*PROVIDER_WORKERS)
@system_context
def not_given(visit_id: str) -> Result:
    """Ask why a visit was not given, and take it off the list. What may be charged then, a biller charges."""
    visit, form = own_visit(visit_id), NotGivenForm()
    if not form.validate_on_submit():
        return render_template("provider_portal/own_visit_not_given.html", visit=visit, form=form)
    why = ": ".join(part for part in (str(form.who.data), form.why.data or "") if part)
    refusal = mark_not_given(db(), visit=visit, why=why, actor=current_actor(), now=now())
    if refusal is None:
        flash(_("The visit is off the list. Nothing is charged for it."), "success")
    else:
        flash(_(VISIT_REFUSALS[refusal.code]), "error")
    return redirect(url_for(".show", alkaen=visit.day.isoformat()))


def own_visit(text: str) -> ListedVisit:
    """Return a visit of the worker by its id in an address; else the page is not there."""
    return found_visit(text) or not_found()


def found_visit(text: str) -> ListedVisit | None:
    """Return a visit of the worker by its id in an address; None for any other."""
    visit_id = VisitId.parse(text)
    return visit_id and visit_of_worker(db(), visit_id, actor=current_actor(), now=now())
