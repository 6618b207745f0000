"""Feedback on a provider: the client's words, the provider's answer, and the county's decision."""

from __future__ import annotations

from dataclasses import asdict

from flask_smorest import Blueprint
from marshmallow import fields, validate

from foundation.vocabulary.identifiers import parse_business_id
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, PROVIDER_ROLES, Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
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
from foundation.web.identity import allow, current_actor, current_provider_id, public
from foundation.web.transaction import db
from marketplace.actions.give_feedback import answer_feedback, decide_feedback, give_feedback
from marketplace.api.rights import mandate_problem
from marketplace.api.wishes import GuardianActSchema, keep_sent_wish
from marketplace.disclosure.cards import client_to_act_for
from marketplace.disclosure.feedback import all_own_feedback, feedback_to_decide, one_to_decide
from marketplace.load.feedback import (
    FeedbackEntry,
    PublishedFeedback,
    count_feedback,
    published_by_id,
    published_feedback,
    voices_of,
)
from marketplace.load.mandates import ClientEntry
from marketplace.load.offerings import ProviderEntry, provider_in_register
from marketplace.rules.feedback import FEEDBACK_CHANGED, LONGEST_WORDS, NOT_USED, Decision, Face
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.refusals import MANDATE_MISSING

blueprint = Blueprint(
    "feedback", __name__, url_prefix="/api/v1", description=N_("Clients' feedback on providers")
)
FACES = {"enum": [face.value for face in Face]}
FEEDBACK_STATES = {"enum": ["waiting", "published", "returned", "hidden"]}
ANSWER_STATES = {"enum": ["waiting", "published", "returned"]}
TITLES = {
    "feedback_changed": N_("The feedback has changed meanwhile. Read it again."),
    "visit_not_used": N_("The client has not called a visit of this provider right yet"),
    "words_missing": N_("Enter the answer"),
    "why_missing": N_("Enter the reason"),
}


class PublicFeedbackSchema(ApiSchema):
    """A published feedback. It never says who wrote it, and of its day only the month."""

    id = Id()
    face = fields.String(metadata=FACES)
    words = fields.String()
    month = fields.Function(lambda entry: f"{entry.given_on:%Y-%m}", metadata={"type": "string"})
    answer = fields.String(attribute="public_answer", allow_none=True)


class VoicesSchema(ApiSchema):
    """How many clients have given each face. There is no average and no rank."""

    good = fields.Integer()
    so_so = fields.Integer()
    not_good = fields.Integer()


class FeedbackOfProviderSchema(PublicFeedbackSchema):
    """A published feedback as its provider reads it. `revision` is what an answer must name."""

    revision = fields.Integer()
    answer = fields.String(allow_none=True)
    answer_state = fields.String(allow_none=True, metadata=ANSWER_STATES)
    answer_why = fields.String()


class FeedbackSchema(ApiSchema):
    """A feedback as its writer and the county read it. `why` and `answer_why` are the county's reasons."""

    id = Id()
    client = fields.String(attribute="client_number", allow_none=True)
    provider = fields.String(attribute="business_id")
    provider_name = fields.String(attribute="provider")
    revision = fields.Integer()
    face = fields.String(metadata=FACES)
    words = fields.String()
    state = fields.String(metadata=FEEDBACK_STATES)
    why = fields.String()
    given_at = fields.AwareDateTime()
    answer = fields.String(allow_none=True)
    answer_state = fields.String(allow_none=True, metadata=ANSWER_STATES)
    answer_why = fields.String()


FeedbackPageSchema = paged_schema(FeedbackSchema)


class FeedbackInSchema(GuardianActSchema):
    """A client's feedback: whose (a client number), on whom (a business ID), a face, and words if any."""

    client = Code(required=True)
    provider = Code(required=True)
    face = fields.String(required=True, validate=validate.OneOf([face.value for face in Face]))
    words = Text(most=LONGEST_WORDS, load_default="")


class FeedbackAnswerSchema(ApiSchema):
    """The provider's answer to the words of a revision."""

    answer = Text(required=True, least=1, most=LONGEST_WORDS)
    revision = fields.Integer(strict=True, required=True)


class FeedbackDecisionSchema(ApiSchema):
    """The county's decision about a revision. What is not published needs `why`; its writer reads it."""

    decision = fields.String(required=True, validate=validate.OneOf([each.value for each in Decision]))
    why = Text(most=LONGEST_WORDS, load_default="")
    revision = fields.Integer(strict=True, required=True)


@blueprint.get("/providers/<business_id>/feedback")
@public
@takes_paging
@blueprint.response(200, paged_schema(PublicFeedbackSchema))
def list_published(business_id: str) -> Answer:
    """List the published feedback on a provider, the newest first"""
    return _published((_provider(business_id) or not_there()).id)


@blueprint.get("/providers/<business_id>/voices")
@public
@blueprint.response(200, VoicesSchema)
def get_voices(business_id: str) -> Answer:
    """Count the published feedback on a provider by face"""
    return asdict(voices_of(db(), (_provider(business_id) or not_there()).id))


@blueprint.get("/me/feedback")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@takes_paging
@blueprint.response(200, FeedbackPageSchema)
def list_own() -> Answer:
    """List my feedback, or that of the clients whom I help, with what the county decided"""
    paging = read_paging()
    found = all_own_feedback(db(), actor=current_actor(), now=now())
    return paged(found[paging.offset : paging.offset + paging.page_size], paging, len(found))


@blueprint.post("/me/feedback")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(FeedbackInSchema)
@blueprint.response(201, FeedbackSchema)
def post_feedback() -> Answer:
    """Give feedback on a provider after a visit, or change it; the county reads it first"""
    given = _given(**read_body(FeedbackInSchema))
    own = all_own_feedback(db(), actor=current_actor(), now=now())
    return next(entry for entry in own if entry.id == given), 201


@blueprint.get("/my/feedback")
@allow(*PROVIDER_ROLES, scope=KeyScope.FEEDBACK_READ)
@takes_paging
@blueprint.response(200, paged_schema(FeedbackOfProviderSchema))
def list_of_provider() -> Answer:
    """List the published feedback on my company, with the state of our answers"""
    return _published(current_provider_id())


@blueprint.post("/my/feedback/<int:feedback_id>/answer")
@allow(*PROVIDER_ROLES, scope=KeyScope.FEEDBACK_WRITE)
@idempotent
@takes_body(FeedbackAnswerSchema)
@blueprint.response(200, FeedbackOfProviderSchema)
def post_answer(feedback_id: int) -> Answer:
    """Answer a published feedback; the county reads the answer first"""
    _of_provider(feedback_id)
    sent = read_body(FeedbackAnswerSchema)
    refusal = answer_feedback(db(), feedback_id, **sent, actor=current_actor(), now=now())
    if refusal is not None:
        raise _problem(refusal)
    return _of_provider(feedback_id)


@blueprint.get("/feedback")
@allow(Role.WORKER, scope=KeyScope.FEEDBACK_READ)
@takes_paging
@blueprint.response(200, FeedbackPageSchema)
def list_of_county() -> Answer:
    """List the feedback of the county's clients, what waits first"""
    paging, actor = read_paging(), current_actor()
    page = {"first": paging.offset, "count": paging.page_size}
    found = feedback_to_decide(db(), **page, actor=actor, now=now())
    return paged(found, paging, count_feedback(db(), actor.county_id or 0))


@blueprint.get("/feedback/<int:feedback_id>")
@allow(Role.WORKER, scope=KeyScope.FEEDBACK_READ)
@blueprint.response(200, FeedbackSchema)
def get_feedback(feedback_id: int) -> Answer:
    """A feedback of a client of the county"""
    return _of_county(feedback_id)


@blueprint.post("/feedback/<int:feedback_id>/decision")
@allow(Role.WORKER, scope=KeyScope.FEEDBACK_WRITE)
@idempotent
@takes_body(FeedbackDecisionSchema)
@blueprint.response(200, FeedbackSchema)
def post_decision(feedback_id: int) -> Answer:
    """Decide whether a feedback, or the answer to it, is shown"""
    _of_county(feedback_id)
    sent = read_body(FeedbackDecisionSchema)
    decision = Decision(sent.pop("decision"))
    refusal = decide_feedback(db(), feedback_id, decision, **sent, actor=current_actor(), now=now())
    if refusal is not None:
        raise _problem(refusal)
    return _of_county(feedback_id)


def _published(provider_id: int) -> Answer:
    paging = read_paging()
    found = published_feedback(db(), provider_id, first=paging.offset, count=paging.page_size)
    return paged(found, paging, voices_of(db(), provider_id).total)


def _provider(business_id: str) -> ProviderEntry | None:
    known = parse_business_id(business_id)
    return provider_in_register(db(), known, today()) if known else None


def _given(client: str, provider: str, **what: str) -> int:
    named, on = _named(client, provider)
    given = give_feedback(db(), client=named, provider_id=on.id, **what, actor=current_actor(), now=now())
    if isinstance(given, Refusal):
        raise _problem(given)
    keep_sent_wish(named.id, named.county_id, GuardianAct.GIVE_FEEDBACK, given)
    return given


def _named(number: str, business_id: str) -> tuple[ClientEntry, ProviderEntry]:
    client = client_to_act_for(db(), number, actor=current_actor())
    if client is None:
        raise Problem(422, errors=[FieldError("client", "client_unknown", N_("There is no such client"))])
    provider = _provider(business_id)
    if provider is None:
        unknown = FieldError("provider", "provider_unknown", N_("There is no such provider"))
        raise Problem(422, errors=[unknown])
    return client, provider


def _of_provider(feedback_id: int) -> PublishedFeedback:
    return published_by_id(db(), current_provider_id(), feedback_id) or not_there()


def _of_county(feedback_id: int) -> FeedbackEntry:
    return one_to_decide(db(), feedback_id, actor=current_actor(), now=now()) or not_there()


def _problem(refusal: Refusal) -> Problem:
    if refusal == MANDATE_MISSING:
        return mandate_problem()
    title = TITLES[refusal.code]
    if refusal == NOT_USED:
        return Problem(422, refusal.code, title)
    if refusal == FEEDBACK_CHANGED:
        return Problem(409, refusal.code, title)
    return Problem(422, errors=[FieldError(refusal.field, refusal.code, title)])
