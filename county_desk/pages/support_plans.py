"""/tt/asiakas/…/suunnitelma: the plan that a client shares; /hb/vaikutus: goals, without persons."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for

from county_desk.disclosure.support_plans import shared_plan
from county_desk.load.goals import goal_counts
from county_desk.pages.looking import reason_to_look, require_own_client
from county_desk.rules.small_counts import FEWEST, shown_counts
from foundation.vocabulary.plan_labels import GOAL_FACES
from foundation.vocabulary.roles import CASEWORK_ROLES, Role
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.pages import Page, Result
from foundation.web.transaction import db
from marketplace.load.catalogue import service_names

blueprint = Blueprint("county_support_plans", __name__, template_folder="../templates")


@blueprint.get("/tt/asiakas/<int:client_id>/suunnitelma")
@allow(Role.WORKER)
def show(client_id: int) -> Result:
    """The client's plan and goals, if the client shares them; first, once a day, why the worker looks."""
    require_own_client(client_id)
    if (why := reason_to_look(client_id)) is None:
        return redirect(url_for("county_clients.show", client_id=client_id))
    actor = current_actor()
    plan = shared_plan(db(), actor.county_id or 0, client_id, why=why, actor=actor, now=now())
    names = service_names(db())
    return render_template("county_desk/support_plan.html", client_id=client_id, plan=plan, names=names)


@blueprint.get("/hb/vaikutus")
@allow(*CASEWORK_ROLES, Role.AUDITOR)
def show_goals() -> Page:
    """How many goals were met. Small counts are hidden."""
    counts = shown_counts(goal_counts(db(), current_actor().county_id or 0))
    return render_template("county_desk/goals.html", counts=counts, faces=GOAL_FACES, fewest=FEWEST)
