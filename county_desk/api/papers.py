"""New papers of the providers that a county knows: read them, accept or reject each."""

from __future__ import annotations

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import fields, validate

from clearing.eligibility.facts.kinds import PaperKind
from county_desk.rules.renewal_texts import RENEWAL_REFUSALS
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CASEWORK_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
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
from foundation.web.files import saved_download
from foundation.web.identity import allow, current_actor
from foundation.web.state import shell
from foundation.web.transaction import db
from marketplace.actions.renew_paper import decide_paper
from marketplace.load.renewals import renewal_file, renewal_of_county, renewals_of_county
from marketplace.rules.applying import LONGEST_TEXT
from marketplace.rules.attachments import ENDINGS
from marketplace.rules.renewing import Renewal, RenewalState

blueprint = Blueprint(
    "county_papers_api", __name__, url_prefix="/api/v1", description=N_("New papers of providers")
)
NEWEST = 100
FILES = {
    "description": "The file as it was sent",
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ENDINGS},
}


class PaperRenewalSchema(ApiSchema):
    """A new paper of a provider. `why`: what the county found wrong with it."""

    id = fields.Integer()
    provider = fields.String(attribute="business_id")
    kind = fields.String(attribute="kind.value", metadata={"enum": [*PaperKind]})
    first_day = Day(data_key="from")
    last_day = Day(data_key="to", allow_none=True)
    media_type = fields.String()
    size = fields.Integer()
    sent_at = fields.AwareDateTime()
    state = fields.String(attribute="state.value", metadata={"enum": [*RenewalState]})
    why = fields.String()


class PaperRenewalsSchema(ApiSchema):
    """New papers: those that wait by the length of their wait, or the newest that were decided."""

    items = fields.List(fields.Nested(PaperRenewalSchema))


class PaperRenewalsQuery(ApiSchema):
    """Which papers: those that wait (the default), or the newest 100 that were decided."""

    state = fields.String(load_default="waiting", validate=validate.OneOf(["waiting", "decided"]))


class PaperVerdictSchema(ApiSchema):
    """Accept a paper, or reject it with `why`; the provider reads it."""

    decision = fields.String(required=True, validate=validate.OneOf(["accept", "reject"]))
    why = Text(load_default="", most=LONGEST_TEXT)


@blueprint.get("/paper-renewals")
@allow(*CASEWORK_ROLES, scope=KeyScope.PROVIDERS_READ)
@takes_query(PaperRenewalsQuery)
@blueprint.response(200, PaperRenewalsSchema)
def list_renewals() -> Answer:
    """List the new papers of providers"""
    waits = read_query(PaperRenewalsQuery)["state"] == "waiting"
    return {"items": renewals_of_county(db(), _county_id(), waits=waits, count=None if waits else NEWEST)}


@blueprint.get("/paper-renewals/<int:renewal_id>")
@allow(*CASEWORK_ROLES, scope=KeyScope.PROVIDERS_READ)
@blueprint.response(200, PaperRenewalSchema)
def get_renewal(renewal_id: int) -> Answer:
    """Read a new paper"""
    return _renewal(renewal_id)


@blueprint.get("/paper-renewals/<int:renewal_id>/file")
@allow(*CASEWORK_ROLES, scope=KeyScope.PROVIDERS_READ)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@blueprint.doc(responses={"200": FILES})
def get_renewal_file(renewal_id: int) -> Response:
    """Get the file of a new paper"""
    found = _renewal(renewal_id)
    name = f"{found.kind.value.replace('_', '-')}-{found.id}.{ENDINGS[found.media_type]}"
    return saved_download(renewal_file(db(), found.id), name, found.media_type)


@blueprint.post("/paper-renewals/<int:renewal_id>/decision")
@allow(*CASEWORK_ROLES, scope=KeyScope.APPROVALS_WRITE)
@idempotent
@takes_body(PaperVerdictSchema)
@blueprint.response(200, PaperRenewalSchema)
def post_verdict(renewal_id: int) -> Answer:
    """Accept or reject a new paper; an accepted one is in the register with its days"""
    _decide(_renewal(renewal_id))
    return _renewal(renewal_id)


def _decide(found: Renewal) -> None:
    sent = read_body(PaperVerdictSchema)
    refusal = decide_paper(
        db(),
        _county_id(),
        found.id,
        is_accepted=sent["decision"] == "accept",
        why=sent["why"],
        actor=current_actor(),
        now=now(),
        address=shell().settings.public_url or request.url_root,
    )
    if refusal is not None:
        raise _problem(refusal)


def _county_id() -> int:
    return current_actor().county_id or 0


def _renewal(renewal_id: int) -> Renewal:
    return renewal_of_county(db(), _county_id(), renewal_id) or not_there()


def _problem(refusal: Refusal) -> Problem:
    title = RENEWAL_REFUSALS[refusal.code]
    if refusal.field:
        return Problem(422, errors=[FieldError(refusal.field, refusal.code, title)])
    return Problem(403 if refusal.code == "own_paper" else 409, refusal.code, title)
