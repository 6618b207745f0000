"""/t/kirjaa/jono: charges that a phone keeps until there is a connection (docs/decisions/0208)."""

from __future__ import annotations

import json

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from clearing.charges.facts.answers import ChargeAnswer
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.formats import sentence_text
from foundation.web.headers import WORKER_POLICY
from foundation.web.identity import allow, public
from foundation.web.identity.guards import open_session
from foundation.web.languages import _, current_language
from foundation.web.pages import Page, not_found
from foundation.web.state import shell
from foundation.web.transaction import system_context
from provider_portal.pages.charge_one import known_voucher, outcome_message, take_in, with_services
from provider_portal.pages.visit_form import VisitForm

Told = tuple[dict[str, object], int]
"""What the script is told, and the status."""

OFFLINE_FILES = (
    "omatori.css",
    "shell.js",
    "charge_queue.js",
    "charge_store.js",
    "mark.svg",
    "vendor/govuk-frontend.min.js",
    "vendor/source-sans-3-latin-wght-normal.woff2",
)
blueprint = Blueprint("provider_queue", __name__, template_folder="../templates")


@blueprint.get("/t/kirjaa/jono")
@allow(*PROVIDER_ROLES)
def show() -> Page:
    """Show what waits on this phone: the script fills in the list, the server does not know it."""
    return render_template("provider_portal/charge_queue.html")


@blueprint.get("/t/kirjaa/jono/tila")
@allow(*PROVIDER_ROLES)
def state() -> dict[str, str]:
    """Return whose the log-in is, and a token for the forms of this log-in."""
    return {"who": queue_owner(), "csrf_token": generate_csrf()}


@blueprint.post("/t/kirjaa/jono")
@allow(*PROVIDER_ROLES)
@system_context
def send() -> Told:
    """Take in a charge that waited, once; that of another person's log-in is refused with 409."""
    if request.form.get("who") != queue_owner():
        return {"code": "other_person"}, 409
    voucher = request.args.get("seteli", "")
    funding = known_voucher(voucher)
    if funding is None:
        return _faulty(voucher, [_("No voucher that you may charge has this code.")])
    form = with_services(VisitForm(), funding)
    if not form.validate_on_submit():
        return _faulty(voucher, [text for _field, text in form.faults()])
    answer = take_in(funding, form, check=False)
    is_stored = answer.id is not None and not answer.reference_reused
    return _told(answer) if is_stored else _faulty(voucher, _reasons(answer))


def _told(answer: ChargeAnswer) -> Told:
    """Tell what became of a charge; `now` in the form: its sender looks on, and reads it on the next page."""
    message, kind = outcome_message(answer, is_retried=True)
    if "now" in request.form:
        flash(message, kind)
    page = url_for("provider_charges_list.show", charge_id=answer.id)
    return {"outcome": answer.outcome, "message": message, "reasons": _reasons(answer), "url": page}, 200


def _faulty(voucher: str, reasons: list[str]) -> Told:
    page = url_for("provider_charge_one.show", seteli=voucher)
    return {
        "message": _("The charge was not sent. Mend it and send it again."),
        "reasons": reasons,
        "url": page,
    }, 422


def _reasons(answer: ChargeAnswer) -> list[str]:
    return [sentence_text(finding.reason.title, finding.values) for finding in answer.findings]


@blueprint.app_template_global("queue_owner")
def queue_owner() -> str:
    """Return the number of the log-in's role: charges wait for one person at one provider."""
    session = open_session()
    return not_found() if session is None else str(session.role_grant_id)


@blueprint.get("/t/jono.js")
@public
def worker() -> Response:
    """Return the service worker of this release and language. It holds nobody's data."""
    start = shell().assets.url("charge_queue_worker.js")
    answer = make_response(f'import {{ start }} from "{start}";\nstart({json.dumps(_worker_options())});\n')
    answer.mimetype = "text/javascript"
    answer.headers["Content-Security-Policy"] = WORKER_POLICY
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _worker_options() -> dict[str, object]:
    assets, language = shell().assets, current_language().value
    return {
        "version": f"{assets.fingerprint}-{language}",
        "offline": url_for(".show_offline", lang=language),
        "state": url_for(".state"),
        "files": [assets.url(name) for name in OFFLINE_FILES if (assets.folder / name).exists()],
    }


@blueprint.get("/t/ei-yhteytta")
@public
def show_offline() -> Page:
    """Show the page that the service worker keeps for when there is no connection."""
    return render_template("provider_portal/offline.html")
