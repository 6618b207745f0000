"""Settlements of a provider, with the reference on the bank statement."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Answer, not_there, paged, paged_schema, read_paging, takes_paging
from foundation.web.clock import now
from foundation.web.files import csv_download
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.limits import limits_exports
from foundation.web.transaction import db
from provider_portal.api.charge_answers import listed_charge
from provider_portal.api.schemas import SettlementDetailSchema, SettlementSchema
from provider_portal.disclosure.settlements import charges_of_settlement, settlement_as_file
from provider_portal.load.settlements import OwnSettlement, own_settlement, own_settlements

blueprint = Blueprint(
    "provider_settlements", __name__, url_prefix="/api/v1", description="Settlements of a provider"
)


@blueprint.get("/settlements")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@takes_paging
@blueprint.response(200, paged_schema(SettlementSchema))
def list_settlements() -> Answer:
    """List my settlements, newest first."""
    paging = read_paging()
    found, total = own_settlements(db(), current_provider_id(), first=paging.offset, count=paging.page_size)
    return paged([settlement_out(settlement) for settlement in found], paging, total)


@blueprint.get("/settlements/<int:settlement_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@blueprint.response(200, SettlementDetailSchema)
def get_settlement(settlement_id: int) -> Answer:
    """Read one settlement with its charges."""
    return _detail(settlement_id)


@blueprint.get("/settlements/<int:settlement_id>.json")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@limits_exports()
@blueprint.response(200, SettlementDetailSchema)
def get_settlement_json(settlement_id: int) -> Answer:
    """Read one settlement as a file to save."""
    return _detail(settlement_id)


@blueprint.get("/settlements/<int:settlement_id>.csv")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@limits_exports()
@blueprint.response(200, {"type": "string"}, content_type="text/csv")
def get_settlement_csv(settlement_id: int) -> Answer:
    """Read the charges of a settlement as a table."""
    settlement, who = _own(settlement_id), _reader()
    return csv_download(settlement_as_file(db(), settlement, **who), f"settlement-{settlement.id}.csv")


def _own(settlement_id: int) -> OwnSettlement:
    return own_settlement(db(), current_provider_id(), settlement_id) or not_there()


def _reader() -> dict[str, Any]:
    return {"actor": current_actor(), "now": now()}


def _detail(settlement_id: int) -> dict[str, Any]:
    settlement = _own(settlement_id)
    items = [listed_charge(charge) for charge in charges_of_settlement(db(), settlement, **_reader())]
    return {**settlement_out(settlement), "items": items}


def settlement_out(settlement: OwnSettlement) -> dict[str, Any]:
    """Return a settlement under the contract's names; money is in cents."""
    return {
        "id": settlement.id,
        "county": settlement.county,
        "until": settlement.until,
        "state": settlement.state,
        "charges": settlement.charge_count,
        "sum": settlement.sum_cents,
        "waiting": settlement.waiting,
        "payment": settlement.payment,
    }
