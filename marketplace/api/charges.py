"""The client's answer to a charge: right or not right."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields, validate

from clearing.charges.disputes.facts.thread import Claim
from foundation.vocabulary.dispute_labels import REFUSALS
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    FieldError,
    Id,
    Problem,
    Quantity,
    Text,
    not_there,
    read_body,
    takes_body,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.answer_charge import confirm_charge, dispute_charge
from marketplace.api.rights import mandate_problem
from marketplace.api.wishes import GuardianActSchema, keep_sent_wish
from marketplace.disclosure.fundings import charge_to_answer
from marketplace.load.charges import MyCharge
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.refusals import CHARGE_NOT_OPEN, MANDATE_MISSING

blueprint = Blueprint("charge_answers", __name__, url_prefix="/api/v1", description=N_("Is a charge right?"))


class DisputeSchema(GuardianActSchema):
    """What is not right, in the client's own words, and what would be right."""

    why = Text(required=True, least=1, most=2000)
    claim = fields.String(
        load_default=Claim.OTHER.value, validate=validate.OneOf([claim.value for claim in Claim])
    )
    quantity = Quantity(load_default=None)


class ChargeAnswerSchema(ApiSchema):
    """The client's newest answer."""

    id = Id()
    answer = fields.String(attribute="answer.answer", metadata={"enum": ["confirmed", "disputed"]})
    why = fields.String(attribute="answer.why")
    answered_at = fields.AwareDateTime(attribute="answer.at")


def _own_charge(charge_id: int) -> MyCharge:
    return charge_to_answer(db(), charge_id, actor=current_actor()) or not_there()


def _answered(charge: MyCharge, act: GuardianAct, refusal: Refusal | None) -> Answer:
    """Return the charge with its new answer, or raise the refusal as a problem."""
    if refusal == MANDATE_MISSING:
        raise mandate_problem()
    if refusal == CHARGE_NOT_OPEN:
        raise Problem(409, refusal.code, N_("This charge has been withdrawn"))
    if refusal is not None:
        text = REFUSALS[refusal.code]
        raise Problem(422, refusal.code, text, errors=[FieldError(refusal.field, refusal.code, text)])
    keep_sent_wish(charge.client_id, charge.county_id, act, charge.id)
    return charge_to_answer(db(), charge.id, actor=current_actor())


@blueprint.post("/charges/<int:charge_id>/confirm")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@takes_body(GuardianActSchema, required=False)
@blueprint.response(200, ChargeAnswerSchema)
def confirm(charge_id: int) -> Answer:
    """Say that a charge is right"""
    charge = _own_charge(charge_id)
    refusal = confirm_charge(db(), charge=charge, actor=current_actor(), now=now())
    return _answered(charge, GuardianAct.CONFIRM, refusal)


@blueprint.post("/charges/<int:charge_id>/dispute")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@takes_body(DisputeSchema)
@blueprint.response(200, ChargeAnswerSchema)
def dispute(charge_id: int) -> Answer:
    """Say that a charge is not right, and why"""
    charge = _own_charge(charge_id)
    sent = read_body(DisputeSchema)
    sent["claim"] = Claim(sent["claim"])
    refusal = dispute_charge(db(), charge=charge, **sent, actor=current_actor(), now=now())
    return _answered(charge, GuardianAct.DISPUTE, refusal)
