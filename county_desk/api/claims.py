"""Claims on providers: list them, read one, and mark one as paid."""

from __future__ import annotations

from datetime import timedelta

from flask_smorest import Blueprint
from marshmallow import fields

from clearing.payments.actions.follow_claim import FollowRefusalCode, mark_claim_paid
from clearing.payments.load.claims import Claim, claims_of_county, locked_claim
from county_desk.labels import FOLLOW_REFUSALS
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    Day,
    FieldError,
    Money,
    Problem,
    Text,
    idempotent,
    not_there,
    paged,
    paged_schema,
    read_body,
    read_paging,
    takes_body,
    takes_paging,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db

PAID_SHOWN = timedelta(days=90)
CONFLICTS = frozenset({FollowRefusalCode.PAID, FollowRefusalCode.REFERENCE_USED})
blueprint = Blueprint("claims", __name__, url_prefix="/api/v1", description=N_("Claims on providers"))


class ClaimSchema(ApiSchema):
    """A claim on a provider. It is open until `paid_on`; `reference` is that of its invoice."""

    id = fields.Integer()
    provider = fields.String(attribute="business_id")
    sum = Money(attribute="amount_cents")
    why = fields.String()
    reference = fields.String(allow_none=True)
    due_on = Day()
    reminded_on = Day(allow_none=True)
    paid_on = Day(allow_none=True)
    bank_reference = fields.String(attribute="paid_reference", allow_none=True)


class ClaimPaidSchema(ApiSchema):
    """The payment on the county's account that pays the claim."""

    paid_on = Day(required=True)
    bank_reference = Text(required=True, least=1, most=100)


@blueprint.get("/claims")
@allow(Role.SETTLEMENT_OFFICER, scope=KeyScope.PAYMENTS_READ)
@takes_paging
@blueprint.response(200, paged_schema(ClaimSchema))
def list_claims() -> Answer:
    """List the county's open claims and those paid in 90 days: open ones first, the longest due first"""
    paging, county_id = read_paging(), current_actor().county_id or 0
    found = claims_of_county(db(), county_id, paid_since=today() - PAID_SHOWN)
    shown = found[paging.offset : paging.offset + paging.page_size]
    return paged(shown, paging, len(found))


@blueprint.get("/claims/<int:claim_id>")
@allow(Role.SETTLEMENT_OFFICER, scope=KeyScope.PAYMENTS_READ)
@blueprint.response(200, ClaimSchema)
def get_claim(claim_id: int) -> Answer:
    """Read one claim"""
    return _own(claim_id)


@blueprint.post("/claims/<int:claim_id>/paid")
@allow(Role.SETTLEMENT_OFFICER, scope=KeyScope.PAYMENTS_WRITE)
@idempotent
@takes_body(ClaimPaidSchema)
@blueprint.response(200, ClaimSchema)
def post_paid(claim_id: int) -> Answer:
    """Match a claim with the payment that came, by the bank's reference"""
    claim, sent = _own(claim_id), read_body(ClaimPaidSchema)
    done = mark_claim_paid(db(), claim.id, **sent, actor=current_actor(), now=now())
    if isinstance(done, Refusal):
        raise _problem(done)
    return done


def _own(claim_id: int) -> Claim:
    claim = locked_claim(db(), claim_id)
    if claim is None or claim.county_id != current_actor().county_id:
        not_there()
    return claim


def _problem(refusal: Refusal) -> Problem:
    text = FOLLOW_REFUSALS[refusal.code]
    if refusal.code in CONFLICTS:
        return Problem(409, refusal.code, text)
    return Problem(422, errors=[FieldError(refusal.field, refusal.code, text)])
