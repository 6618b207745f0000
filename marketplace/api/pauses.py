"""A client's days away."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
    Day,
    FieldError,
    Id,
    Problem,
    idempotent,
    not_there,
    read_body,
    takes_body,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.pause_plan import DaysAway, Paused, end_pause, pause_plan
from marketplace.api.rights import mandate_problem
from marketplace.api.wishes import GuardianActSchema, keep_sent_wish
from marketplace.disclosure.visits import own_pauses, pause_to_end, pausing_client
from marketplace.load.mandates import ClientEntry
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.visit_refusals import VISIT_REFUSALS

blueprint = Blueprint("my_pauses", __name__, url_prefix="/api/v1", description="A client's days away")


class PauseInSchema(GuardianActSchema):
    """Days away, both included; without `to` until further notice. Without `choice` from all help.

    `client` is a client number; it may be left out by somebody who is or acts for one client.
    """

    first_day = Day(required=True, data_key="from")
    last_day = Day(data_key="to", load_default=None, allow_none=True)
    choice = Id(load_default=None, allow_none=True)
    client = Code(load_default=None)


class PauseSchema(ApiSchema):
    """Days away from all help, or from that of one choice."""

    id = Id()
    first_day = Day(data_key="from")
    last_day = Day(data_key="to", allow_none=True)
    choice = fields.Integer(attribute="choice_id", allow_none=True)


class PausesSchema(ApiSchema):
    """Days away that have not ended."""

    items = fields.List(fields.Nested(PauseSchema))


@blueprint.get("/me/pauses")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@blueprint.response(200, PausesSchema)
def list_pauses() -> Answer:
    """List the days away that have not ended"""
    return {"items": own_pauses(db(), day=today(), actor=current_actor(), now=now())}


@blueprint.post("/me/pauses")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(PauseInSchema)
@blueprint.response(201, PauseSchema)
def post_pause() -> Answer:
    """Be away: the visits of these days are left out, and their money is free

    A visit that is too near to be cancelled free of charge is cancelled late: see its `cancellation_cost`.
    """
    sent = read_body(PauseInSchema)
    client = pausing_client(db(), sent["client"], actor=current_actor()) or not_there()
    return _paused(client, sent), 201


def _paused(client: ClientEntry, sent: dict[str, Any]) -> Answer:
    away = DaysAway(sent["first_day"], sent["last_day"], sent["choice"])
    done = pause_plan(db(), client_id=client.id, away=away, actor=current_actor(), now=now())
    pause_id = _pause_id(done)
    keep_sent_wish(client.id, client.county_id, GuardianAct.PAUSE, pause_id)
    return pause_to_end(db(), pause_id, actor=current_actor())


@blueprint.delete("/me/pauses/<int:pause_id>")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@blueprint.response(200, PauseSchema)
def delete_pause(pause_id: int) -> Answer:
    """End days away: help goes on from today"""
    if pause_to_end(db(), pause_id, actor=current_actor()) is None:
        not_there()
    _pause_id(end_pause(db(), pause_id=pause_id, actor=current_actor(), now=now()))
    return pause_to_end(db(), pause_id, actor=current_actor())


def _pause_id(outcome: Paused | Refusal) -> int:
    """Return the id of a pause, or raise a refusal as a problem."""
    if not isinstance(outcome, Refusal):
        return outcome.pause_id
    if outcome == MANDATE_MISSING:
        raise mandate_problem()
    title = VISIT_REFUSALS[outcome.code]
    if outcome.field not in ("from", "to"):
        raise Problem(409, outcome.code, title)
    raise Problem(
        422,
        "pause_not_possible",
        N_("You cannot be away on these days"),
        errors=[FieldError(outcome.field, outcome.code, title)],
    )
