"""Visits that clients have planned with a provider."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields

from clearing.plans.facts.plan import CancelledBy, VisitId
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    Day,
    DaysQuery,
    FieldError,
    Id,
    Money,
    Problem,
    Quantity,
    Text,
    as_response,
    days_of,
    idempotent,
    not_there,
    paged,
    paged_schema,
    read_body,
    read_paging,
    read_query,
    takes_body,
    takes_paging,
    takes_query,
)
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import current_language
from foundation.web.transaction import db, system_context
from marketplace.load.listed_visit import ListedVisit
from marketplace.rules.video_links import MOST_LETTERS
from marketplace.rules.visit_list import VisitState
from provider_portal.actions.charge_visit import charge_visit, mark_not_given
from provider_portal.actions.give_video_link import VIDEO_LINK_MALFORMED, give_video_link
from provider_portal.api.charge_answers import render_charge
from provider_portal.api.schemas import ChargeOutSchema
from provider_portal.disclosure.visits import planned_visits, visit_to_charge
from provider_portal.labels import VISIT_REFUSALS

blueprint = Blueprint(
    "provider_visits", __name__, url_prefix="/api/v1", description="Planned visits of a provider"
)
LONGEST_WHY = 500


class PlannedVisitSchema(ApiSchema):
    """A planned visit. Without times, it stands for the days until `last_day`.

    `charged` is how much of it has been charged, `charge` the first charge. `cancellation_cost` is the most
    that may be charged of a cancelled visit. If the address is protected, agree on the place with the client
    or the county.
    """

    id = fields.String(metadata={"example": "700-20261203-1"})
    choice = Id(attribute="choice.id")
    client = fields.String(attribute="client_number", allow_none=True)
    client_name = fields.String(allow_none=True)
    address_protected = fields.Boolean(attribute="has_protected_address")
    voucher = fields.String(attribute="choice.voucher")
    offering = Id(attribute="choice.offering_id")
    service = fields.String(attribute="choice.service")
    day = Day()
    last_day = Day(attribute="planned.last_day")
    start = fields.AwareDateTime(allow_none=True)
    end = fields.AwareDateTime(allow_none=True)
    quantity = Quantity()
    unit = fields.String(attribute="choice.unit")
    remote = fields.Boolean(attribute="choice.remote")
    video_link = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": [state.value for state in VisitState]})
    charged = Quantity(attribute="planned.charged_quantity")
    charge = fields.Integer(attribute="charge_id", allow_none=True)
    cancelled_by = fields.String(allow_none=True, metadata={"enum": [*CancelledBy, None]})
    cancelled_at = fields.AwareDateTime(allow_none=True)
    cancellation_cost = Money(attribute="fee_cents", allow_none=True)


@blueprint.get("/visits")
@allow(*PROVIDER_ROLES, scope=KeyScope.VISITS_READ)
@takes_paging
@takes_query(DaysQuery)
@blueprint.response(200, paged_schema(PlannedVisitSchema))
def list_visits() -> Answer:
    """List the visits that clients have planned with me, in order of their time."""
    window, paging = days_of(read_query(DaysQuery)), read_paging()
    found, total = planned_visits(
        db(),
        current_provider_id(),
        window,
        first=paging.offset,
        count=paging.page_size,
        actor=current_actor(),
        now=now(),
    )
    return paged(found, paging, total)


@blueprint.post("/visits/<visit_id>/done")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_SEND)
@system_context
@idempotent
@blueprint.response(201, ChargeOutSchema)
@blueprint.alt_response(200, schema=ChargeOutSchema, description="The same charge again")
@blueprint.alt_response(202, schema=ChargeOutSchema, description="On hold: the county looks at it")
def post_done(visit_id: str) -> Answer:
    """Charge a visit as it was planned, at my list price. Doing it again is the same charge."""
    visit = _own_visit(visit_id)
    done = charge_visit(db(), visit=visit, actor=current_actor(), now=now())
    if isinstance(done, Refusal):
        raise Problem(409, done.code, VISIT_REFUSALS[done.code])
    return as_response(render_charge(done, current_language()))


class NotGivenSchema(ApiSchema):
    """Why the visit was not given."""

    why = Text(required=True, least=1, most=LONGEST_WHY)


@blueprint.post("/visits/<visit_id>/not-given")
@allow(*PROVIDER_ROLES, scope=KeyScope.VISITS_WRITE)
@system_context
@idempotent
@takes_body(NotGivenSchema)
@blueprint.response(200, PlannedVisitSchema)
def post_not_given(visit_id: str) -> Answer:
    """Say that a planned visit was not given and is not charged. Its money is free again."""
    visit, why = _own_visit(visit_id), read_body(NotGivenSchema)["why"]
    refusal = mark_not_given(db(), visit=visit, why=why, actor=current_actor(), now=now())
    if refusal is not None:
        raise Problem(409, refusal.code, VISIT_REFUSALS[refusal.code])
    return _own_visit(visit_id)


class VideoLinkSchema(ApiSchema):
    """The address at which the client opens the visit; null takes it away."""

    video_link = Text(required=True, allow_none=True, least=1, most=MOST_LETTERS)


@blueprint.post("/visits/<visit_id>/video-link")
@allow(*PROVIDER_ROLES, scope=KeyScope.VISITS_WRITE)
@takes_body(VideoLinkSchema)
@blueprint.response(200, PlannedVisitSchema)
def post_video_link(visit_id: str) -> Answer:
    """Show the address of a remote visit to its client until the visit ends, or take it away."""
    visit, address = _own_visit(visit_id), read_body(VideoLinkSchema)["video_link"]
    refusal = give_video_link(db(), visit=visit, address=address, actor=current_actor(), now=now())
    if refusal is None:
        return _own_visit(visit_id)
    words = VISIT_REFUSALS[refusal.code]
    if refusal == VIDEO_LINK_MALFORMED:
        raise Problem(422, refusal.code, words, errors=[FieldError("video_link", refusal.code, words)])
    raise Problem(409, refusal.code, words)


def _own_visit(text: str) -> ListedVisit:
    visit_id = VisitId.parse(text) or not_there()
    return visit_to_charge(db(), current_provider_id(), visit_id, now=now()) or not_there()
