"""A free time: the client asks, the provider offers times or says no, the client takes one."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields, validate

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, PROVIDER_ROLES
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
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.ask_for_time import (
    accept_time,
    ask_for_time,
    decline_time_request,
    offer_times,
    withdraw_time_request,
)
from marketplace.api.rights import mandate_problem
from marketplace.disclosure.cards import client_to_act_for
from marketplace.disclosure.own_requests import (
    own_time_request,
    own_time_requests,
    time_request_to_answer,
    time_requests_to_answer,
)
from marketplace.load.mandates import ClientEntry
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.load.time_requests import TimeRequestEntry
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.time_requests import LONGEST_WORDS, MOST_TIMES

blueprint = Blueprint("time_requests", __name__, url_prefix="/api/v1", description=N_("Free times"))
STATES = {"enum": ["open", "expired", "declined", "accepted", "withdrawn"]}
TITLES = {
    "asked_already": N_("You have already asked this provider. Wait for the answer."),
    "request_closed": N_("The request is no longer open."),
    "time_not_ahead": N_("Enter a day and a time that are ahead, within 90 days."),
    "too_many_times": N_("You can offer five times at most for one request."),
    "words_wrong": N_("Say why there is no free time."),
}


class OfferedTimeSchema(ApiSchema):
    """A time that the provider offers."""

    id = Id()
    starts_at = fields.AwareDateTime()
    accepted_at = fields.AwareDateTime(allow_none=True)


class TimeRequestSchema(ApiSchema):
    """A request for a free time. It never names the client; `answer` is why the provider says no."""

    id = Id()
    offering = Id(attribute="offering_id")
    title = fields.String()
    provider = fields.String()
    words = fields.String()
    asked_at = fields.AwareDateTime()
    last_day = Day()
    state = fields.Function(lambda request: request.state_on(today()), metadata={"type": "string", **STATES})
    answer = fields.String()
    times = fields.List(fields.Nested(OfferedTimeSchema))


class TimeRequestInSchema(ApiSchema):
    """Whose request (a client number), to which offering, and which time would suit."""

    client = Code(required=True)
    offering = Id(required=True)
    words = Text(most=LONGEST_WORDS, load_default="")


class AcceptSchema(ApiSchema):
    """The id of the offered time."""

    time = Id(required=True)


class OfferSchema(ApiSchema):
    """When the times begin."""

    times = fields.List(
        fields.AwareDateTime(), required=True, validate=validate.Length(min=1, max=MOST_TIMES)
    )


class DeclineSchema(ApiSchema):
    """Why there is no free time; the client reads it."""

    words = Text(required=True, least=1, most=LONGEST_WORDS)


TimeRequestPageSchema = paged_schema(TimeRequestSchema)


@blueprint.get("/me/time-requests")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@takes_paging
@blueprint.response(200, TimeRequestPageSchema)
def list_own() -> Answer:
    """List my requests for free times, or those of the clients whom I help, the newest first"""
    return _page(own_time_requests(db(), actor=current_actor(), now=now()))


@blueprint.post("/me/time-requests")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(TimeRequestInSchema)
@blueprint.response(201, TimeRequestSchema)
def post_request() -> Answer:
    """Ask the provider of an offering for a free time"""
    sent = read_body(TimeRequestInSchema)
    client, offering = _named(sent["client"], sent["offering"])
    made = ask_for_time(db(), client, offering, words=sent["words"], actor=current_actor(), now=now())
    if isinstance(made, Refusal):
        raise _problem(made)
    return _own(made)[0], 201


@blueprint.post("/me/time-requests/<int:request_id>/accept")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(AcceptSchema)
@blueprint.response(200, TimeRequestSchema)
def post_accept(request_id: int) -> Answer:
    """Take an offered time; the choice is made after it, with its own request"""
    (request, client), time = _own(request_id), read_body(AcceptSchema)["time"]
    if time not in {each.id for each in request.times}:
        raise Problem(422, errors=[FieldError("time", "time_unknown", N_("This time is not offered"))])
    taken = accept_time(db(), client, time, actor=current_actor(), now=now())
    if isinstance(taken, Refusal):
        raise _problem(taken)
    return _own(request_id)[0]


@blueprint.post("/me/time-requests/<int:request_id>/withdraw")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@blueprint.response(200, TimeRequestSchema)
def post_withdraw(request_id: int) -> Answer:
    """Take a request back, also when no offered time suits"""
    _request, client = _own(request_id)
    refusal = withdraw_time_request(db(), client, request_id, actor=current_actor(), now=now())
    if refusal is not None:
        raise _problem(refusal)
    return _own(request_id)[0]


@blueprint.get("/my/time-requests")
@allow(*PROVIDER_ROLES, scope=KeyScope.VISITS_READ)
@takes_paging
@blueprint.response(200, TimeRequestPageSchema)
def list_to_answer() -> Answer:
    """List the open requests to my company, the longest wait first"""
    return _page(time_requests_to_answer(db(), actor=current_actor(), now=now()))


@blueprint.post("/my/time-requests/<int:request_id>/offer")
@allow(*PROVIDER_ROLES, scope=KeyScope.VISITS_WRITE)
@idempotent
@takes_body(OfferSchema)
@blueprint.response(200, TimeRequestSchema)
def post_offer(request_id: int) -> Answer:
    """Offer times, at most five for a request"""
    _to_answer(request_id)
    times = read_body(OfferSchema)["times"]
    return _answered(request_id, offer_times(db(), request_id, times, actor=current_actor(), now=now()))


@blueprint.post("/my/time-requests/<int:request_id>/decline")
@allow(*PROVIDER_ROLES, scope=KeyScope.VISITS_WRITE)
@idempotent
@takes_body(DeclineSchema)
@blueprint.response(200, TimeRequestSchema)
def post_decline(request_id: int) -> Answer:
    """Say that there is no free time"""
    _to_answer(request_id)
    words, actor = read_body(DeclineSchema)["words"], current_actor()
    return _answered(request_id, decline_time_request(db(), request_id, words=words, actor=actor, now=now()))


def _page(found: list[TimeRequestEntry]) -> Answer:
    paging = read_paging()
    return paged(found[paging.offset : paging.offset + paging.page_size], paging, len(found))


def _named(number: str, offering_id: int) -> tuple[ClientEntry, OfferingEntry]:
    client = client_to_act_for(db(), number, actor=current_actor())
    if client is None:
        raise Problem(422, errors=[FieldError("client", "client_unknown", N_("There is no such client"))])
    entry = offerings_by_id(db(), [offering_id]).get(offering_id)
    if entry is None or not entry.facts.is_public(today()):
        unknown = FieldError("offering", "offering_unknown", N_("There is no such offering"))
        raise Problem(422, errors=[unknown])
    return client, entry


def _own(request_id: int) -> tuple[TimeRequestEntry, ClientEntry]:
    return own_time_request(db(), request_id, actor=current_actor(), now=now()) or not_there()


def _to_answer(request_id: int) -> TimeRequestEntry:
    return time_request_to_answer(db(), request_id, actor=current_actor(), now=now()) or not_there()


def _answered(request_id: int, refusal: Refusal | None) -> TimeRequestEntry:
    if refusal is not None:
        raise _problem(refusal)
    return _to_answer(request_id)


def _problem(refusal: Refusal) -> Problem:
    if refusal == MANDATE_MISSING:
        return mandate_problem()
    title = TITLES[refusal.code]
    if refusal.field:
        return Problem(422, errors=[FieldError(refusal.field, refusal.code, title)])
    return Problem(409, refusal.code, title)
