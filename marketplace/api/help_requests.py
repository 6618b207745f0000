"""What a client asks of the county: no voucher, or help with choosing; and the worker's answer."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields, validate

from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
    Day,
    FieldError,
    Id,
    Problem,
    Text,
    idempotent,
    not_there,
    paged,
    paged_schema,
    read_body,
    read_paging,
    takes_body,
    takes_paging,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.request_help import (
    HELP_CHOOSING,
    LONGEST_WORDS,
    NO_VOUCHER,
    answer_request,
    request_help,
    withdraw_request,
)
from marketplace.api.rights import mandate_problem
from marketplace.api.wishes import GuardianActSchema, keep_sent_wish
from marketplace.disclosure.cards import client_to_act_for
from marketplace.disclosure.fundings import visible_funding
from marketplace.disclosure.own_requests import (
    help_request_to_answer,
    help_requests_to_answer,
    own_help_request,
    own_help_requests,
)
from marketplace.load.fundings import MyFunding
from marketplace.load.help_requests import HelpRequestEntry
from marketplace.load.mandates import ClientEntry
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.refusals import MANDATE_MISSING

blueprint = Blueprint(
    "help_requests", __name__, url_prefix="/api/v1", description=N_("What clients ask of the county")
)
KINDS = [NO_VOUCHER, HELP_CHOOSING]
TITLES = {
    "request_open": N_("The county already has this message from you. Wait for the answer."),
    "request_not_open": N_("The request has been answered or taken back meanwhile."),
    "request_words": N_("Enter the answer"),
    "voucher_missing": N_("Say which voucher"),
}


class HelpRequestSchema(ApiSchema):
    """A request to the county, and its answer."""

    id = Id()
    client = fields.String(attribute="client_number", allow_none=True)
    kind = fields.String(metadata={"enum": KINDS})
    voucher = fields.String(allow_none=True)
    words = fields.String()
    asked_at = fields.AwareDateTime()
    answer_by = Day()
    answer = fields.String()
    answered_at = fields.AwareDateTime(allow_none=True)
    withdrawn_at = fields.AwareDateTime(allow_none=True)


class HelpRequestInSchema(GuardianActSchema):
    """Whose request (a client number). `no_voucher` names the voucher that the client does not want."""

    client = Code(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    voucher = Code(load_default=None)
    words = Text(most=LONGEST_WORDS, load_default="")


class HelpAnswerSchema(ApiSchema):
    """The worker's answer. The client reads it as it is written."""

    answer = Text(required=True, least=1, most=LONGEST_WORDS)


HelpRequestPageSchema = paged_schema(HelpRequestSchema)


@blueprint.get("/me/help-requests")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@takes_paging
@blueprint.response(200, HelpRequestPageSchema)
def list_own() -> Answer:
    """List what I, or the clients whom I help, have asked of the county, the newest first"""
    paging = read_paging()
    found = own_help_requests(db(), actor=current_actor(), now=now())
    return paged(found[paging.offset : paging.offset + paging.page_size], paging, len(found))


@blueprint.post("/me/help-requests")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(HelpRequestInSchema)
@blueprint.response(201, HelpRequestSchema)
def post_request() -> Answer:
    """Tell the county that I do not want a voucher, or ask for help with choosing"""
    sent = read_body(HelpRequestInSchema)
    client, funding = _named(sent.pop("client"), sent.pop("voucher"))
    made = request_help(db(), client, **sent, funding=funding, actor=current_actor(), now=now())
    if isinstance(made, Refusal):
        raise _problem(made)
    if sent["kind"] == NO_VOUCHER:
        keep_sent_wish(client.id, client.county_id, GuardianAct.REFUSE_VOUCHER, made)
    return _own(made)[0], 201


@blueprint.post("/me/help-requests/<int:request_id>/withdraw")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@blueprint.response(200, HelpRequestSchema)
def post_withdraw(request_id: int) -> Answer:
    """Take a request back"""
    request, client = _own(request_id)
    refusal = withdraw_request(db(), client, request, actor=current_actor(), now=now())
    if refusal is not None:
        raise _problem(refusal)
    return _own(request_id)[0]


@blueprint.get("/help-requests")
@allow(Role.WORKER, scope=KeyScope.CASES_READ)
@takes_paging
@blueprint.response(200, HelpRequestPageSchema)
def list_to_answer() -> Answer:
    """List the requests that wait for my county's answer, the longest wait first"""
    paging = read_paging()
    page = {"first": paging.offset, "count": paging.page_size}
    found, total = help_requests_to_answer(db(), **page, actor=current_actor(), now=now())
    return paged(found, paging, total)


@blueprint.get("/help-requests/<int:request_id>")
@allow(Role.WORKER, scope=KeyScope.CASES_READ)
@blueprint.response(200, HelpRequestSchema)
def get_request(request_id: int) -> Answer:
    """A request to my county"""
    return _to_answer(request_id)


@blueprint.post("/help-requests/<int:request_id>/answer")
@allow(Role.WORKER, scope=KeyScope.CASES_WRITE)
@idempotent
@takes_body(HelpAnswerSchema)
@blueprint.response(200, HelpRequestSchema)
def post_answer(request_id: int) -> Answer:
    """Answer a request; the client reads it on the start page"""
    found, sent = _to_answer(request_id), read_body(HelpAnswerSchema)
    refusal = answer_request(db(), found, **sent, actor=current_actor(), now=now())
    if refusal is not None:
        raise _problem(refusal)
    return _to_answer(request_id)


def _named(number: str, voucher: str | None) -> tuple[ClientEntry, MyFunding | None]:
    actor = current_actor()
    client = client_to_act_for(db(), number, actor=actor)
    if client is None:
        raise Problem(422, errors=[FieldError("client", "client_unknown", N_("There is no such client"))])
    if voucher is None:
        return client, None
    funding = visible_funding(db(), normalise_voucher(voucher), actor=actor)
    if funding is None or funding.client_id != client.id:
        unknown = FieldError("voucher", "voucher_unknown", N_("There is no such voucher"))
        raise Problem(422, errors=[unknown])
    return client, funding


def _own(request_id: int) -> tuple[HelpRequestEntry, ClientEntry]:
    return own_help_request(db(), request_id, actor=current_actor(), now=now()) or not_there()


def _to_answer(request_id: int) -> HelpRequestEntry:
    return help_request_to_answer(db(), request_id, actor=current_actor(), now=now()) or not_there()


def _problem(refusal: Refusal) -> Problem:
    if refusal == MANDATE_MISSING:
        return mandate_problem()
    title = TITLES[refusal.code]
    if refusal.field:
        field = "answer" if refusal.field == "words" else refusal.field
        return Problem(422, errors=[FieldError(field, refusal.code, title)])
    return Problem(409, refusal.code, title)
