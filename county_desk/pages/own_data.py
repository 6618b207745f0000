"""/tt/asiakas/<id>/tiedot: everything about a client as a file, for a client who does not use Omatori."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from county_desk.disclosure.own_data import copy_for_client
from county_desk.pages.looking import reason_to_look, require_own_client
from foundation.vocabulary.roles import Role
from foundation.web.clock import now
from foundation.web.files import zip_download
from foundation.web.forms import Form
from foundation.web.identity import allow, current_actor, fresh
from foundation.web.languages import current_language
from foundation.web.limits import LARGE_EXPORT, limits_exports
from foundation.web.pages import Result
from foundation.web.transaction import db
from marketplace.documents.own_data import own_data_file

blueprint = Blueprint("county_own_data", __name__, template_folder="../templates")


@blueprint.get("/tt/asiakas/<int:client_id>/tiedot")
@allow(Role.WORKER)
def show(client_id: int) -> Result:
    """Say what the file is and how to give it; a worker who has not said why they look is asked first."""
    require_own_client(client_id)
    if reason_to_look(client_id) is None:
        return redirect(url_for("county_clients.show", client_id=client_id))
    return render_template("county_desk/own_data.html", client_id=client_id, form=Form(formdata=None))


@blueprint.post("/tt/asiakas/<int:client_id>/tiedot")
@allow(Role.WORKER)
@fresh
@limits_exports(LARGE_EXPORT)
def save(client_id: int) -> Response | AnyResponse:
    """Save the file in the worker's language; the client reads who saved it, and why."""
    require_own_client(client_id)
    if (why := reason_to_look(client_id)) is None:
        return redirect(url_for("county_clients.show", client_id=client_id), 303)
    found = copy_for_client(db(), client_id, why=why, actor=current_actor(), now=now())
    return zip_download(own_data_file(found, current_language()), f"omat-tiedot-{found.number}.zip")
