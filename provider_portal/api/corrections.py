"""Corrections: a wrong charge is reversed by a linked counter-entry, even after settlement."""

from __future__ import annotations

from flask_smorest import Blueprint

from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Answer, Problem, as_response, idempotent, read_body, takes_body
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.languages import N_, current_language
from foundation.web.transaction import db, system_context
from provider_portal.api.charge_answers import charge_out, render_charge
from provider_portal.api.charges import require_own_charge
from provider_portal.api.schemas import CorrectionOutSchema, CorrectionSchema

blueprint = Blueprint(
    "provider_corrections", __name__, url_prefix="/api/v1", description="Corrections of a provider's charges"
)


@blueprint.post("/charges/<int:charge_id>/corrections")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_SEND)
@system_context
@idempotent
@takes_body(CorrectionSchema)
@blueprint.response(201, CorrectionOutSchema)
@blueprint.alt_response(200, schema=CorrectionOutSchema, description="The same correction again")
def post_correction(charge_id: int) -> Answer:
    """Correct a charge or a part of it; without quantity and price, all that remains."""
    require_own_charge(charge_id)
    fields = read_body(CorrectionSchema)
    wish = CorrectionWish(**{**fields, "reason": CorrectionReason(fields["reason"])})
    answer = correct_charge(db(), charge_id, wish=wish, actor=current_actor(), now=now())
    if isinstance(answer, Refusal):
        raise Problem(409, answer.code, N_("The charge is no longer open"))
    if answer.outcome == "refused":
        return as_response(render_charge(answer, current_language()))
    return charge_out(answer) | {"corrects": charge_id}, 200 if answer.duplicate else 201
