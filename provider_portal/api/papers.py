"""A provider's papers, and a new one in place of one that ends."""

from __future__ import annotations

from typing import NoReturn

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields, validate

from clearing.eligibility.facts.kinds import PaperKind
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS, PROVIDER_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    Day,
    FieldError,
    Problem,
    idempotent,
    not_there,
    read_query,
    takes_body,
    takes_query,
)
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.transaction import db
from marketplace.actions.renew_paper import send_paper, withdraw_paper
from marketplace.load.renewals import paper_statuses, renewal_of_provider
from marketplace.rules.renewing import RenewalState

blueprint = Blueprint(
    "provider_papers_api", __name__, url_prefix="/api/v1", description="The papers of a provider"
)
MEDIA_TYPES = ("application/octet-stream", "application/pdf", "image/png", "image/jpeg")
TITLES = {
    "file_too_large": N_("The file is too large. It may have 2 megabytes."),
    "file_kind_unknown": N_("The file must be a PDF document, or a picture (PNG or JPEG)"),
    "days_backwards": N_("The last day is before the first"),
    "paper_expired": N_("This paper is no longer valid. Attach a valid one."),
    "paper_not_longer": N_("It must be valid longer than the paper that you have"),
    "renewal_not_waiting": N_("The county has decided on this paper already."),
}
FIELDS = {"last_day": "to"}


class RenewalSchema(ApiSchema):
    """A new paper that was sent. `why`: what the county found wrong with it."""

    id = fields.Integer()
    kind = fields.String(attribute="kind.value", metadata={"enum": [*PaperKind]})
    first_day = Day(data_key="from")
    last_day = Day(data_key="to", allow_none=True)
    state = fields.String(attribute="state.value", metadata={"enum": [*RenewalState]})
    why = fields.String()
    sent_at = fields.AwareDateTime()


class PaperStatusSchema(ApiSchema):
    """A kind of paper: until when one is valid without a gap (null: no end, or no paper)."""

    kind = fields.String(attribute="kind.value", metadata={"enum": [*PaperKind]})
    given = fields.Function(
        lambda status: status.paper is not None,
        metadata={"type": "boolean", "description": "Whether the register has a paper of this kind"},
    )
    until = Day(allow_none=True)
    renewal = fields.Nested(RenewalSchema, allow_none=True)


class PapersSchema(ApiSchema):
    """The papers that must be valid on the day of a visit."""

    items = fields.List(fields.Nested(PaperStatusSchema))


class NewPaperQuery(ApiSchema):
    """Which paper the file is, and when it is valid; without `to` it has no end."""

    kind = fields.String(required=True, validate=validate.OneOf([each.value for each in PaperKind]))
    first_day = Day(data_key="from", required=True)
    last_day = Day(data_key="to", load_default=None)


@blueprint.get("/my/papers")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_READ)
@blueprint.response(200, PapersSchema)
def list_papers() -> Answer:
    """List my papers, and what waits for a county."""
    return {"items": paper_statuses(db(), current_provider_id(), today=today())}


@blueprint.post("/my/papers")
@allow(*PROVIDER_OWNERS, scope=KeyScope.OFFERINGS_WRITE)
@idempotent
@takes_query(NewPaperQuery)
@takes_body({"type": "string", "format": "binary"}, content_type="application/octet-stream")
@blueprint.response(201, RenewalSchema)
def post_paper() -> Answer:
    """Send a new paper (PDF, PNG or JPEG, at most 2 MB), which a county accepts or rejects."""
    if request.mimetype not in MEDIA_TYPES:
        raise Problem(415, detail=N_("Send the file with its content type: PDF, PNG or JPEG"))
    sent, provider_id = read_query(NewPaperQuery), current_provider_id()
    days = (sent["first_day"], sent["last_day"])
    kind, content = PaperKind(sent["kind"]), request.get_data()
    outcome = send_paper(db(), provider_id, kind, days, content, actor=current_actor(), now=now())
    if isinstance(outcome, Refusal):
        _refuse(outcome)
    return renewal_of_provider(db(), provider_id, outcome), 201


@blueprint.delete("/my/papers/<int:renewal_id>")
@allow(*PROVIDER_OWNERS, scope=KeyScope.OFFERINGS_WRITE)
@blueprint.response(204)
def delete_paper(renewal_id: int) -> Answer:
    """Withdraw a new paper that waits for the county."""
    renewal_of_provider(db(), current_provider_id(), renewal_id) or not_there()
    refusal = withdraw_paper(db(), current_provider_id(), renewal_id, actor=current_actor(), now=now())
    if refusal is not None:
        raise Problem(409, refusal.code, TITLES[refusal.code])
    return ""


def _refuse(refusal: Refusal) -> NoReturn:
    if refusal.code == "file_too_large":
        raise Problem(413, refusal.code, TITLES[refusal.code])
    field = FIELDS.get(refusal.field, refusal.field)
    raise Problem(422, errors=[FieldError(field, refusal.code, TITLES[refusal.code])])
