"""/puolesta: the clients whom a representative helps."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, session, url_for

from foundation.vocabulary.roles import Role
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.disclosure.fundings import helped_clients
from marketplace.load.finding_another import count_tasks
from marketplace.pages.acting_client import ACTING_FOR

blueprint = Blueprint("marketplace_helping", __name__, template_folder="../templates")


@blueprint.get("/puolesta")
@allow(Role.REPRESENTATIVE)
def show_helped() -> Page:
    """Show the clients whom the representative may act for, what may be done and until when."""
    helped = helped_clients(db(), day=today(), actor=current_actor(), now=now())
    return render_template(
        "marketplace/helping.html",
        helped=helped,
        picked=session.get(ACTING_FOR),
        stopped=count_tasks(db(), current_actor(), today()),
    )


@blueprint.post("/puolesta/<int:client_id>")
@allow(Role.REPRESENTATIVE)
def pick(client_id: int) -> Result:
    """Continue as this client's representative."""
    if client_id not in current_actor().client_ids:
        not_found()
    session[ACTING_FOR] = client_id
    return redirect(url_for("marketplace_home.show_home"))
