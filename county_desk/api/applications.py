"""The applications of companies to a county: read them, ask for more, approve or refuse each service."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields, validate

from county_desk.labels import APPLICATION_REFUSALS
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CASEWORK_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
    Day,
    FieldError,
    Problem,
    Text,
    idempotent,
    not_there,
    read_body,
    read_query,
    takes_body,
    takes_query,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.state import shell
from foundation.web.transaction import db
from marketplace.actions.ask_applicant import ask_for_more
from marketplace.actions.decide_application import decide_service
from marketplace.load.applications import application, decided_applications, waiting_applications
from marketplace.rules.application_decisions import ServiceDecision
from marketplace.rules.applying import LONGEST_TEXT, Application, ApplicationState

blueprint = Blueprint(
    "county_applications_api", __name__, url_prefix="/api/v1", description=N_("Applications of companies")
)
NEWEST = 100
FORBIDDEN = {"own_company"}
FIELDS = {"first_day": "from", "last_day": "to"}
"""The names of the document where they differ from those of the action."""


class AppliedServiceSchema(ApiSchema):
    """A service that is applied for, and what was decided. No municipalities: the whole county."""

    service = fields.String()
    municipalities = fields.List(fields.String())
    state = fields.String(metadata={"enum": ["pending", "approved", "refused"]})
    first_day = Day(data_key="from", allow_none=True)
    last_day = Day(data_key="to", allow_none=True)
    why = fields.String()


class AttachedPaperSchema(ApiSchema):
    """A paper that was attached; its file is on the page."""

    kind = fields.String(attribute="kind.value")
    first_day = Day(data_key="from")
    last_day = Day(data_key="to", allow_none=True)
    media_type = fields.String()
    size = fields.Integer()


class ApplicationSchema(ApiSchema):
    """An application of a company: answers, services and papers. `question` is what the county asked."""

    id = fields.Integer()
    state = fields.String(attribute="state.value", metadata={"enum": [*ApplicationState]})
    answers = fields.Dict(keys=fields.String(), values=fields.String())
    email = fields.String()
    services = fields.List(fields.Nested(AppliedServiceSchema))
    papers = fields.Function(
        lambda found: AttachedPaperSchema(many=True).dump(found.papers.values()),
        metadata={"type": "array", "items": {"type": "object"}},
    )
    question = fields.String()
    submitted_at = fields.AwareDateTime(allow_none=True)


class ApplicationsSchema(ApiSchema):
    """Applications: those that wait by the length of their wait, or the newest that were decided."""

    items = fields.List(fields.Nested(ApplicationSchema))


class ApplicationsQuery(ApiSchema):
    """Which applications: those that wait (the default), or the newest 100 that were decided."""

    state = fields.String(load_default="waiting", validate=validate.OneOf(["waiting", "decided"]))


class QuestionSchema(ApiSchema):
    """What the applicant should add or correct; the applicant reads it in a mail."""

    question = Text(required=True, least=1, most=LONGEST_TEXT)


class ServiceDecisionSchema(ApiSchema):
    """A decision on one service. A refusal needs `why`; an approval has days, and municipalities if the
    application named some."""

    decision = fields.String(required=True, validate=validate.OneOf(["approve", "refuse"]))
    first_day = Day(data_key="from", required=True)
    last_day = Day(data_key="to", load_default=None, allow_none=True)
    municipalities = fields.List(Code(), load_default=list)
    why = Text(load_default="", most=LONGEST_TEXT)


@blueprint.get("/applications")
@allow(*CASEWORK_ROLES, scope=KeyScope.PROVIDERS_READ)
@takes_query(ApplicationsQuery)
@blueprint.response(200, ApplicationsSchema)
def list_applications() -> Answer:
    """List the applications to my county"""
    if read_query(ApplicationsQuery)["state"] == "decided":
        return {"items": decided_applications(db(), _county_id(), NEWEST)}
    return {"items": waiting_applications(db(), _county_id())}


@blueprint.get("/applications/<int:application_id>")
@allow(*CASEWORK_ROLES, scope=KeyScope.PROVIDERS_READ)
@blueprint.response(200, ApplicationSchema)
def get_application(application_id: int) -> Answer:
    """Read an application"""
    return _application(application_id)


@blueprint.post("/applications/<int:application_id>/question")
@allow(*CASEWORK_ROLES, scope=KeyScope.APPROVALS_WRITE)
@idempotent
@takes_body(QuestionSchema)
@blueprint.response(200, ApplicationSchema)
def post_question(application_id: int) -> Answer:
    """Give an application back to the applicant with a question"""
    found, question = _application(application_id), read_body(QuestionSchema)["question"]
    refusal = ask_for_more(db(), found.id, _county_id(), question, **_by())
    if refusal is not None:
        raise _problem(refusal)
    return _application(application_id)


@blueprint.post("/applications/<int:application_id>/services/<service>/decision")
@allow(*CASEWORK_ROLES, scope=KeyScope.APPROVALS_WRITE)
@idempotent
@takes_body(ServiceDecisionSchema)
@blueprint.response(200, ApplicationSchema)
def post_decision(application_id: int, service: str) -> Answer:
    """Approve or refuse one service of an application"""
    found = _application(application_id)
    if all(each.service != service for each in found.services):
        not_there()
    decided = decide_service(db(), found.id, _county_id(), service, _decision(), **_by())
    if isinstance(decided, Refusal):
        raise _problem(decided)
    return _application(application_id)


def _decision() -> ServiceDecision:
    sent = read_body(ServiceDecisionSchema)
    return ServiceDecision(
        is_approved=sent["decision"] == "approve",
        first_day=sent["first_day"],
        last_day=sent["last_day"],
        municipalities=tuple(sent["municipalities"]),
        why=sent["why"],
    )


def _by() -> dict[str, Any]:
    """Return who acts, when, and the address that links of mails begin with."""
    address = shell().settings.public_url or request.url_root
    return {"actor": current_actor(), "now": now(), "address": address}


def _county_id() -> int:
    return current_actor().county_id or 0


def _application(application_id: int) -> Application:
    return application(db(), application_id, county_id=_county_id()) or not_there()


def _problem(refusal: Refusal) -> Problem:
    reasons = refusal.reasons or (refusal,)
    if any(reason.field for reason in reasons):
        return Problem(
            422,
            errors=[
                FieldError(
                    FIELDS.get(reason.field, reason.field), reason.code, APPLICATION_REFUSALS[reason.code]
                )
                for reason in reasons
            ],
        )
    return Problem(
        403 if refusal.code in FORBIDDEN else 409, refusal.code, APPLICATION_REFUSALS[refusal.code]
    )
