"""/hae/palveluntuottajaksi and /hakemus/<code>: a company without an account applies by a link."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from foundation.vocabulary.roles import Actor
from foundation.web.clock import now
from foundation.web.identity import public
from foundation.web.languages import current_language
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import shell
from foundation.web.transaction import db, system_context
from marketplace.actions.start_application import mail_links, start_application
from marketplace.load.applications import application_with_digest, counties_to_apply_to
from marketplace.rules.accounts import digest_of_code
from provider_portal.pages import application_steps as steps
from provider_portal.pages.application_forms import LinkForm, StartForm
from provider_portal.pages.application_steps import OpenedApplication

blueprint = Blueprint("provider_applying", __name__, template_folder="../templates")
MOST_ASKED, ASKED_MINUTES = 10, 10
MOST_WRONG_CODES, WRONG_CODE_MINUTES = 10, 10


@blueprint.route("/hae/palveluntuottajaksi", methods=["GET", "POST"])
@public
@system_context
def start() -> Result:
    """Say what is needed, and mail a link to a new application."""
    form = StartForm()
    language = current_language()
    form.county.choices = [(str(key), name.in_language(language)) for key, name in counties_to_apply_to(db())]
    if not form.validate_on_submit():
        return render_template("provider_portal/application_start.html", form=form)
    _count_mail()
    start_application(
        db(), int(form.county.data), form.email.data or "", language, address=_address(), now=now()
    )
    return _sent()


@blueprint.route("/hae/palveluntuottajaksi/linkki", methods=["GET", "POST"])
@public
@system_context
def send_link() -> Result:
    """Mail new links to the applications of an address; the answer is the same for every address."""
    form = LinkForm()
    if not form.validate_on_submit():
        return render_template("provider_portal/application_link.html", form=form)
    _count_mail()
    mail_links(db(), form.email.data or "", address=_address(), now=now())
    return _sent()


@blueprint.get("/hakemus/<code>")
@public
@system_context
def show(code: str) -> Result:
    """Show the tasks of the application."""
    opened = _opened(code)
    return steps.task_list(opened) if opened else _gone()


@blueprint.route("/hakemus/<code>/<task>", methods=["GET", "POST"])
@public
@system_context
def do(code: str, task: str) -> Result:
    """Show and save one task."""
    opened = _opened(code)
    return steps.do_task(opened, task) if opened else _gone()


@blueprint.post("/hakemus/<code>/laheta")
@public
@system_context
def send(code: str) -> Result:
    """Send the application to the county."""
    opened = _opened(code)
    return steps.send(opened) if opened else _gone()


@blueprint.post("/hakemus/<code>/peru")
@public
@system_context
def take_back(code: str) -> Result:
    """Withdraw the application."""
    opened = _opened(code)
    return steps.take_back(opened) if opened else _gone()


@blueprint.get("/hakemus/<code>/liite/<int:paper_id>")
@public
@system_context
def download(code: str, paper_id: int) -> Response:
    """Save a paper of the application."""
    opened = _opened(code) or not_found()
    return steps.paper_download(opened.found.id, paper_id)


def _opened(code: str) -> OpenedApplication | None:
    """Return the application of a link. Wrong guesses are counted."""
    guess = limit_guesses("application", wrong=MOST_WRONG_CODES, minutes=WRONG_CODE_MINUTES)
    found = application_with_digest(db(), digest_of_code(code), now())
    if found is None:
        guess.was_wrong()
        return None
    applicant = Actor(None, None, found.answers["contact_name"] or "applicant")
    return OpenedApplication(found, url_for(".show", code=code), applicant)


def _count_mail() -> None:
    limit_guesses("application_mail", wrong=MOST_ASKED, minutes=ASKED_MINUTES).was_wrong()


def _address() -> str:
    return shell().settings.public_url or request.url_root


def _sent() -> Page:
    return render_template("provider_portal/application_mailed.html")


def _gone() -> Result:
    return render_template("provider_portal/application_gone.html"), 404
