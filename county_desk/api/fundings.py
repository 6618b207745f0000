"""The county's fundings: list, pause, open again, close, revoke."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from clearing.grants.actions.change_funding_state import change_funding_state
from clearing.grants.facts.kinds import FundingState
from clearing.grants.rules.funding_states import STATE_REFUSALS, StateRefusalCode
from county_desk.disclosure.fundings import changed_funding, listed_fundings
from county_desk.load.fundings import FundingFilter, keys_of_voucher
from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import COUNTY_READERS, Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
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
    read_query,
    takes_body,
    takes_paging,
    takes_query,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db

blueprint = Blueprint(
    "county_fundings", __name__, url_prefix="/api/v1", description=N_("Fundings of a county")
)
CONFLICTS = (StateRefusalCode.OVER, StateRefusalCode.SAME, StateRefusalCode.NOT_PAUSED)


class CountyBalanceSchema(ApiSchema):
    """granted = free + held + charged + settled + returned."""

    granted = Money(attribute="granted_cents")
    free = Money(attribute="free_cents")
    held = Money(attribute="held_cents")
    charged = Money(attribute="charged_cents")
    settled = Money(attribute="settled_cents")
    returned = Money(attribute="returned_cents")


class CountyFundingSchema(ApiSchema):
    """A funding as its county lists it."""

    voucher = fields.String()
    client = fields.String()
    kind = fields.String()
    services = fields.List(fields.String())
    window = fields.List(Day())
    state = fields.String(allow_none=True)
    provider = fields.String(allow_none=True)
    decision = fields.String()
    external_id = fields.String()
    balance = fields.Nested(CountyBalanceSchema)


class FundingsQuery(ApiSchema):
    """Which of the fundings."""

    client = Code(load_default=None)
    service = Code(load_default=None)
    voucher = Code(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in FundingState]))


class StateInSchema(ApiSchema):
    """From which day (today where it is left out), and why."""

    from_day = Day(data_key="from", load_default=None, allow_none=True)
    why = Text(required=True, least=1, most=500)


@blueprint.get("/fundings")
@allow(*COUNTY_READERS, scope=KeyScope.CASES_READ)
@takes_paging
@takes_query(FundingsQuery)
@blueprint.response(200, paged_schema(CountyFundingSchema))
def list_fundings() -> Answer:
    """List the county's fundings"""
    filters, paging, actor = _filter(read_query(FundingsQuery)), read_paging(), current_actor()
    look: dict[str, Any] = {"day": today(), "actor": actor, "now": now()}
    look |= {"first": paging.offset, "count": paging.page_size}
    found, total = listed_fundings(db(), actor.county_id or 0, filters, **look)
    return paged(found, paging, total)


def _filter(query: dict[str, Any]) -> FundingFilter:
    voucher = query["voucher"]
    return FundingFilter(**query | {"voucher": None if voucher is None else normalise_voucher(voucher)})


@blueprint.post("/fundings/<voucher>/pause")
@allow(Role.WORKER, scope=KeyScope.CASES_WRITE)
@idempotent
@takes_body(StateInSchema)
@blueprint.response(200, CountyFundingSchema)
def pause_funding(voucher: str) -> Answer:
    """Pause a funding from a day on"""
    return _change(voucher, FundingState.PAUSED)


@blueprint.post("/fundings/<voucher>/open")
@allow(Role.WORKER, scope=KeyScope.CASES_WRITE)
@idempotent
@takes_body(StateInSchema)
@blueprint.response(200, CountyFundingSchema)
def open_funding(voucher: str) -> Answer:
    """Open a paused funding again"""
    return _change(voucher, FundingState.OPEN)


@blueprint.post("/fundings/<voucher>/close")
@allow(Role.WORKER, scope=KeyScope.CASES_WRITE)
@idempotent
@takes_body(StateInSchema)
@blueprint.response(200, CountyFundingSchema)
def close_funding(voucher: str) -> Answer:
    """Close a funding: choices end, what they hold is free"""
    return _change(voucher, FundingState.CLOSED)


@blueprint.post("/fundings/<voucher>/revoke")
@allow(Role.WORKER, scope=KeyScope.CASES_WRITE)
@idempotent
@takes_body(StateInSchema)
@blueprint.response(200, CountyFundingSchema)
def revoke_funding(voucher: str) -> Answer:
    """Revoke a funding: choices end, what they hold is free"""
    return _change(voucher, FundingState.REVOKED)


def _change(voucher: str, state: FundingState) -> Answer:
    county_id, code = current_actor().county_id or 0, normalise_voucher(voucher)
    funding_id, _client_id = keys_of_voucher(db(), county_id, code) or not_there()
    sent = read_body(StateInSchema)
    change = {"state": state, "from_day": sent["from_day"] or today(), "why": sent["why"]}
    changed = change_funding_state(db(), funding_id, **change, actor=current_actor(), now=now())
    if isinstance(changed, Refusal):
        title = STATE_REFUSALS[changed.code]
        if changed.code in CONFLICTS:
            raise Problem(409, changed.code, title)
        raise Problem(422, errors=[FieldError(changed.field, changed.code, title)])
    return changed_funding(db(), county_id, code, day=today())
