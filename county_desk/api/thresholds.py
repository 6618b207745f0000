"""The limits of a county's early warnings, and their versions."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from clearing.upkeep.actions.change_thresholds import (
    Proposal,
    ThresholdRefusal,
    accept_thresholds,
    propose_thresholds,
    reject_thresholds,
)
from clearing.upkeep.load.judged import thresholds_on
from clearing.upkeep.load.thresholds import ThresholdVersion, threshold_versions
from clearing.upkeep.rules.limits import shown_values
from county_desk.labels import THRESHOLD_REFUSALS
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CASEWORK_ROLES, Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    Day,
    FieldError,
    Id,
    Problem,
    Text,
    idempotent,
    not_there,
    read_body,
    takes_body,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db

blueprint = Blueprint(
    "county_thresholds_api",
    __name__,
    url_prefix="/api/v1",
    description=N_("Thresholds of the early warnings"),
)


class ThresholdVersionSchema(ApiSchema):
    """Limits from a day on, in force once another person has accepted them. Shares are in percent.

    `preview` is what the person who proposed them saw: for each rule how many warnings were open, and would
    have been.
    """

    id = Id()
    valid_from = Day()
    state = fields.String(metadata={"enum": ["waiting", "accepted", "rejected"]})
    limits = fields.Dict(keys=fields.String(), values=fields.Float())
    preview = fields.Dict(keys=fields.String(), values=fields.List(fields.Integer()))
    why = fields.String()
    made_at = fields.AwareDateTime()
    made_by = fields.String()
    decided_by = fields.String(allow_none=True)


class ThresholdsSchema(ApiSchema):
    """The limits in force today, and every version, the newest first."""

    in_force = fields.Dict(keys=fields.String(), values=fields.Float())
    versions = fields.List(fields.Nested(ThresholdVersionSchema))


class ThresholdsInSchema(ApiSchema):
    """Limits to propose: those that are not named stay as they are. Shares are in percent."""

    limits = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    valid_from = Day(required=True)
    why = Text(required=True, least=1, most=300)


@blueprint.get("/alert-thresholds")
@allow(*CASEWORK_ROLES, scope=KeyScope.CASES_READ)
@blueprint.response(200, ThresholdsSchema)
def get_thresholds() -> Answer:
    """The limits of my county's early warnings"""
    county_id = current_actor().county_id or 0
    in_force = shown_values(thresholds_on(db(), county_id, today()))
    return {"in_force": in_force, "versions": [_out(each) for each in threshold_versions(db(), county_id)]}


@blueprint.post("/alert-thresholds")
@allow(*CASEWORK_ROLES, scope=KeyScope.CASES_WRITE)
@idempotent
@takes_body(ThresholdsInSchema)
@blueprint.response(201, ThresholdVersionSchema)
def post_thresholds() -> Answer:
    """Propose other limits; a coordinator other than me accepts them"""
    actor, proposal = current_actor(), Proposal(**read_body(ThresholdsInSchema))
    made = propose_thresholds(db(), actor.county_id or 0, proposal, actor=actor, now=now())
    if isinstance(made, Refusal):
        raise _problem(made)
    return _version(made), 201


@blueprint.post("/alert-thresholds/<int:version_id>/accept")
@allow(Role.COORDINATOR, scope=KeyScope.CASES_WRITE)
@idempotent
@blueprint.response(200, ThresholdVersionSchema)
def post_accept(version_id: int) -> Answer:
    """Accept limits that somebody else proposed"""
    actor = current_actor()
    refusal = accept_thresholds(db(), actor.county_id or 0, version_id, actor=actor, now=now())
    if refusal is not None:
        raise _problem(refusal)
    return _version(version_id)


@blueprint.post("/alert-thresholds/<int:version_id>/reject")
@allow(*CASEWORK_ROLES, scope=KeyScope.CASES_WRITE)
@idempotent
@blueprint.response(200, ThresholdVersionSchema)
def post_reject(version_id: int) -> Answer:
    """Reject limits that wait"""
    actor = current_actor()
    refusal = reject_thresholds(db(), actor.county_id or 0, version_id, actor=actor, now=now())
    if refusal is not None:
        raise _problem(refusal)
    return _version(version_id)


def _version(version_id: int) -> dict[str, Any]:
    found = threshold_versions(db(), current_actor().county_id or 0)
    return _out(next(each for each in found if each.id == version_id))


def _out(version: ThresholdVersion) -> dict[str, Any]:
    return {
        "id": version.id,
        "valid_from": version.valid_from,
        "state": version.state.value,
        "limits": shown_values(version.limits),
        "preview": {rule.value: list(pair) for rule, pair in version.preview.items()},
        "why": version.why,
        "made_at": version.made_at,
        "made_by": version.made_by_name,
        "decided_by": version.decided_by_name,
    }


def _problem(refusal: Refusal) -> Problem:
    if refusal.code == ThresholdRefusal.UNKNOWN:
        not_there()
    title = THRESHOLD_REFUSALS[ThresholdRefusal(refusal.code)]
    if refusal.code == ThresholdRefusal.SAME_PERSON:
        return Problem(403, refusal.code, title)
    if refusal.field:
        return Problem(422, errors=[FieldError(refusal.field, refusal.code, title)])
    return Problem(409, refusal.code, title)
