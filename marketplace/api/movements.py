"""What has happened to a funding's money."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import CLIENT_ROLES, COUNTY_READERS
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
    Day,
    Id,
    Money,
    Quantity,
    paged,
    paged_schema,
    read_paging,
    takes_paging,
)
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.api.rights import disclosed_funding
from marketplace.disclosure.fundings import movements_of_disclosed
from marketplace.rules.movements import Movement, MovementKind

blueprint = Blueprint("movements", __name__, url_prefix="/api/v1", description="Movements of a funding")


class MovementSchema(ApiSchema):
    """One movement. `amount` is negative if it took money; `left` is what was left after it, free and held.

    `left_quantity` is there if the funding limits its units. The fields of a visit are there for visits and
    corrections alone.
    """

    kind = fields.String(metadata={"enum": [kind.value for kind in MovementKind]})
    day = Day()
    amount = Money()
    left = Money()
    left_quantity = Quantity(allow_none=True)
    charge = Id(allow_none=True)
    provider = fields.String(allow_none=True)
    service = Code(allow_none=True)
    quantity = Quantity(allow_none=True)
    unit = fields.String(allow_none=True)
    county_pays = Money(allow_none=True)
    you_pay = Money(allow_none=True)


@blueprint.get("/fundings/<voucher>/movements")
@allow(*CLIENT_ROLES, *COUNTY_READERS, scope=KeyScope.CASES_READ)
@takes_paging
@blueprint.response(200, paged_schema(MovementSchema))
def list_movements(voucher: str) -> Answer:
    """List the movements of a funding, the newest first"""
    paging, funding = read_paging(), disclosed_funding(voucher, current_actor())
    found = movements_of_disclosed(db(), funding)[::-1]
    shown = found[paging.offset : paging.offset + paging.page_size]
    return paged([_out(movement) for movement in shown], paging, len(found))


def _out(movement: Movement) -> dict[str, object]:
    change, visit = movement.change, movement.change.visit
    of_visit = (
        {}
        if visit is None
        else {
            "charge": visit.charge_id,
            "provider": visit.provider,
            "service": visit.service,
            "quantity": visit.quantity,
            "unit": visit.unit,
            "county_pays": visit.county_pays_cents,
            "you_pay": visit.you_pay_cents,
        }
    )
    return {
        "kind": change.kind,
        "day": change.day,
        "amount": change.cents,
        "left": movement.left_cents,
        "left_quantity": movement.left_units,
        **dict.fromkeys(("charge", "provider", "service", "quantity", "unit", "county_pays", "you_pay")),
        **of_visit,
    }
