"""/t/kaynnit: the visits that clients have planned, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.plans.facts.plan import VisitId
from foundation.vocabulary.dates import DateWindow, parse_iso_day
from foundation.vocabulary.labels import StateLabel
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Paging, read_page_number
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db, system_context
from marketplace.labels import CANCELLATION_REASONS
from marketplace.load.listed_visit import ListedVisit
from marketplace.rules.visit_list import VisitState, week_around
from provider_portal.actions.charge_visit import charge_visit, mark_not_given
from provider_portal.disclosure.visits import planned_visits, visit_to_charge
from provider_portal.labels import VISIT_REFUSALS
from provider_portal.pages.charge_one import outcome_message
from provider_portal.pages.charge_queue import Told, send_visit
from provider_portal.rules.visit_entry import VisitEntry
from provider_portal.rules.visit_to_charge import entry_of, visit_reference

ON_A_PAGE = 50
UNBILLED_DAYS = 60
LONGEST_WHY = 400
OURS = "provider"
"""The answer that the provider itself could not come: nothing may be charged then."""
FARTHEST_WEEKS = 104
blueprint = Blueprint("provider_visits_pages", __name__, template_folder="../templates")
blueprint.add_app_template_filter(visit_reference, "visit_reference")


@blueprint.app_template_filter("as_planned")
def as_planned(visit: ListedVisit) -> VisitEntry:
    """Return what one tap now charges of a visit."""
    return entry_of(visit.planned, visit.choice, today())


STATES = {
    VisitState.PLANNED: StateLabel(N_("Planned"), "plain"),
    VisitState.CANCELLED: StateLabel(N_("Visit cancelled"), "wait"),
    VisitState.CHARGED: StateLabel(N_("Charge sent"), "good"),
    VisitState.UNBILLED: StateLabel(N_("Not charged"), "wait"),
}


@blueprint.get("/t/kaynnit")
@allow(*PROVIDER_ROLES)
def show() -> Page:
    """Show the planned visits of a week, by day and in order of their time."""
    window, paging = _window(), read_page_number(ON_A_PAGE)
    return render_template(
        "provider_portal/visits.html", window=window, states=STATES, **_week(window, paging)
    )


def _week(window: DateWindow, paging: Paging) -> dict[str, object]:
    visits, total = _planned(window, paging)
    return {
        "days": by_day(visits),
        "loose": [visit for visit in visits if visit.start is None],
        "paging": paging.of(total),
        "previous": window.first - timedelta(weeks=1),
        "following": window.first + timedelta(weeks=1),
    }


def _planned(
    window: DateWindow, paging: Paging, state: VisitState | None = None
) -> tuple[list[ListedVisit], int]:
    return planned_visits(
        db(),
        current_provider_id(),
        window,
        first=paging.offset,
        count=paging.page_size,
        actor=current_actor(),
        now=now(),
        state=state,
    )


def _window() -> DateWindow:
    """Return the week of the day in the address, else this week."""
    day = parse_iso_day(request.args.get("viikko", "")) or today()
    is_near = abs((day - today()).days) <= FARTHEST_WEEKS * 7
    return week_around(day if is_near else today())


def by_day(visits: Sequence[ListedVisit]) -> list[tuple[date, list[ListedVisit]]]:
    """Return the visits with times by their day."""
    timed = [visit for visit in visits if visit.start is not None]
    return [(day, list(found)) for day, found in groupby(timed, key=lambda visit: visit.day)]


@blueprint.get("/t/kaynnit/kirjaamatta")
@allow(*PROVIDER_ROLES)
def show_unbilled() -> Page:
    """Show the visits of the last two months that are over and not charged."""
    paging = read_page_number(ON_A_PAGE)
    window = DateWindow(today() - timedelta(days=UNBILLED_DAYS), today())
    visits, total = _planned(window, paging, VisitState.UNBILLED)
    return render_template(
        "provider_portal/visits_unbilled.html", visits=visits, states=STATES, paging=paging.of(total)
    )


@blueprint.app_context_processor
def _visit_states() -> dict[str, object]:
    return {"visit_states": STATES}


@blueprint.app_template_global("visits_of_today")
def visits_of_today() -> list[ListedVisit]:
    """Return the first visits with times of the provider's clients that are planned for today."""
    window = DateWindow(today(), today())
    visits, _total = planned_visits(
        db(),
        current_provider_id(),
        window,
        first=0,
        count=ON_A_PAGE,
        actor=current_actor(),
        now=now(),
        timed=True,
    )
    return visits


@blueprint.post("/t/kaynnit/<visit_id>/tehty")
@allow(*PROVIDER_ROLES)
@system_context
def charge_as_planned(visit_id: str) -> Result:
    """Charge a visit as it was planned, and go back to the list."""
    done = charge_visit(db(), visit=_own(visit_id), actor=current_actor(), now=now())
    if isinstance(done, Refusal):
        flash(_(VISIT_REFUSALS[done.code]), "error")
        return redirect(_list_url())
    flash(*outcome_message(done))
    if done.outcome == "refused" and done.id is not None:
        return redirect(url_for("provider_charges_list.show", charge_id=done.id))
    return redirect(_list_url())


@blueprint.post("/t/kaynnit/<visit_id>/tehty/jono")
@allow(*PROVIDER_ROLES)
@system_context
def charge_queued(visit_id: str) -> Told:
    """Charge a visit that a phone sends as it was planned, once, and tell the script what became of it."""
    return send_visit(_found(visit_id), _list_url())


class NotGivenForm(Form):
    """Who cancelled the visit, whether it is charged, and why it was not given."""

    who = ChoiceField(
        N_("Why did the visit not happen?"), [needed(N_("Choose why the visit did not happen"))]
    )
    why = TextField(N_("More about it"), [at_most(LONGEST_WHY, N_("At most %(length)s characters"))])

    def __init__(self) -> None:
        super().__init__()
        reasons = [(code, _(text)) for code, text in CANCELLATION_REASONS.items()]
        self.who.choices = [(OURS, _("We could not come")), *reasons]


@blueprint.route("/t/kaynnit/<visit_id>/ei-toteutunut", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
@system_context
def not_given(visit_id: str) -> Result:
    """Ask who cancelled a visit and why, and take it off the list or charge what R-35 allows."""
    visit = _own(visit_id)
    form = NotGivenForm()
    if form.validate_on_submit():
        if "charge" in request.form and form.who.data != OURS:
            return redirect(_charge_url(visit, form.who.data))
        return _marked(visit, form)
    return render_template("provider_portal/visit_not_given.html", visit=visit, form=form, ours=OURS)


def _marked(visit: ListedVisit, form: NotGivenForm) -> Result:
    why = ": ".join(part for part in (str(form.who.data), form.why.data or "") if part)
    refusal = mark_not_given(db(), visit=visit, why=why, actor=current_actor(), now=now())
    if refusal is None:
        flash(_("The visit is off the list. Nothing is charged for it."), "success")
    else:
        flash(_(VISIT_REFUSALS[refusal.code]), "error")
    return redirect(_list_url())


def _charge_url(visit: ListedVisit, reason: str) -> str:
    return url_for("provider_charge_one.show", seteli=visit.choice.voucher, kaynti=visit.id, peruttu=reason)


def _own(text: str) -> ListedVisit:
    return _found(text) or not_found()


def _found(text: str) -> ListedVisit | None:
    visit_id = VisitId.parse(text)
    return visit_id and visit_to_charge(db(), current_provider_id(), visit_id, now=now())


def _list_url() -> str:
    """Return the list from which the visit was sent: the start page, those not charged, or its week."""
    place = request.values.get("place", "")
    if place == "today":
        return url_for("provider_today.show")
    if place == "unbilled":
        return url_for(".show_unbilled")
    return url_for(".show", viikko=place)
