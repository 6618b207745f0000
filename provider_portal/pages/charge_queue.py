"""/t/kirjaa/jono: charges that a phone keeps until there is a connection (docs/decisions/0208)."""

from __future__ import annotations

import json

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from clearing.charges.facts.answers import ChargeAnswer
from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PEOPLE_OF_PROVIDERS, PROVIDER_ROLES, PROVIDER_WORKERS
from foundation.web.clock import now
from foundation.web.fields import read_hundredths
from foundation.web.formats import sentence_text
from foundation.web.headers import WORKER_POLICY
from foundation.web.identity import allow, current_actor, public
from foundation.web.identity.guards import open_session
from foundation.web.languages import N_, _, current_language
from foundation.web.pages import Page, not_found
from foundation.web.state import shell
from foundation.web.transaction import db, system_context
from marketplace.load.listed_visit import ListedVisit
from provider_portal.actions.charge_visit import VISIT_UNKNOWN, VISIT_WITHOUT_TIMES, charge_visit
from provider_portal.labels import VISIT_REFUSALS
from provider_portal.pages.charge_one import known_voucher, outcome_message, take_in, with_services
from provider_portal.pages.visit_form import VisitForm
from provider_portal.rules.visit_to_charge import Tap

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
VISITS = "visits"
"""What the script calls a link to a list of visits, in place of one to the charge."""
ASK_A_BILLER = N_("Tell a biller of your company. The biller sees why.")
OTHER_PERSON: Told = ({"code": "other_person"}, 409)
blueprint = Blueprint("provider_queue", __name__, template_folder="../templates")


@blueprint.get("/t/kirjaa/jono")
@allow(*PEOPLE_OF_PROVIDERS)
def show() -> Page:
    """Show what waits on this phone: the script fills in the list, the server does not know it."""
    back = "provider_own_visits.show" if _is_worker() else "provider_charge_one.show"
    return render_template("provider_portal/charge_queue.html", back=url_for(back))


def _is_worker() -> bool:
    return current_actor().role in PROVIDER_WORKERS


@blueprint.get("/t/kirjaa/jono/tila")
@allow(*PEOPLE_OF_PROVIDERS)
def state() -> dict[str, str]:
    """Return whose the log-in is, and a token for the forms of this log-in."""
    return {"who": queue_owner(), "csrf_token": generate_csrf()}


@blueprint.post("/t/kirjaa/jono")
@allow(*PROVIDER_ROLES)
@system_context
def send() -> Told:
    """Take in a charge that waited, once; that of another person's log-in is refused with 409."""
    if request.form.get("who") != queue_owner():
        return OTHER_PERSON
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


def send_visit(visit: ListedVisit | None, list_url: str) -> Told:
    """Charge a planned visit that waited, once, and tell what became of it.

    404 for a visit that the reader may not charge, 409 for one that waits for another person. Of help without
    times a phone sends the day of the tap and what was left of it then. `list_url` shows the visits of its
    time.
    """
    if visit is None:
        return _not_charged(VISIT_UNKNOWN, list_url) | {"url": None}, 404
    if request.form.get("who") != queue_owner():
        return OTHER_PERSON
    tap = _tap()
    if visit.start is None and tap is None:
        return _not_charged(VISIT_WITHOUT_TIMES, list_url), 422
    done = charge_visit(db(), visit=visit, actor=current_actor(), now=now(), tap=tap)
    return told_of_visit(done, list_url)


def _tap() -> Tap | None:
    """Return the day and the quantity of a tap, if the phone kept them."""
    day = parse_iso_day(request.form.get("day", ""))
    quantity = read_hundredths(request.form.get("quantity", ""))
    return None if day is None or quantity is None else Tap(day, quantity)


def told_of_visit(done: ChargeAnswer | Refusal, list_url: str) -> Told:
    """Tell what became of the charge of a visit, in the words of its reader."""
    if isinstance(done, Refusal):
        return _not_charged(done, list_url), 422
    if done.id is None or done.reference_reused:
        return _not_charged(None, list_url) | {"reasons": _reasons_for_reader(done)}, 422
    told, status = _told(done)
    is_shown = not _is_worker() and ("now" not in request.form or done.outcome == "refused")
    see = {} if is_shown else {"url": list_url, "see": VISITS}
    return told | {"reasons": _reasons_for_reader(done)} | see, status


def _not_charged(why: Refusal | None, list_url: str) -> dict[str, object]:
    reasons = [_(VISIT_REFUSALS[why.code])] if why else []
    return {"message": _("The visit was not charged."), "reasons": reasons, "url": list_url, "see": VISITS}


def _reasons_for_reader(answer: ChargeAnswer) -> list[str]:
    """Return why; a worker, who sees no prices, is sent to a biller."""
    if not _is_worker():
        return _reasons(answer)
    return [_(ASK_A_BILLER)] if answer.outcome == "refused" else []


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
    answer.headers["Service-Worker-Allowed"] = url_for("provider_today.show")
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
