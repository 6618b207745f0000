"""/kaynnit/<visit>: move, cancel or restore one planned visit of the client."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from clearing.plans.facts.plan import VisitId
from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.money import Quantity, half_up_division
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import DayField, Form, QuantityField, TimeField, between, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.actions.change_visit import ChangedVisit, cancel_visit, change_visit, restore_visit
from marketplace.load.listed_visit import ListedVisit
from marketplace.pages.acting_client import Acting, acting
from marketplace.pages.guardian_wish import keep_wish_or_ask
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.visit_changes import VisitWish, has_begun
from marketplace.rules.visit_list import VisitState
from marketplace.rules.visit_refusals import words_of

blueprint = Blueprint("marketplace_visit_changes", __name__, template_folder="../templates")
MOST_HOURS = 35_99
CANCELLED: Final = N_("The visit has been cancelled. You can take it back in your week.")
CANCELLED_LATE: Final = N_(
    "The visit has been cancelled. The provider may charge for it. You can take it back in your week."
)
FIELDS = {
    "visits_overlap": "start",
    "possible_double": "start",
    "time_unknown": "start",
    "length_not_possible": "hours",
}


class MoveVisitForm(Form):
    """When the visit is instead, and how long."""

    to_day = DayField(N_("Which day?"), [needed(N_("Enter the day"))])
    start = TimeField(N_("What time does it start?"), [needed(N_("Enter the time when the visit starts"))])
    hours = QuantityField(
        N_("How many hours does it last?"),
        [
            needed(N_("Enter how many, for example 3")),
            between(1, None, N_("Enter a number above zero, for example 3")),
            between(None, MOST_HOURS, N_("The number is too large. Enter a smaller one.")),
        ],
    )

    def wish(self) -> VisitWish:
        """Return what was entered."""
        start, hours = self.start.data, self.hours.data
        assert start is not None
        minutes = half_up_division((hours or 0) * 60, 100)
        return VisitWish(self.to_day.data, start.hour * 60 + start.minute, minutes)


def _own(text: str) -> tuple[Acting, ListedVisit]:
    """Return the client of the page and a visit of the client; 404 without the right to change it."""
    person, visit_id = acting(), VisitId.parse(text)
    visit = None if visit_id is None else person.data.visit(visit_id, now())
    if visit is None or visit.start is None or not person.may_choose:
        not_found()
    return person, visit


def _to_come(text: str) -> tuple[Acting, ListedVisit]:
    person, visit = _own(text)
    if visit.state is not VisitState.PLANNED or has_begun(visit.planned.visit, now()):
        not_found()
    return person, visit


@blueprint.route("/kaynnit/<visit_id>/siirra", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def move(visit_id: str) -> Result:
    """Ask when the visit is instead, and move it."""
    person, visit = _to_come(visit_id)
    form = MoveVisitForm(data=_usual(visit))
    if form.validate_on_submit():
        outcome = change_visit(db(), visit=visit.visit_id, wish=form.wish(), actor=current_actor(), now=now())
        if isinstance(outcome, ChangedVisit):
            keep_wish_or_ask(person, GuardianAct.CHANGE_VISIT, visit.choice.id)
            moved = N_("The visit has been moved. You can move it back.")
            twice = N_("The visit has been moved. You have another helper at the same time.")
            return _receipt(twice if outcome.warnings else moved, form.to_day.data)
        _refuse(form, outcome)
    terms = person.data.cancellation(visit, today())
    return render_template("marketplace/move_visit.html", person=person, visit=visit, form=form, terms=terms)


def _usual(visit: ListedVisit) -> dict[str, object]:
    assert visit.start is not None
    assert visit.end is not None
    minutes = int((visit.end - visit.start).total_seconds()) // 60
    return {
        "to_day": visit.day,
        "start": visit.start.astimezone(HELSINKI).time(),
        "hours": Quantity(half_up_division(minutes * 100, 60)),
    }


def _refuse(form: MoveVisitForm, refusal: Refusal) -> None:
    if refusal == MANDATE_MISSING:
        not_found()
    for reason, words in zip(refusal.reasons or (refusal,), words_of(refusal), strict=True):
        form.refuse(FIELDS.get(reason.code, "to_day"), _(words))


@blueprint.route("/kaynnit/<visit_id>/peru", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def cancel(visit_id: str) -> Result:
    """Show what cancelling costs and until when it is free, and cancel the visit."""
    person, visit = _to_come(visit_id)
    form = Form()
    if not form.validate_on_submit():
        terms = person.data.cancellation(visit, today())
        return render_template(
            "marketplace/cancel_visit.html", person=person, visit=visit, form=form, terms=terms
        )
    outcome = cancel_visit(db(), visit=visit.visit_id, actor=current_actor(), now=now())
    if isinstance(outcome, Refusal):
        return _refused(outcome, visit.day)
    keep_wish_or_ask(person, GuardianAct.CANCEL_VISIT, visit.choice.id)
    is_late = outcome.fee is not None and outcome.fee.is_charged
    return _receipt(CANCELLED_LATE if is_late else CANCELLED, visit.day)


@blueprint.post("/kaynnit/<visit_id>/palauta")
@allow(*CLIENT_ROLES)
def restore(visit_id: str) -> Result:
    """Take back the cancelling of a visit."""
    _person, visit = _own(visit_id)
    outcome = restore_visit(db(), visit=visit.visit_id, actor=current_actor(), now=now())
    if isinstance(outcome, Refusal):
        return _refused(outcome, visit.day)
    return _receipt(N_("The visit is planned again."), visit.day)


def _receipt(text: str, day: date | None) -> Response:
    flash(_(text), "success")
    return redirect(_week_url(day))


def _refused(refusal: Refusal, day: date) -> Response:
    if refusal == MANDATE_MISSING:
        not_found()
    flash(". ".join(_(words) for words in words_of(refusal)), "error")
    return redirect(_week_url(day))


def _week_url(day: date | None) -> str:
    return url_for("marketplace_visits.show_week", viikko=(day or today()).isoformat())
