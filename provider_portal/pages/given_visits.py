"""/t/omat/…/toisin: a worker records a visit that was given otherwise than planned (docs/decisions/0229)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.charges.facts.answers import ChargeAnswer
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_WORKERS
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result
from foundation.web.transaction import db, system_context
from marketplace.load.listed_visit import ListedVisit
from provider_portal.actions.charge_visit import (
    VISIT_UNKNOWN,
    charge_given,
    why_not_given_otherwise,
)
from provider_portal.labels import VISIT_REFUSALS
from provider_portal.pages.charge_queue import ASK_A_BILLER, OTHER_PERSON, Told, queue_owner, told_of_visit
from provider_portal.pages.given_visit_form import GivenVisitForm
from provider_portal.pages.own_visits import found_visit, own_visit, tell_worker

blueprint = Blueprint("provider_given_visits", __name__, template_folder="../templates")


@blueprint.route("/t/omat/<visit_id>/toisin", methods=["GET", "POST"])
@allow(*PROVIDER_WORKERS)
@system_context
def record(visit_id: str) -> Result:
    """Ask what was given, and charge it at the company's list price."""
    visit = own_visit(visit_id)
    closed = why_not_given_otherwise(visit, now())
    if closed is not None and request.method == "GET":
        flash(_(VISIT_REFUSALS[closed.code]), "error")
        return redirect(_list_url(visit))
    form = GivenVisitForm(visit)
    return _recorded(visit, form) if form.validate_on_submit() else _page(visit, form)


def _recorded(visit: ListedVisit, form: GivenVisitForm) -> Result:
    done = _charge(visit, form)
    if not isinstance(done, Refusal) and done.id is None:
        form.refuse(None, f"{_('The visit was not charged.')} {_(ASK_A_BILLER)}")
        return _page(visit, form)
    tell_worker(done)
    return redirect(_list_url(visit))


@blueprint.post("/t/omat/<visit_id>/toisin/jono")
@allow(*PROVIDER_WORKERS)
@system_context
def send_queued(visit_id: str) -> Told:
    """Charge what a phone sends of such a visit, once, and tell the script what became of it."""
    visit = found_visit(visit_id)
    if visit is None:
        return _faulty(None, [_(VISIT_REFUSALS[VISIT_UNKNOWN.code])]), 404
    if request.form.get("who") != queue_owner():
        return OTHER_PERSON
    form = GivenVisitForm(visit)
    if not form.validate_on_submit():
        page = url_for(".record", visit_id=visit.id)
        return _faulty(page, [text for _field, text in form.faults()]), 422
    return told_of_visit(_charge(visit, form), _list_url(visit))


def _faulty(page: str | None, reasons: list[str]) -> dict[str, object]:
    return {"message": _("The visit was not charged."), "reasons": reasons, "url": page}


def _charge(visit: ListedVisit, form: GivenVisitForm) -> ChargeAnswer | Refusal:
    return charge_given(db(), visit=visit, given=form.given(), actor=current_actor(), now=now())


def _page(visit: ListedVisit, form: GivenVisitForm) -> Page:
    return render_template(
        "provider_portal/own_visit_given.html", visit=visit, form=form, list_url=_list_url(visit)
    )


def _list_url(visit: ListedVisit) -> str:
    return url_for("provider_own_visits.show", alkaen=visit.day.isoformat())
