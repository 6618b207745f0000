"""The thread about a charge: what client, provider and county say, each in its turn."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from clearing.charges.disputes.actions.state_in_dispute import state_in_dispute
from clearing.charges.disputes.facts.thread import Act, Statement, Thread
from foundation.vocabulary.dispute_labels import REFUSALS
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, PROVIDER_ROLES, Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    Day,
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
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.answer_charge import reply_to_answer
from marketplace.api.rights import mandate_problem
from marketplace.api.wishes import GuardianActSchema, keep_sent_wish
from marketplace.disclosure.disputes import visible_thread
from marketplace.disclosure.fundings import charge_to_answer
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.refusals import MANDATE_MISSING

blueprint = Blueprint(
    "disputes",
    __name__,
    url_prefix="/api/v1",
    description=N_("What is said about a charge that is not right"),
)
READERS = (*CLIENT_ROLES, *PROVIDER_ROLES, Role.WORKER)
PROVIDER_ACTS = [act.value for act in (Act.AGREE, Act.PARTLY, Act.STAND)]


class ReplySchema(GuardianActSchema):
    """The client's reply; `after` is the number of the entry that was read last."""

    accept = fields.Boolean(required=True)
    words = Text(most=2000, load_default="")
    after = fields.Integer(load_default=None)


class ProviderAnswerSchema(ApiSchema):
    """The provider's answer: `partly` needs the quantity, `stand` words."""

    answer = fields.String(required=True, validate=validate.OneOf(PROVIDER_ACTS))
    quantity = Quantity(load_default=None)
    words = Text(most=2000, load_default="")
    after = fields.Integer(load_default=None)


class DisputeDecisionSchema(ApiSchema):
    """The county's decision: the quantity that stays charged (`"0.00"`: nothing); without it all."""

    quantity = Quantity(load_default=None)
    why = Text(required=True, least=1, most=2000)
    after = fields.Integer(load_default=None)


class EntrySchema(ApiSchema):
    """One entry of a thread."""

    number = fields.Integer()
    party = fields.String(attribute="statement.party.value")
    act = fields.String(attribute="statement.act.value")
    claim = fields.String(attribute="statement.claim.value", allow_none=True)
    quantity = Quantity(attribute="statement.quantity", allow_none=True)
    words = fields.String(attribute="statement.words")
    at = fields.AwareDateTime()
    correction = Id(attribute="correction_id", allow_none=True)


class ThreadSchema(ApiSchema):
    """The thread about a charge. After `answer_by` the county decides; nobody's silence moves money."""

    charge = Id(attribute="charge_id")
    turn = fields.String(metadata={"enum": ["provider", "client", "county", "closed"]})
    answer_by = Day(allow_none=True)
    entries = fields.List(fields.Nested(EntrySchema))


def _document(thread: Thread) -> dict[str, Any]:
    turn = thread.turn_on(today()).value
    return {
        "charge_id": thread.charge_id,
        "turn": turn,
        "answer_by": thread.answer_by,
        "entries": thread.entries,
    }


def _visible(charge_id: int) -> Thread:
    return visible_thread(db(), charge_id, actor=current_actor(), now=now()) or not_there()


def _said(result: Thread | Refusal) -> Answer:
    if not isinstance(result, Refusal):
        return _document(result)
    if result == MANDATE_MISSING:
        raise mandate_problem()
    text = REFUSALS[result.code]
    if result.field in ("words", "quantity"):
        raise Problem(422, result.code, text, errors=[FieldError(result.field, result.code, text)])
    raise Problem(409, result.code, text)


@blueprint.get("/charges/<int:charge_id>/thread")
@allow(*READERS, scope=KeyScope.DISPUTES_READ)
@blueprint.response(200, ThreadSchema)
def get_thread(charge_id: int) -> Answer:
    """What has been said about a charge, and whose turn it is"""
    return _document(_visible(charge_id))


@blueprint.post("/charges/<int:charge_id>/thread/replies")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@takes_body(ReplySchema)
@blueprint.response(200, ThreadSchema)
def post_reply(charge_id: int) -> Answer:
    """Accept the provider's answer, or leave the matter to the county"""
    _visible(charge_id)
    charge = charge_to_answer(db(), charge_id, actor=current_actor()) or not_there()
    sent = read_body(ReplySchema)
    said = _said(reply_to_answer(db(), charge=charge, **sent, actor=current_actor(), now=now()))
    keep_sent_wish(charge.client_id, charge.county_id, GuardianAct.REPLY, charge_id)
    return said


@blueprint.post("/charges/<int:charge_id>/thread/answers")
@allow(*PROVIDER_ROLES, scope=KeyScope.DISPUTES_WRITE)
@takes_body(ProviderAnswerSchema)
@blueprint.response(200, ThreadSchema)
def post_answer(charge_id: int) -> Answer:
    """Answer what the client says is not right"""
    _visible(charge_id)
    sent = read_body(ProviderAnswerSchema)
    quantity = sent["quantity"] if sent["answer"] == Act.PARTLY.value else None
    return _state(charge_id, Statement(Act(sent["answer"]), sent["words"], quantity=quantity), sent["after"])


@blueprint.post("/charges/<int:charge_id>/thread/decision")
@allow(Role.WORKER, scope=KeyScope.DISPUTES_WRITE)
@takes_body(DisputeDecisionSchema)
@blueprint.response(200, ThreadSchema)
def post_decision(charge_id: int) -> Answer:
    """Decide what stays charged, with the reason"""
    _visible(charge_id)
    sent = read_body(DisputeDecisionSchema)
    return _state(charge_id, Statement(Act.DECIDE, sent["why"], quantity=sent["quantity"]), sent["after"])


def _state(charge_id: int, statement: Statement, after: int | None) -> Answer:
    said = state_in_dispute(db(), charge_id, statement, actor=current_actor(), now=now(), after=after)
    return _said(said)
