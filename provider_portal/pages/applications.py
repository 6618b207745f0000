"""/t/hakemukset: an owner applies for a new service, municipality or county."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from foundation.vocabulary.roles import PROVIDER_OWNERS
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import ChoiceField, Form, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import current_language
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.actions.start_application import start_own_application
from marketplace.load.applications import application, applications_of_provider, counties_to_apply_to
from provider_portal.pages import application_steps as steps
from provider_portal.pages.application_steps import OpenedApplication
from provider_portal.pages.labels import APPLICATION_STATES

blueprint = Blueprint("provider_applications", __name__, template_folder="../templates")


class CountyForm(Form):
    """To which county."""

    county = ChoiceField(N_("To which wellbeing services county do you apply?"), [needed(N_("Choose one"))])


@blueprint.route("/t/hakemukset", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
def list_all() -> Result:
    """List the company's applications, and start one with what the earlier ones say."""
    form, names, language = CountyForm(), dict(counties_to_apply_to(db())), current_language()
    form.county.choices = [(str(key), name.in_language(language)) for key, name in names.items()]
    if form.validate_on_submit():
        key = {"actor": current_actor(), "now": now()}
        county_id = int(form.county.data)
        started = start_own_application(db(), current_provider_id(), county_id, language, **key)  # type: ignore[arg-type]
        return redirect(url_for(".show", application_id=started), 303)
    applications = applications_of_provider(db(), current_provider_id())
    shown = {"applications": applications, "counties": names, "states": APPLICATION_STATES}
    return render_template("provider_portal/applications.html", form=form, **shown)


@blueprint.get("/t/hakemukset/<int:application_id>")
@allow(*PROVIDER_OWNERS)
def show(application_id: int) -> Result:
    """Show the tasks of an application."""
    return steps.task_list(_opened(application_id))


@blueprint.route("/t/hakemukset/<int:application_id>/<task>", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
def do(application_id: int, task: str) -> Result:
    """Show and save one task."""
    return steps.do_task(_opened(application_id), task)


@blueprint.post("/t/hakemukset/<int:application_id>/laheta")
@allow(*PROVIDER_OWNERS)
def send(application_id: int) -> Result:
    """Send an application to the county."""
    return steps.send(_opened(application_id))


@blueprint.post("/t/hakemukset/<int:application_id>/peru")
@allow(*PROVIDER_OWNERS)
def take_back(application_id: int) -> Result:
    """Withdraw an application."""
    return steps.take_back(_opened(application_id))


@blueprint.get("/t/hakemukset/<int:application_id>/liite/<int:paper_id>")
@allow(*PROVIDER_OWNERS)
def download(application_id: int, paper_id: int) -> Response:
    """Save a paper of an application."""
    return steps.paper_download(_opened(application_id).found.id, paper_id)


def _opened(application_id: int) -> OpenedApplication:
    found = application(db(), application_id, provider_id=current_provider_id()) or not_found()
    return OpenedApplication(found, url_for(".show", application_id=found.id), current_actor())
