"""/tt/asiakas/<id>/kirje: the letter of a month for a client, in the client's own language."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from county_desk.disclosure.letters import letter_for_client
from county_desk.pages.looking import reason_to_look, require_own_client
from foundation.vocabulary.dates import month_named
from foundation.vocabulary.roles import Role
from foundation.web.clock import now, today
from foundation.web.files import pdf_download
from foundation.web.identity import allow, current_actor
from foundation.web.limits import limits_exports
from foundation.web.pages import not_found
from foundation.web.transaction import db
from marketplace.documents.month_letter import letter_file

blueprint = Blueprint("county_letters", __name__)


@blueprint.get("/tt/asiakas/<int:client_id>/kirje/<month>.pdf")
@allow(Role.WORKER)
@limits_exports()
def save_letter(client_id: int, month: str) -> Response | AnyResponse:
    """Save the letter; a worker who has not said today why they look is asked first."""
    require_own_client(client_id)
    window, why = month_named(month), reason_to_look(client_id)
    if window is None or window.first > today():
        not_found()
    if why is None:
        return redirect(url_for("county_clients.show", client_id=client_id))
    letter = letter_for_client(
        db(), client_id, window, why=why, day=today(), actor=current_actor(), now=now()
    )
    return pdf_download(letter_file(letter, letter.client.language), f"omatori-{month}.pdf")
