"""/tt: what waits for a worker."""

from __future__ import annotations

from flask import Blueprint, render_template

from county_desk.disclosure.clients import own_worklist
from county_desk.disclosure.help_requests import requests_to_answer
from foundation.vocabulary.roles import Role
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.pages import Page
from foundation.web.transaction import db

blueprint = Blueprint("county_worklist", __name__, template_folder="../templates")


@blueprint.get("/tt")
@allow(Role.WORKER)
def show() -> Page:
    """The worklist."""
    actor = current_actor()
    work = own_worklist(db(), actor.county_id or 0, day=today(), actor=actor, now=now())
    requests = requests_to_answer(db(), actor.county_id or 0, actor=actor, now=now())
    return render_template("county_desk/worklist.html", work=work, requests=requests)
