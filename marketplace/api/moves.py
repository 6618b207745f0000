"""Moving free money within a personal budget."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validates_schema

from clearing.grants.rules.moved_amounts import MoveWish
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
    FieldError,
    FieldProblem,
    Money,
    Problem,
    Quantity,
    idempotent,
    read_body,
    takes_body,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.move_between import move_between
from marketplace.api.funding_schemas import BalanceSchema, UnitBalanceSchema
from marketplace.api.rights import funding_to_act_on, mandate_problem
from marketplace.api.wishes import GuardianActSchema, keep_sent_wish
from marketplace.load.fundings import MyFunding
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.move_refusals import MOVE_REFUSALS
from marketplace.rules.refusals import MANDATE_MISSING

blueprint = Blueprint("my_moves", __name__, url_prefix="/api/v1", description="Moving a client's own money")


class MoveInSchema(GuardianActSchema):
    """How much from which voucher to which: money, or units of a voucher that is granted in units."""

    source = Code(required=True, data_key="from")
    target = Code(required=True, data_key="to")
    amount = Money()
    quantity = Quantity()

    @validates_schema
    def check(self, sent: dict[str, Any], **_options: Any) -> None:
        """Require exactly one of the amount and the quantity."""
        given = [name for name in ("amount", "quantity") if name in sent]
        if len(given) != 1:
            raise FieldProblem("amount", "one_amount", N_("Give either an amount or a quantity"))


class MovedSchema(ApiSchema):
    """What moved, both balances after the move, and what may still be moved in the budget.

    The quantities are those of vouchers that are granted in units, else null.
    """

    amount = Money(attribute="amounts.cents")
    quantity = Quantity(allow_none=True)
    quantity_to = Quantity(allow_none=True)
    source_quantity = fields.Nested(UnitBalanceSchema, data_key="from_quantity", allow_none=True)
    target_quantity = fields.Nested(UnitBalanceSchema, data_key="to_quantity", allow_none=True)
    source = fields.Nested(BalanceSchema, data_key="from")
    target = fields.Nested(BalanceSchema, data_key="to")
    left_to_move = Money(attribute="left_to_move_cents")


@blueprint.post("/me/moves")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(MoveInSchema)
@blueprint.response(201, MovedSchema)
def post_move() -> Answer:
    """Move free money between two vouchers of a personal budget"""
    sent = read_body(MoveInSchema)
    source, target = _own("from", sent["source"]), _own("to", sent["target"])
    return _move(source, target, sent), 201


def _move(source: MyFunding, target: MyFunding, sent: dict[str, Any]) -> dict[str, Any]:
    wish = MoveWish(sent.get("amount"), sent.get("quantity"))
    done = move_between(db(), source=source, target=target, wish=wish, actor=current_actor(), now=now())
    if isinstance(done, Refusal):
        raise _problem(done)
    keep_sent_wish(source.client.id, source.client.county_id, GuardianAct.MOVE, done.number)
    out, into = (each.facts.free_quantity is not None for each in (source, target))
    return {
        "amounts": done.amounts,
        "quantity": done.amounts.units_out if out else None,
        "quantity_to": done.amounts.units_into if into else None,
        "source": done.source,
        "target": done.target,
        "source_quantity": done.source if out else None,
        "target_quantity": done.target if into else None,
        "left_to_move_cents": done.left_to_move_cents,
    }


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
