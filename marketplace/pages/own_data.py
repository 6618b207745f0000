"""/omat-tiedot: everything that the service holds about the client, as a file to save."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import now
from foundation.web.files import zip_download
from foundation.web.forms import Form
from foundation.web.identity import allow, fresh_log_in
from foundation.web.languages import current_language
from foundation.web.limits import LARGE_EXPORT, limits_exports
from foundation.web.pages import Page, not_found
from marketplace.disclosure.own_data import copy_of_disclosed
from marketplace.documents.own_data import own_data_file
from marketplace.pages.acting_client import acting
from marketplace.rules.own_data_reading import ALWAYS_LEFT_OUT

blueprint = Blueprint("marketplace_own_data", __name__, template_folder="../templates")
FILE_NAME = "omat-tiedot.zip"


@blueprint.get("/omat-tiedot")
@allow(*CLIENT_ROLES)
def show() -> Page:
    """Say what is in the file and what is not, with the button to save it."""
    person = acting()
    if not person.data.is_for_all:
        not_found()
    return render_template(
        "marketplace/own_data.html", person=person, form=Form(formdata=None), left_out=ALWAYS_LEFT_OUT
    )


@blueprint.post("/omat-tiedot")
@allow(*CLIENT_ROLES)
@fresh_log_in
@limits_exports(LARGE_EXPORT)
def save() -> Response:
    """Save the file; the log-in must be some minutes old at most, and the client reads who saved it."""
    found = copy_of_disclosed(acting().data, now=now()) or not_found()
    return zip_download(own_data_file(found, current_language()), FILE_NAME)
