"""Who has used a client's data, and the questions why (Act 703/2023, section 48)."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields, validate

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, PROVIDER_ROLES, Role
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
    read_query,
    takes_body,
    takes_paging,
    takes_query,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.ask_why import LONGEST_WORDS, answer_why, ask_why
from marketplace.disclosure.look_questions import all_questions_to_answer, question_to_answer
from marketplace.disclosure.looks import OpenLookLog, open_look_log
from marketplace.load.look_questions import LookQuestionEntry
from marketplace.rules.refusals import LOOK_UNKNOWN
from marketplace.rules.who_looked import Side

blueprint = Blueprint(
    "looks", __name__, url_prefix="/api/v1", description=N_("Who has used a client's data, and why")
)
ANSWERERS = (*PROVIDER_ROLES, Role.WORKER)
SIDES = [side.value for side in Side]


class LooksQuery(ApiSchema):
    """Whose data (a client number; not needed if there is only one client), and whose people."""

    client = Code(load_default=None)
    side = fields.String(load_default=None, validate=validate.OneOf(SIDES))


class LooksClientQuery(ApiSchema):
    """Whose questions: a client number; not needed if there is only one client."""

    client = Code(load_default=None)


class ActSchema(ApiSchema):
    """What somebody did for one reason on one day, how often, and with which kinds of data."""

    act = fields.String()
    why = fields.String()
    times = fields.Integer()
    first_at = fields.AwareDateTime()
    last_at = fields.AwareDateTime()
    kinds = fields.List(fields.String())


class LookerSchema(ApiSchema):
    """A person who used the client's data on a day. `person` is null for the program itself."""

    day = Day()
    person = Id(attribute="person_id", allow_none=True)
    name = fields.String()
    role = fields.String(allow_none=True)
    side = fields.String(metadata={"enum": SIDES})
    company = fields.String(allow_none=True)
    times = fields.Integer()
    acts = fields.List(fields.Nested(ActSchema))


class LookQuestionInSchema(ApiSchema):
    """About whom (`person` of a look), about which day, and what the client wants to know, if anything."""

    client = Code(load_default=None)
    day = Day(required=True)
    person = Id(required=True)
    question = Text(most=LONGEST_WORDS, load_default="")


class LookQuestionSchema(ApiSchema):
    """A question about one person on one day, and its answer."""

    id = Id()
    client = fields.String(attribute="client_number", allow_none=True)
    day = Day()
    person = Id(attribute="looker_id")
    name = fields.String(attribute="looker_name")
    question = fields.String()
    asked_at = fields.AwareDateTime()
    answer_by = Day()
    answered_at = fields.AwareDateTime(allow_none=True)
    answered_by = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)


class LookAnswerSchema(ApiSchema):
    """Why the data were used. The client reads it as it is written."""

    answer = Text(required=True, least=1, most=LONGEST_WORDS)


QuestionPageSchema = paged_schema(LookQuestionSchema)


@blueprint.get("/me/looks")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@takes_paging
@takes_query(LooksQuery)
@blueprint.response(200, paged_schema(LookerSchema))
def list_looks() -> Answer:
    """List who has used my data, or those of a client whom I help, the newest day first"""
    query, paging = read_query(LooksQuery), read_paging()
    log = _log(query["client"]).log
    side = None if query["side"] is None else Side(query["side"])
    counts = log.counts()
    total = sum(counts.values()) if side is None else counts[side]
    return paged(log.lookers(side, first=paging.offset, count=paging.page_size), paging, total)


@blueprint.get("/me/looks/questions")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@takes_paging
@takes_query(LooksClientQuery)
@blueprint.response(200, QuestionPageSchema)
def list_own_questions() -> Answer:
    """List my questions why my data were used, and the answers, the newest first"""
    query, paging = read_query(LooksClientQuery), read_paging()
    found = _log(query["client"]).log.questions()
    return paged(found[paging.offset : paging.offset + paging.page_size], paging, len(found))


@blueprint.post("/me/looks/questions")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(LookQuestionInSchema)
@blueprint.response(201, LookQuestionSchema)
def post_question() -> Answer:
    """Ask why somebody used my data on a day; the answer comes within three working days"""
    sent = read_body(LookQuestionInSchema)
    opened = _log(sent["client"])
    about = {"day": sent["day"], "looker_id": sent["person"], "question": sent["question"]}
    key = ask_why(db(), client=opened.client, **about, actor=current_actor(), now=now())
    if isinstance(key, Refusal):
        raise _problem(key)
    return next(question for question in opened.log.questions() if question.id == key), 201


@blueprint.get("/look-questions")
@allow(*ANSWERERS, scope=KeyScope.QUESTIONS_READ)
@takes_paging
@blueprint.response(200, QuestionPageSchema)
def list_to_answer() -> Answer:
    """List the questions that wait for the answer of my county or company, the oldest first"""
    paging = read_paging()
    page = {"first": paging.offset, "count": paging.page_size}
    found, total = all_questions_to_answer(db(), **page, actor=current_actor(), now=now())
    return paged(found, paging, total)


@blueprint.get("/look-questions/<int:question_id>")
@allow(*ANSWERERS, scope=KeyScope.QUESTIONS_READ)
@blueprint.response(200, LookQuestionSchema)
def get_question(question_id: int) -> Answer:
    """A question to my county or company"""
    return _to_answer(question_id)


@blueprint.post("/look-questions/<int:question_id>/answer")
@allow(*ANSWERERS, scope=KeyScope.QUESTIONS_WRITE)
@idempotent
@takes_body(LookAnswerSchema)
@blueprint.response(200, LookQuestionSchema)
def post_answer(question_id: int) -> Answer:
    """Say why the data were used; the client reads it beside the look"""
    found, sent = _to_answer(question_id), read_body(LookAnswerSchema)
    if not sent["answer"].strip():
        raise Problem(422, errors=[FieldError("answer", "field_too_short")])
    if answer_why(db(), found, **sent, actor=current_actor(), now=now()) is not None:
        title = N_("Somebody has answered the question meanwhile.")
        raise Problem(409, "already_answered", title)
    return _to_answer(question_id)


def _log(number: str | None) -> OpenLookLog:
    found = open_look_log(db(), number, actor=current_actor(), now=now())
    if found is None:
        raise Problem(422, errors=[FieldError("client", "client_unknown", N_("There is no such client"))])
    return found


def _to_answer(question_id: int) -> LookQuestionEntry:
    return question_to_answer(db(), question_id, actor=current_actor(), now=now()) or not_there()


def _problem(refusal: Refusal) -> Problem:
    if refusal == LOOK_UNKNOWN:
        title = N_("The person did not use the data on that day")
        return Problem(422, errors=[FieldError("person", refusal.code, title)])
    return Problem(409, refusal.code, N_("You have already asked. The answer comes here."))
