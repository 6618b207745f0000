"""/t/halytys: the early warning that the provider itself reports late."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.upkeep.actions.judge_usefulness import Verdict, judge_usefulness
from clearing.upkeep.load.provider_alerts import ProviderAlert, late_reports_of
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now
from foundation.web.forms import ChoiceField, Form, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db

blueprint = Blueprint("provider_alerts", __name__, template_folder="../templates")


class UsefulForm(Form):
    """Whether the warning was useful."""

    verdict = ChoiceField(N_("Was this useful?"), [needed(N_("Choose one"))])

    def __init__(self) -> None:
        super().__init__()
        self.verdict.choices = [(Verdict.USEFUL.value, _("Yes")), (Verdict.NOT_USEFUL.value, _("No"))]


@blueprint.app_template_global("late_reports")
def late_reports() -> list[ProviderAlert]:
    """Return the warnings of which nobody of the provider has said whether they are useful."""
    return late_reports_of(db(), current_provider_id(), only_new=True)


@blueprint.route("/t/halytys/<int:alert_id>", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def show(alert_id: int) -> Result:
    """The numbers, what to do, and the word on the warning."""
    found = {each.id: each for each in late_reports_of(db(), current_provider_id())}
    alert, form = found.get(alert_id) or not_found(), UsefulForm()
    if form.validate_on_submit():
        verdict = Verdict(form.verdict.data or "")
        judge_usefulness(db(), alert, verdict, actor=current_actor(), now=now())
        flash(_("Thank you. The warning has left your list."), "success")
        return redirect(url_for("provider_today.show"))
    return render_template("provider_portal/alert.html", alert=alert, form=form)
