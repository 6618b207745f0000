"""Charges that wait for a person in the county."""

from __future__ import annotations

from collections.abc import Callable

from flask_smorest import Blueprint
from marshmallow import fields

from clearing.charges.disputes.actions.judge_disputed_charge import admit_held, refuse_held
from clearing.charges.load.answers import stored_answer
from clearing.charges.load.charge_register import StoredCharge
from county_desk.load.charges import is_charge_of
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    Money,
    Problem,
    Text,
    idempotent,
    not_there,
    read_body,
    takes_body,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.reasons import finding_document
from foundation.web.transaction import db

blueprint = Blueprint(
    "county_charges", __name__, url_prefix="/api/v1", description=N_("Charges that wait for the county")
)
NOT_WAITING = N_("The charge does not wait for anybody")


class WhySchema(ApiSchema):
    """Why the charge is admitted or refused."""

    why = Text(required=True, least=1, most=500)


class JudgedReasonSchema(ApiSchema):
    """The findings about the charge."""

    rule = fields.String()
    code = fields.String()
    severity = fields.String()
    field = fields.String(allow_none=True)
    title = fields.String()
    detail = fields.String()
    fix = fields.String()
    who = fields.String()


class JudgedChargeSchema(ApiSchema):
    """The charge after the county's word."""

    id = fields.Integer(attribute="answer.id")
    reference = fields.String(attribute="answer.reference", allow_none=True)
    outcome = fields.String(attribute="answer.outcome")
    state = fields.String()
    reasons = fields.List(fields.Nested(JudgedReasonSchema))
    price = Money(attribute="answer.price_cents", allow_none=True)
    county_pays = Money(attribute="answer.county_pays_cents", allow_none=True)
    co_payment = Money(attribute="answer.co_payment_cents", allow_none=True)


@blueprint.post("/charges/<int:charge_id>/admit")
@allow(Role.WORKER, scope=KeyScope.CASES_WRITE)
@idempotent
@takes_body(WhySchema)
@blueprint.response(200, JudgedChargeSchema)
def post_admit(charge_id: int) -> Answer:
    """Admit a charge on hold, or one that came too late: it is decided again as of now"""
    return _judge(charge_id, admit_held)


@blueprint.post("/charges/<int:charge_id>/refuse")
@allow(Role.WORKER, scope=KeyScope.CASES_WRITE)
@idempotent
@takes_body(WhySchema)
@blueprint.response(200, JudgedChargeSchema)
def post_refuse(charge_id: int) -> Answer:
    """Refuse a charge on hold for good"""
    return _judge(charge_id, refuse_held)


def _judge(charge_id: int, action: Callable[..., StoredCharge | Refusal]) -> Answer:
    if not is_charge_of(db(), current_actor().county_id, charge_id):
        not_there()
    why = read_body(WhySchema)["why"]
    judged = action(db(), charge_id, why=why, actor=current_actor(), now=now())
    if isinstance(judged, Refusal):
        raise Problem(409, judged.code, NOT_WAITING)
    answer = stored_answer(judged)
    reasons = [finding_document(finding) for finding in answer.findings]
    return {"answer": answer, "state": judged.state, "reasons": reasons}
