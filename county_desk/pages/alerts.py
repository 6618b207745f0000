"""/tt/halytys: one early warning with its numbers and its formula in words, and whether it was useful."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.upkeep.actions.judge_usefulness import Verdict, judge_usefulness
from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.load.alerts import AlertEntry
from county_desk.disclosure.alerts import listed_alerts, shown_alert
from county_desk.pages.alert_texts import FORMULAS, NEXT_STEPS, TITLES
from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import ChoiceField, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db

blueprint = Blueprint("county_alerts", __name__, template_folder="../templates")
SHOWN, MOST = 8, 500


class UsefulForm(WordedForm):
    """Whether the alert was useful."""

    verdict = ChoiceField(
        N_("Was this useful?"),
        [needed(N_("Choose one"))],
        choices=[(Verdict.USEFUL.value, N_("Yes")), (Verdict.NOT_USEFUL.value, N_("No"))],
        hint=N_("It then leaves your list. The answers show which warnings should be changed."),
    )


@blueprint.app_template_global("alerts_to_read")
def alerts_to_read() -> tuple[list[AlertEntry], int]:
    """Return the first alerts of which no worker has said whether they are useful, and how many there are."""
    actor = current_actor()
    count = MOST if request.args.get("varoitukset") == "kaikki" else SHOWN
    return listed_alerts(
        db(), actor.county_id or 0, first=0, count=count, only_new=True, actor=actor, now=now()
    )


@blueprint.app_template_filter("alert_title")
def alert_title(rule: AlertRule) -> str:
    """Return what an alert is about, in a few words."""
    return _(TITLES[rule])


@blueprint.route("/tt/halytys/<int:alert_id>", methods=["GET", "POST"])
@allow(Role.WORKER)
def show(alert_id: int) -> Result:
    """One alert, and the word on it."""
    actor, form = current_actor(), UsefulForm()
    alert = shown_alert(db(), actor.county_id or 0, alert_id, actor=actor, now=now()) or not_found()
    if form.validate_on_submit():
        judge_usefulness(db(), alert, Verdict(form.verdict.data or ""), actor=actor, now=now())
        flash(_("Thank you. The warning has left your list."), "success")
        return redirect(url_for("county_worklist.show"))
    return render_template(
        "county_desk/alert.html",
        alert=alert,
        form=form,
        formula=_(FORMULAS[alert.rule]),
        next_step=_(NEXT_STEPS[alert.rule]),
    )
