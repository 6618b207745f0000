"""Moving free money within a personal budget."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from clearing.grants.actions.move_money import Moved
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
    FieldError,
    Money,
    Problem,
    idempotent,
    read_body,
    takes_body,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.move_between import move_between
from marketplace.api.funding_schemas import BalanceSchema
from marketplace.api.rights import funding_to_act_on, mandate_problem
from marketplace.labels import MOVE_REFUSALS
from marketplace.load.fundings import MyFunding
from marketplace.rules.refusals import MANDATE_MISSING

blueprint = Blueprint("my_moves", __name__, url_prefix="/api/v1", description="Moving a client's own money")


class MoveInSchema(ApiSchema):
    """How much from which voucher to which."""

    source = Code(required=True, data_key="from")
    target = Code(required=True, data_key="to")
    amount = Money(required=True)


class MovedSchema(ApiSchema):
    """Both balances after the move, and what may still be moved in the budget."""

    source = fields.Nested(BalanceSchema, data_key="from")
    target = fields.Nested(BalanceSchema, data_key="to")
    left_to_move = Money(attribute="left_to_move_cents")


@blueprint.post("/me/moves")
@allow(*CLIENT_ROLES)
@idempotent
@takes_body(MoveInSchema)
@blueprint.response(201, MovedSchema)
def post_move() -> Answer:
    """Move free money between two vouchers of a personal budget"""
    sent = read_body(MoveInSchema)
    source, target = _own("from", sent["source"]), _own("to", sent["target"])
    return _move(source, target, sent), 201


def _move(source: MyFunding, target: MyFunding, sent: dict[str, Any]) -> Moved:
    moving = {"source": source, "target": target, "amount_cents": sent["amount"]}
    done = move_between(db(), **moving, actor=current_actor(), now=now())
    if isinstance(done, Refusal):
        raise _problem(done)
    return done


def _problem(refusal: Refusal) -> Problem:
    if refusal == MANDATE_MISSING:
        return mandate_problem()
    error = FieldError(refusal.field, refusal.code, MOVE_REFUSALS[refusal.code])
    return Problem(422, "move_not_possible", N_("The money cannot be moved"), errors=[error])


def _own(field: str, voucher: str) -> MyFunding:
    """Return the actor's own funding; 422 if it does not exist or belongs to another."""
    funding = funding_to_act_on(voucher, current_actor())
    if funding is None:
        raise Problem(422, errors=[FieldError(field, "voucher_unknown", N_("There is no such voucher"))])
    return funding
