"""Charges of a provider: send, list, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import current_app, request
from flask_smorest import Blueprint

from clearing.charges.actions.check_limit import TOO_MANY_CHECKS
from clearing.charges.actions.take_in_charges import check_charges, take_in_together
from clearing.charges.actions.withdraw_charge import WithdrawalRefusalCode, withdraw_charge
from clearing.charges.hot.waiting_charges import WaitingCharges
from clearing.charges.load.charge_register import ChargeFilter
from clearing.charges.load.charge_sums import sums_by_state
from clearing.charges.reading.intake import Intake
from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import COUNTY_READERS, PROVIDER_ROLES
from foundation.web.api import (
    Answer,
    Problem,
    as_response,
    idempotent,
    not_there,
    paged,
    read_body,
    read_document,
    read_paging,
    read_query,
    take_idempotent_request,
    takes_body,
    takes_paging,
    takes_query,
)
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, current_language
from foundation.web.state import shell
from foundation.web.transaction import db, retry_on_conflict, system_context
from provider_portal.api.charge_answers import charge_out, listed_charge, render_charge
from provider_portal.api.schemas import (
    ChargeInSchema,
    ChargeOutSchema,
    ChargePageSchema,
    ChargeQuery,
    CheckQuery,
    ListedChargeSchema,
    WithdrawSchema,
)
from provider_portal.api.scope import scope_of_reader, seen_or_not_there
from provider_portal.disclosure.charges import listed_charges
from provider_portal.disclosure.fundings import may_check
from provider_portal.load.own_charges import is_own_charge

WITHDRAWAL_REFUSALS: Mapping[str, str] = {
    WithdrawalRefusalCode.SETTLED: N_("The charge has been settled. Correct it instead"),
    WithdrawalRefusalCode.NOT_OPEN: N_("The charge is no longer open"),
    WithdrawalRefusalCode.CORRECTED: N_("The charge has been corrected. Make another correction instead"),
}
blueprint = Blueprint("provider_charges", __name__, url_prefix="/api/v1", description="Charges of a provider")
retry_on_conflict("ux_charge_provider_reference")
WAITING = "omatori_waiting_charges"
TOO_MANY_TITLE = N_("Too many checks of this client today. Send the charge itself.")
RETRY_AFTER = "86400"


@blueprint.post("/charges")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_SEND)
@system_context
@idempotent
@takes_query(CheckQuery)
@takes_body(ChargeInSchema)
@blueprint.response(201, ChargeOutSchema)
@blueprint.alt_response(200, schema=ChargeOutSchema, description="A check, or the same charge again")
@blueprint.alt_response(202, schema=ChargeOutSchema, description="On hold: the county looks at it")
def post_charge() -> Answer:
    """Send one charge, or judge it with ?check=true."""
    is_check = read_query(CheckQuery)["check"]
    sent = read_document()
    intake = Intake(current_provider_id(), [sent], current_actor(), now())
    if is_check:
        return _check(intake), 200
    return as_response(_waiting_charges().decide(intake, current_language(), take_idempotent_request()))


def _check(intake: Intake) -> dict[str, Any]:
    (sent,) = intake.sent
    code = str(sent.get("voucher", ""))
    if may_check(db(), intake.provider_id, code, actor=intake.actor, now=intake.now) is not None:
        raise Problem(429, TOO_MANY_CHECKS, TOO_MANY_TITLE, headers={"Retry-After": RETRY_AFTER})
    (answer,) = check_charges(db(), intake)
    return charge_out(answer)


def _waiting_charges() -> WaitingCharges:
    """Return the charges that wait in this process (docs/decisions/0080)."""
    known, sessions = current_app.extensions, shell().system_sessions
    if WAITING not in known or known[WAITING].sessions is not sessions:
        known[WAITING] = WaitingCharges(sessions, take_in_together, render_charge)
    return cast(WaitingCharges, known[WAITING])


@blueprint.get("/charges")
@allow(*PROVIDER_ROLES, *COUNTY_READERS, scope=KeyScope.CHARGES_READ)
@takes_paging
@takes_query(ChargeQuery)
@blueprint.response(200, ChargePageSchema)
def list_charges() -> Answer:
    """List my charges, or those of my county, newest first."""
    query, paging = read_query(ChargeQuery), read_paging()
    criteria, window = _criteria(query), {"first": paging.offset, "count": paging.page_size}
    found, total = listed_charges(db(), criteria, **window, actor=current_actor(), now=now())
    page = paged([listed_charge(charge) for charge in found], paging, total)
    return page | ({"sums": sums_by_state(db(), criteria)} if query["sums"] else {})


@blueprint.get("/charges/<int:charge_id>")
@allow(*PROVIDER_ROLES, *COUNTY_READERS, scope=KeyScope.CHARGES_READ)
@blueprint.response(200, ListedChargeSchema)
def get_charge(charge_id: int) -> Answer:
    """One of my charges, or of my county's."""
    return listed_charge(seen_or_not_there(charge_id))


@blueprint.post("/charges/<int:charge_id>/withdraw")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_SEND)
@system_context
@idempotent
@takes_body(WithdrawSchema, required=False)
@blueprint.response(200, ListedChargeSchema)
def post_withdraw(charge_id: int) -> Answer:
    """Take a charge back before it is settled."""
    require_own_charge(charge_id)
    why = read_body(WithdrawSchema)["why"] if request.get_data(cache=True) else ""
    withdrawn = withdraw_charge(db(), charge_id, actor=current_actor(), now=now(), why=why)
    if isinstance(withdrawn, Refusal):
        raise Problem(409, withdrawn.code, WITHDRAWAL_REFUSALS[withdrawn.code])
    return listed_charge(withdrawn)


def require_own_charge(charge_id: int) -> None:
    """Answer 404 for a charge that is not the provider's own."""
    if not is_own_charge(db(), current_provider_id(), charge_id):
        not_there()


def _criteria(query: dict[str, Any]) -> ChargeFilter:
    voucher = query.get("voucher")
    provider_id, county_id = scope_of_reader()
    return ChargeFilter(
        provider_id=provider_id,
        county_id=county_id,
        states=(query["state"],) if "state" in query else (),
        reference=query.get("reference"),
        voucher=None if voucher is None else normalise_voucher(voucher),
        first_day=query.get("first_day"),
        last_day=query.get("last_day"),
        settlement_id=query.get("settlement"),
        charge_file_id=query.get("file"),
    )
