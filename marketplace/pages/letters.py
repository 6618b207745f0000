"""/oma/kirjeet: the letters of the months, to save and print."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from foundation.vocabulary.dates import DateWindow, month_named
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import today
from foundation.web.files import pdf_download
from foundation.web.identity import allow
from foundation.web.languages import current_language
from foundation.web.limits import limits_exports
from foundation.web.pages import Page, not_found
from marketplace.disclosure.client_data import ClientData
from marketplace.documents.month_letter import letter_file
from marketplace.pages.acting_client import acting
from marketplace.rules.letter_months import letter_months

blueprint = Blueprint("marketplace_letters", __name__, template_folder="../templates")


@blueprint.get("/oma/kirjeet")
@allow(*CLIENT_ROLES)
def list_letters() -> Page:
    """List the months of which there are letters."""
    person = acting()
    return render_template("marketplace/letters.html", person=person, months=_months(person.data))


def _months(data: ClientData) -> list[DateWindow]:
    return letter_months((funding.facts.window.first for funding in data.fundings()), today())


@blueprint.get("/oma/kirjeet/<month>.pdf")
@allow(*CLIENT_ROLES)
@limits_exports()
def save_letter(month: str) -> Response:
    """Save the letter of a month as a PDF file, in the language of the page."""
    window, data = month_named(month), acting().data
    if window is None or window not in _months(data):
        not_found()
    file = letter_file(data.letter(window, today()), current_language())
    return pdf_download(file, f"omatori-{month}.pdf")
