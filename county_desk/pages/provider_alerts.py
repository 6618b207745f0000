"""/tt/halytys/tuottaja: a provider at risk, with the clients who have chosen it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.upkeep.actions.judge_usefulness import Verdict, judge_usefulness
from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.load.provider_alerts import ProviderAlert, providers_at_risk
from clearing.upkeep.rules.provider_warnings import Risk
from county_desk.disclosure.alerts import affected_clients
from county_desk.load.affected_clients import AffectedClient
from county_desk.pages.alert_texts import FORMULAS, NEXT_STEPS, RISKS
from county_desk.pages.alerts import UsefulForm
from foundation.vocabulary.roles import Role
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db

blueprint = Blueprint("county_provider_alerts", __name__, template_folder="../templates")


@blueprint.app_template_global("risks_to_read")
def risks_to_read() -> list[ProviderAlert]:
    """Return the providers at risk of whose warning no worker has said whether it is useful."""
    return providers_at_risk(db(), current_actor().county_id or 0, only_new=True)


@blueprint.app_template_filter("risk_text")
def risk_text(risk: Risk) -> str:
    """Return why a provider is at risk, in a few words."""
    return _(RISKS[risk])


@blueprint.route("/tt/halytys/tuottaja/<int:alert_id>", methods=["GET", "POST"])
@allow(Role.WORKER)
def show(alert_id: int) -> Result:
    """One provider at risk, its clients, and the word on the warning."""
    alert, form = _own(alert_id), UsefulForm()
    if form.validate_on_submit():
        judge_usefulness(db(), alert, Verdict(form.verdict.data or ""), actor=current_actor(), now=now())
        flash(_("Thank you. The warning has left your list."), "success")
        return redirect(url_for("county_worklist.show"))
    return render_template(
        "county_desk/provider_alert.html",
        alert=alert,
        form=form,
        clients=_clients(alert),
        texts=(_(FORMULAS[AlertRule.AT_RISK]), _(NEXT_STEPS[AlertRule.AT_RISK])),
    )


def _clients(alert: ProviderAlert) -> list[AffectedClient]:
    return affected_clients(db(), alert.county_id, alert.provider_id, actor=current_actor(), now=now())


def _own(alert_id: int) -> ProviderAlert:
    found = {each.id: each for each in providers_at_risk(db(), current_actor().county_id or 0)}
    return found.get(alert_id) or not_found()
