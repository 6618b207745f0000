"""/tt/hakemukset: companies that apply; the county asks for more, approves or refuses each service."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from county_desk.labels import APPLICATION_REFUSALS
from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.labels import PAPERS, StateLabel
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CASEWORK_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.files import saved_download
from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    TextAreaField,
    at_most,
    may_be_empty,
    needed,
)
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _, current_language
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import shell
from foundation.web.transaction import db
from marketplace.actions.ask_applicant import ask_for_more
from marketplace.actions.decide_application import ApplicationDecided, decide_service
from marketplace.load.applications import (
    application,
    decided_applications,
    paper_file,
    waiting_applications,
)
from marketplace.load.catalogue import municipalities, service_names
from marketplace.load.register import owner_of_register
from marketplace.rules.application_decisions import ServiceDecision
from marketplace.rules.applying import Application, ApplicationState, AppliedService
from marketplace.rules.attachments import ENDINGS

blueprint = Blueprint("county_applications", __name__, template_folder="../templates")
NEWEST = 25
LENGTH = N_("Enter at most %(length)s characters")
STATES = {
    "submitted": StateLabel(N_("Waits for the county"), "wait"),
    "more_needed": StateLabel(N_("Waits for the applicant"), "plain"),
    "decided": StateLabel(N_("Decided"), "good"),
    "withdrawn": StateLabel(N_("Withdrawn"), "plain"),
}
DECISIONS = {
    "pending": StateLabel(N_("Not decided"), "wait"),
    "approved": StateLabel(N_("Approved"), "good"),
    "refused": StateLabel(N_("Not approved"), "bad"),
}


class QuestionForm(WordedForm):
    """What the applicant should add."""

    question = TextAreaField(
        N_("What should the applicant add or correct?"),
        [needed(N_("Enter what is missing")), at_most(500, LENGTH)],
        hint=N_("The applicant reads it in the mail and in the application."),
    )


class DecisionForm(WordedForm):
    """Whether a service is approved, where, and from when to when."""

    decision = ChoiceField(
        N_("What do you decide?"),
        [needed(N_("Choose one"))],
        choices=[("approve", N_("Approve")), ("refuse", N_("Do not approve"))],
    )
    municipalities = ChoicesField(
        N_("In which municipalities?"), hint=N_("Only those that were applied for.")
    )
    first_day = DayField(N_("First day"), [needed(N_("Enter the first day"))])
    last_day = DayField(N_("Last day"), [may_be_empty()], hint=N_("Leave it empty if there is none."))
    why = TextAreaField(
        N_("Why?"), [at_most(500, LENGTH)], hint=N_("Needed if you do not approve. The applicant reads it.")
    )

    def typed(self) -> ServiceDecision:
        """Return the decision."""
        first_day = self.first_day.data
        assert first_day is not None  # the form has been validated
        places = tuple(self.municipalities.data or ())
        is_approved = self.decision.data == "approve"
        return ServiceDecision(is_approved, first_day, self.last_day.data, places, self.why.data or "")


@blueprint.get("/tt/hakemukset")
@allow(*CASEWORK_ROLES)
def list_all() -> Page:
    """List the applications that wait, the longest wait first, and those decided lately."""
    county_id = _county_id()
    return render_template(
        "county_desk/applications.html",
        waiting=waiting_applications(db(), county_id),
        decided=decided_applications(db(), county_id, NEWEST),
        names=service_names(db()),
        states=STATES,
    )


@blueprint.get("/tt/hakemukset/<int:application_id>")
@allow(*CASEWORK_ROLES)
def show(application_id: int) -> Page:
    """Show an application with its papers."""
    return _page(_application(application_id), QuestionForm(formdata=None))


@blueprint.post("/tt/hakemukset/<int:application_id>/lisatieto")
@allow(*CASEWORK_ROLES)
def ask(application_id: int) -> Result:
    """Give the application back to the applicant with a question."""
    found, form = _application(application_id), QuestionForm()
    if form.validate_on_submit():
        key = {"actor": current_actor(), "now": now(), "address": _address()}
        refusal = ask_for_more(db(), found.id, _county_id(), form.question.data or "", **key)  # type: ignore[arg-type]
        if refusal is None:
            flash(_("The applicant gets a mail."), "success")
            return redirect(url_for(".list_all"), 303)
        form.refuse(None, _(APPLICATION_REFUSALS[refusal.code]))
    return _page(found, form)


@blueprint.route("/tt/hakemukset/<int:application_id>/palvelu/<service>", methods=["GET", "POST"])
@allow(*CASEWORK_ROLES)
def decide(application_id: int, service: str) -> Result:
    """Approve or refuse one service of an application."""
    found = _application(application_id)
    waiting = [each for each in found.services if each.service == service and each.state == "pending"]
    applied = waiting[0] if waiting else not_found()
    form = _decision_form(applied)
    if form.validate_on_submit() and _decided(found, service, form):
        return redirect(url_for(".show", application_id=found.id), 303)
    shown = {"application": found, "applied": applied, "names": service_names(db())}
    return render_template("county_desk/application_decision.html", form=form, **shown)


@blueprint.get("/tt/hakemukset/<int:application_id>/liite/<int:paper_id>")
@allow(*CASEWORK_ROLES)
def download(application_id: int, paper_id: int) -> Response:
    """Save a paper under the program's own name."""
    found = _application(application_id)
    kind, media_type, content = paper_file(db(), found.id, paper_id) or not_found()
    name = f"{kind.replace('_', '-')}-{found.id}.{ENDINGS[media_type]}"
    return saved_download(content, name, media_type)


def _county_id() -> int:
    return current_actor().county_id or 0


def _address() -> str:
    return shell().settings.public_url or request.url_root


def _application(application_id: int) -> Application:
    return application(db(), application_id, county_id=_county_id()) or not_found()


def _page(found: Application, form: QuestionForm) -> Page:
    return render_template(
        "county_desk/application.html",
        application=found,
        form=form,
        waits=found.state is ApplicationState.SUBMITTED,
        register=owner_of_register(db(), found.answers["business_id"], today()),
        names=service_names(db()),
        places=_places(),
        states=STATES,
        decisions=DECISIONS,
        kinds=PAPERS,
    )


def _places() -> dict[str, str]:
    found, language = municipalities(db(), today(), _county_id()), current_language()
    return {each.code: each.name.in_language(language) for each in found}


def _decision_form(applied: AppliedService) -> DecisionForm:
    form = DecisionForm(data={"first_day": today(), "municipalities": applied.municipalities})
    places = _places()
    form.municipalities.choices = [(code, places.get(code, code)) for code in applied.municipalities]
    return form


def _decided(found: Application, service: str, form: DecisionForm) -> bool:
    key = {"actor": current_actor(), "now": now(), "address": _address()}
    outcome = decide_service(db(), found.id, _county_id(), service, form.typed(), **key)  # type: ignore[arg-type]
    if isinstance(outcome, Refusal):
        for reason in outcome.reasons or (outcome,):
            form.refuse(
                reason.field if reason.field in form.data else None, _(APPLICATION_REFUSALS[reason.code])
            )
        return False
    flash(_done_text(outcome), "success")
    return True


def _done_text(outcome: ApplicationDecided) -> str:
    if outcome.is_owner_invited:
        return _("The decision is stored. The applicant gets a link to the role of owner.")
    return _("The decision is stored.")
